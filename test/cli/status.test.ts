import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import { execute, pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import type { Terminal } from './terminal.ts';

test('status shows where the fleet stands, as text and as JSON', async (t) => {
  const { run } = terminal(t);
  const db = await fleetWithPast(t, run);
  const text = await run('status', '--db', db);
  assert.deepEqual([text.code, text.stderr], [0, '']);
  assert.equal(
    text.stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME'),
    `11 of 30 loads are registered; success 91.6 %.

Registration status  Loads
-------------------  -----
APPROVED                11
PENDING                 18
SUSPENDED                1
PENDING are all that are not registered: below, they are failed, waiting or skipped.

Load component             Loads  Registered  Failed  Waiting  Skipped  Success
-------------------------  -----  ----------  ------  -------  -------  -------
load_0 Base Load               5           1       1        1        2   50.0 %
load_1 Water Heater            5           2       0        1        2  100.0 %
load_2 HVAC                    5           2       0        1        2  100.0 %
load_3 Kitchen Appliances      5           2       0        1        2  100.0 %
load_4 Lighting                5           2       0        1        2  100.0 %
load_5 Other Appliances        5           2       0        0        3  100.0 %

VEN      Loads  Registered  Failed  Waiting  Skipped  Success
-------  -----  ----------  ------  -------  -------  -------
Aalborg     12          11       1        0        0   91.6 %
Aarhus       6           0       0        5        1        -
Ærø         12           0       0        0       12        -

Registered, for example  Load                VTN resource
-----------------------  ------------------  ------------
site-00000_load_1        Water Heater        vtn-1
site-00000_load_2        HVAC                vtn-2
site-00000_load_3        Kitchen Appliances  vtn-3
site-00000_load_4        Lighting            vtn-4
site-00000_load_5        Other Appliances    vtn-5

Latest failures (UTC)  Load               HTTP  Reason
---------------------  -----------------  ----  -----------------
TIME    site-00000_load_0   422  HTTP 422: not now
`.replace(/^TIME {4}/m, 'TIME    '),
  );

  const json = await run('status', '--db', db, '--json');
  assert.deepEqual([json.code, json.stderr], [0, '']);
  assert.match(json.stdout, /^\{[^\n]*\}\n$/);
  const { loads, byStatus, byVen, byComponent, samples, latestFailures } = JSON.parse(json.stdout);
  assert.deepEqual(loads, {
    total: 30,
    registered: 11,
    failed: 1,
    waiting: 5,
    skipped: 13,
    successRate: 11 / 12,
  });
  assert.deepEqual(byStatus[0], { status: 'APPROVED', loads: 11 });
  assert.deepEqual(byVen[1], {
    venId: 'Aarhus',
    total: 6,
    registered: 0,
    failed: 0,
    waiting: 5,
    skipped: 1,
    successRate: null,
  });
  assert.equal(byComponent.length, 6);
  assert.equal(samples[0].vtnResourceId, 'vtn-1');
  assert.deepEqual(
    { ...latestFailures[0], failedAt: '' },
    {
      loadId: '00000000-0000-4000-8000-000000000000',
      externalResourceId: 'site-00000_load_0',
      venId: 'Aalborg',
      status: 422,
      reason: 'HTTP 422: not now',
      failedAt: '',
    },
  );
  const one = JSON.parse((await run('status', '--db', db, '--ven', 'Aarhus', '--json')).stdout);
  assert.deepEqual(
    [one.loads.total, one.loads.waiting, one.loads.skipped],
    [6, 5, 1],
    'all of it is of this VEN',
  );
  assert.deepEqual(one.byStatus, [
    { status: 'PENDING', loads: 5 },
    { status: 'SUSPENDED', loads: 1 },
  ]);
  assert.deepEqual(
    one.byVen.map((ven: { venId: string }) => ven.venId),
    ['Aarhus'],
  );
  assert.deepEqual(
    one.byComponent.map((row: { total: number }) => row.total),
    [1, 1, 1, 1, 1, 1],
  );
  assert.deepEqual([one.samples, one.latestFailures], [[], []]);
  const two = await run('status', '--db', db, '--ven', 'Aalborg', '--ven', 'Ærø');
  assert.match(two.stdout, /^11 of 24 loads are registered/);
  assert.match(two.stdout, /site-00000_load_0 +422/);
});

test('status of a database without a fleet says so', async (t) => {
  const db = pythonDatabase(t, []);
  const { code, stdout } = await terminal(t).run('status', '--db', db);
  assert.deepEqual([code, stdout], [0, 'The database holds no loads: it has no fleet yet.\n']);
});

/** Eleven loads of Aalborg registered and one refused, one of Aarhus suspended, all of Ærø disabled. */
async function fleetWithPast(t: Parameters<typeof pythonDatabase>[0], run: Terminal['run']): Promise<string> {
  const db = pythonDatabase(t, [
    ...sitesOf({ Aalborg: 2, Aarhus: 1 }),
    { ven: 'Ærø', enabled: 0 },
    { ven: 'Ærø', enabled: 0 },
  ]);
  const simulator = await simulatorFor(t);
  simulator.answerNext(1, { status: 422, body: '{"detail":"not now"}' }, 'POST /resources');
  const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '1'];
  assert.equal((await run('register', ...to, '--ven', 'Aalborg')).code, 1);
  execute(db, "UPDATE loads SET vtn_resource_id = 'vtn-' || (id - 1) WHERE vtn_resource_id IS NOT NULL");
  execute(db, "UPDATE loads SET registration_status = 'SUSPENDED' WHERE id = 18");
  return db;
}

test('status --watch: a line, or an object, for each change, until Ctrl-C', async (t) => {
  const { start } = terminal(t);
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1, Skagen: 1 }));
  await (await openStore(db)).close();
  const running = start({}, 'status', '--db', db, '--watch', '--every', '0.1');
  await running.until(
    'stdout',
    /Z {2}0 of 12 loads are registered\. None was tried yet; 0 of 2 VENs complete\./,
  );
  execute(
    db,
    `UPDATE loads SET registration_status = 'APPROVED', vtn_resource_id = 'r' || id WHERE resource_id = 'site-00000';
    INSERT INTO venfleet_failures (load_id, status, reason)
      SELECT load_id, 422, 'load ' || load_id || ' is odd' FROM loads WHERE resource_id = 'site-00001'`,
  );
  await running.until(
    'stdout',
    /6 of 12 loads are registered, \d+ a second\. Success 50\.0 %; 1 of 2 VENs complete\. Failed 6, waiting 0, skipped 0; events running: 0\./,
  );
  running.child.kill('SIGINT');
  assert.equal((await running.ended).code, 130);

  const json = start({}, 'status', '--db', db, '--watch', '--json', '--ven', 'Skagen');
  await json.until('stdout', /\n/);
  json.child.kill('SIGTERM');
  const { code, stdout } = await json.ended;
  const { at, reasons, ...seen } = JSON.parse(stdout);
  assert.equal(code, 130);
  assert.match(at, /^20.*Z$/);
  assert.deepEqual(
    reasons.map(({ reason, loads, vens }: Record<string, unknown>) => [reason, loads, vens]),
    [['load … is odd', 6, ['Skagen']]],
  );
  assert.deepEqual(
    [seen.loads.total, seen.loads.failed, seen.vens, seen.runningEvents],
    [6, 6, { total: 1, complete: 0 }, []],
  );
});
