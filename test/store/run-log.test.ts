import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import type { RunOutcome } from '../../src/store/run-log.ts';
import { execute, pythonDatabase, query, readLoads, sitesOf, testLoadId } from '../support/fleet-database.ts';

const nothing: RunOutcome = { total: null, counts: {}, reasons: [], problem: null, code: null };
const vtn = 'http://localhost:8000';

test('a run is remembered as it begins, goes on and ends; the next one of its command says that one has died', async (t) => {
  const store = await openStore(pythonDatabase(t, sitesOf({ Aalborg: 1 })));
  t.after(() => store.close());
  const first = await store.beginRun({ command: 'register', by: 'command', startedMs: 1, vtn });
  await store.noteRun(first, { ...nothing, total: 6, counts: { registered: 2, left: 4 } });
  const apply = await store.beginRun({ command: 'apply', by: 'schedule', startedMs: 2, vtn });
  const second = await store.beginRun({ command: 'register', by: 'person', startedMs: 3, vtn });
  const reasons = [{ reason: 'HTTP 500', loads: 1, example: 'site_load_0' }];
  const end = { ...nothing, total: 6, counts: { registered: 5, failed: 1 }, reasons };
  await store.endRun(second, { ...end, state: 'failed', endedMs: 9, problem: 'One.', code: 'VTN_LOST' });

  const runs = await store.runs({ limit: 10 });
  assert.deepEqual(
    runs.map(({ runId, state, endedMs }) => [runId, state, endedMs]),
    [
      [second, 'failed', 9],
      [apply, 'running', null],
      [first, 'died', null],
    ],
  );
  assert.deepEqual(runs[0], {
    ...{ runId: second, command: 'register', by: 'person', state: 'failed', startedMs: 3, endedMs: 9, vtn },
    ...{ total: 6, counts: { registered: 5, failed: 1 }, reasons, problem: 'One.', code: 'VTN_LOST' },
  });
  assert.deepEqual(runs[2]?.counts, { registered: 2, left: 4 });
  const before = await store.runs({ limit: 1, before: second });
  assert.deepEqual(
    before.map(({ runId }) => runId),
    [apply],
  );
  const ofRegister = await store.runs({ limit: 10, commands: ['register'] });
  assert.deepEqual(
    ofRegister.map(({ runId }) => runId),
    [second, first],
  );
});

test('the last 10,000 runs are kept', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(path);
  t.after(() => store.close());
  const first = await store.beginRun({ command: 'plan', by: 'schedule', startedMs: 1, vtn });
  execute(path, `UPDATE sqlite_sequence SET seq = ${first + 9_998} WHERE name = 'venfleet_runs'`);
  await store.beginRun({ command: 'plan', by: 'schedule', startedMs: 1, vtn });
  assert.equal((await store.runs({ limit: 10 })).length, 2);
  await store.beginRun({ command: 'plan', by: 'schedule', startedMs: 1, vtn });
  assert.equal((await store.runs({ limit: 10 })).length, 2);
  assert.equal(query(path, `SELECT * FROM venfleet_runs WHERE run_id = ${first}`).length, 0);
});

test('loads are suspended and resumed by VEN and by id; all that are meant are counted', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1, Skagen: 1 }));
  const registered = testLoadId(0, 'load_1');
  const elsewhere = testLoadId(1, 'load_2');
  execute(
    path,
    `UPDATE loads SET vtn_resource_id = 'r1', registration_status = 'APPROVED' WHERE load_id = '${registered}'`,
  );
  const store = await openStore(path);
  t.after(() => store.close());
  const statuses = () =>
    Object.groupBy(readLoads(path), ({ registration_status }) => registration_status ?? '');
  const mark = await store.fleetMark();
  assert.deepEqual(await store.suspend({ loadIds: [registered] }), { loads: 1, changed: 1, already: 0 });
  assert.notEqual(await store.fleetMark(), mark);
  const of = { vens: ['Aalborg', 'nobody'], loadIds: [elsewhere, registered, 'nobody'] };
  assert.deepEqual(await store.suspend(of), { loads: 7, changed: 6, already: 1 });
  assert.equal(statuses().SUSPENDED?.length, 7);
  assert.deepEqual(await store.resume({ loadIds: [elsewhere] }), { loads: 1, changed: 1, already: 0 });
  assert.deepEqual(await store.resume(of), { loads: 7, changed: 6, already: 1 });
  assert.equal(statuses().PENDING?.length, 11);
  assert.deepEqual(
    statuses().APPROVED?.map(({ load_id }) => load_id),
    [registered],
  );
  assert.deepEqual(await store.resume({}), { loads: 0, changed: 0, already: 0 });
});
