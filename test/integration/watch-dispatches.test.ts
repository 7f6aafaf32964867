import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import { watchDispatches } from '../../src/api/watch-dispatches.ts';
import { pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

/** A registered fleet of five sites, and an event that asks for a level of their water heaters. */
async function asked(t: TestContext) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2, Aarhus: 3 }));
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const options = { dbPath, vtnUrl: simulator.url, profile: 'openadr-3.1', bearerToken: 'secret' } as const;
  assert.equal((await register(options)).success, true);
  const wish = { type: 'SIMPLE', values: [2], targets: [{ type: null, value: 'load_1' }] };
  await postEvent({ ...options, action: { kind: 'create' }, wish });
  const heaters = query(dbPath, "SELECT load_id FROM loads WHERE load_component = 'load_1'");
  return { options, heaters: heaters.map(({ load_id }) => load_id).sort() };
}

test('dispatches are iterated over, each once, until all that is asked now is handed over', async (t) => {
  const { options, heaters } = await asked(t);
  const run = watchDispatches({ ...options, once: true });
  const came: string[] = [];
  for await (const { load, instruction } of run) {
    came.push(load.loadId);
    assert.deepEqual(instruction.setpoints[0]?.values, [2]);
  }
  assert.deepEqual(came.toSorted(), heaters);
  const { handed, late, open, missed } = await run.summary;
  assert.deepEqual([handed + late, open, missed], [5, 0, 0]);
});

test('at which the loop is left comes again, and what was taken does not', async (t) => {
  const { options, heaters } = await asked(t);
  const taken: string[] = [];
  const first = watchDispatches(options);
  let leftAt: string | undefined;
  for await (const { id, load } of first) {
    leftAt = id;
    if (taken.length === 2) break;
    taken.push(load.loadId);
  }
  const summary = await first.summary;
  assert.equal(summary.handed + summary.late, 2);
  const ids: string[] = [];
  const second = watchDispatches({ ...options, once: true });
  for await (const { id, load } of second) {
    ids.push(id);
    taken.push(load.loadId);
  }
  await second.summary;
  assert.equal(ids.length, 3);
  assert.ok(leftAt !== undefined && ids.includes(leftAt));
  assert.deepEqual(taken.toSorted(), heaters);
});

test('a signal ends the loop, and what is wrong is thrown by the summary', async (t) => {
  const { options } = await asked(t);
  const stop = new AbortController();
  const run = watchDispatches({ ...options, signal: stop.signal });
  let came = 0;
  for await (const _ of run) if (++came === 5) stop.abort();
  assert.ok(came <= 5);
  await run.summary;
  const nowhere = watchDispatches({ ...options, dbPath: `${options.dbPath}.none` });
  for await (const _ of nowhere) assert.fail('something came');
  await assert.rejects(nowhere.summary, { code: 'DB_MISSING' });
});
