import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { apply } from '../../src/api/apply.ts';
import { holdsFleet } from '../../src/api/generate-fleet.ts';
import { plan, verify } from '../../src/api/plan.ts';
import { register } from '../../src/api/register.ts';
import { reportStatus } from '../../src/api/report-status.ts';
import { status } from '../../src/api/status.ts';
import { execute, pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { folderState } from '../support/folder-state.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

async function setUp(t: TestContext) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 3, Ærø: 2 }));
  const simulator = await simulatorFor(t);
  const options = {
    dbPath,
    vtnUrl: simulator.url,
    bearerToken: 'test',
    retry: { maxAttempts: 12, baseMs: 2, capMs: 20, graceMs: 20 },
    pacing: { kind: 'window', concurrency: 16 },
  } as const;
  return { dbPath, simulator, options };
}

type Options = Awaited<ReturnType<typeof setUp>>['options'];

/** What may be asked of a database without changing it, and what that comes to. */
async function askAll(options: Options) {
  const { loads } = await status({ dbPath: options.dbPath });
  const { registered, kinds } = await reportStatus({ dbPath: options.dbPath });
  assert.deepEqual([registered, kinds], [loads.registered, []]);
  const planned = await plan(options);
  const dry = await register({ ...options, dryRun: true });
  const dryHere = await register({ ...options, dryRun: true, readingThread: false });
  assert.deepEqual(dryHere.loads, dry.loads);
  const removal = await plan({ ...options, scope: { vens: ['Aalborg'] }, removeAll: true });
  return {
    loads: [loads.registered, loads.waiting],
    plan: [planned.counts.create, planned.inSync],
    agrees: (await verify(options)).agrees,
    left: dry.loads.left,
    remove: removal.counts.remove,
    holdsFleet: await holdsFleet(options.dbPath),
  };
}

test('status, report status, plan, verify and dry runs leave a database and its folder as they are, to the byte', async (t) => {
  const { dbPath, simulator, options } = await setUp(t);
  const leavesAll = async (expected: object) => {
    const before = folderState(dirname(dbPath));
    assert.deepEqual(await askAll(options), { ...expected, holdsFleet: true });
    assert.deepEqual(folderState(dirname(dbPath)), before);
  };
  await leavesAll({ loads: [0, 30], plan: [30, 0], agrees: false, left: 30, remove: 0 });
  assert.deepEqual(query(dbPath, "SELECT name FROM sqlite_schema WHERE name LIKE 'venfleet%'"), []);

  await register({ ...options, scope: { vens: ['Aalborg'] } });
  await leavesAll({ loads: [18, 12], plan: [12, 18], agrees: false, left: 12, remove: 18 });

  await apply(options);
  await leavesAll({ loads: [30, 0], plan: [0, 30], agrees: true, left: 0, remove: 18 });
  assertOneToOne(dbPath, simulator);

  // As another program may leave it: a copy is read, and in it the same.
  execute(dbPath, 'DROP TABLE venfleet_lease; DROP TABLE venfleet_migrations; PRAGMA journal_mode = DELETE');
  for (const { name } of query(
    dbPath,
    "SELECT name FROM sqlite_schema WHERE name LIKE 'venfleet%' AND type = 'table'",
  ))
    execute(dbPath, `DROP TABLE ${name}`);
  execute(dbPath, 'DROP INDEX venfleet_resources_ven; DROP INDEX venfleet_resources_name');
  await leavesAll({ loads: [30, 0], plan: [0, 30], agrees: true, left: 0, remove: 18 });
});

test('plan and status during a run tell of what it has stored so far', async (t) => {
  const { dbPath, simulator, options } = await setUp(t);
  let asked: Promise<unknown[]> | undefined;
  const summary = await register({
    ...options,
    // Each VEN is stored before the next begins.
    pacing: { kind: 'batch', batchSize: 6, delaySeconds: 0 },
    onEvent(event) {
      if (event.type === 'ven-started' && event.index === 2)
        asked = Promise.all([status({ dbPath }), plan(options)]);
    },
  });
  assert.equal(summary.success, true);
  const [found, planned] = (await asked) as [
    Awaited<ReturnType<typeof status>>,
    Awaited<ReturnType<typeof plan>>,
  ];
  assert.ok(found.loads.registered >= 18, `${found.loads.registered}`);
  assert.equal(planned.loads, 30);
  assert.ok(planned.inSync >= 18);
  assertOneToOne(dbPath, simulator);
});
