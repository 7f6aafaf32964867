import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { postEvent } from '../../src/api/post-event.ts';
import { prepareReports } from '../../src/api/prepare-reports.ts';
import { register } from '../../src/api/register.ts';
import type { FleetKeeperOptions, KeeperNote } from '../../src/api/with-fleet-keeper.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { StoredRun } from '../../src/store/run-log.ts';
import {
  execute,
  pythonDatabase,
  readLoads,
  sitesOf,
  temporaryFolder,
  testLoadId,
} from '../support/fleet-database.ts';
import { keep, stateOf } from '../support/kept-fleet.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

async function runsOf(
  dbPath: string,
): Promise<Pick<StoredRun, 'command' | 'by' | 'state' | 'counts' | 'total'>[]> {
  const store = await openStore(dbPath, { readOnly: true });
  try {
    const runs = await store.runs({ limit: 100 });
    for (const { total, counts } of runs)
      if (total !== null)
        assert.equal(
          Object.values(counts).reduce((sum, one) => sum + one, 0),
          total,
        );
    return runs.map(({ command, by, state, counts, total }) => ({ command, by, state, counts, total }));
  } finally {
    await store.close();
  }
}

/** A fleet of 36 loads that is kept, and what its VTN holds. */
async function keptFleet(t: TestContext, options: Partial<FleetKeeperOptions> = {}) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 4, Skagen: 2 }));
  const simulator = await simulatorFor(t);
  const kept = await keep(t, { vtnUrl: simulator.url, dbPath, ...options });
  await kept.untilPart('reconciliation', 'waiting');
  return { dbPath, simulator, ...kept };
}

/** Takes resources off the VTN behind everybody's back. */
async function removeResources(url: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { status } = await fetch(`${url}/resources/${id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer x' },
    });
    assert.ok(status < 300, `HTTP ${status}`);
  }
}

test('it registers, compares, and shows how VTN and parts are; what it did stands in the log of runs', async (t) => {
  const { dbPath, simulator, keeper, stop } = await keptFleet(t);
  assertOneToOne(dbPath, simulator);
  const state = keeper.state();
  assert.deepEqual(
    state.parts.map(({ name, state: how, problem }) => [name, how, problem === null]),
    [
      ['reconciliation', 'waiting', true],
      ['events', 'off', false],
      ['reports', 'off', false],
    ],
  );
  const { vtn, run } = state;
  assert.deepEqual([vtn.url, vtn.state, vtn.problem, run], [simulator.url, 'answering', null, null]);
  assert.ok(vtn.requests.perSecond > 0 && (vtn.requests.medianMs ?? 0) > 0);
  assert.ok((vtn.requests.window ?? 0) > 0 && vtn.requests.inFlight === 0);
  assert.equal(keeper.lastPlan()?.result.agrees, true);
  await stop();
  assert.deepEqual(
    (await runsOf(dbPath)).map(({ command, by, state: how, total }) => [command, by, how, total]),
    [
      ['plan', 'schedule', 'succeeded', 36],
      ['register', 'schedule', 'succeeded', 36],
    ],
  );
});

test('where the VTN differs, a person is told; a plan is applied while it is the last, and what it may remove is bounded', async (t) => {
  const { dbPath, simulator, keeper, until } = await keptFleet(t);
  const gone = [...simulator.resources()].slice(0, 3);
  await removeResources(
    simulator.url,
    gone.map(({ id }) => id),
  );
  const { planId, result } = await keeper.plan();
  assert.deepEqual([result.agrees, result.counts.create], [false, 3]);
  assert.throws(() => keeper.apply({ planId: planId - 1, maxRemovals: 0 }), { code: 'BAD_ARGUMENT' });
  keeper.apply({ planId, maxRemovals: 0 });
  assert.throws(() => keeper.apply({ planId, maxRemovals: 0 }), { code: 'BAD_ARGUMENT' });
  const ended = await until(
    (note) => note.type === 'run' && note.run.command === 'apply' && note.run.state !== 'running',
  );
  assert.ok(ended.type === 'run');
  assert.deepEqual([ended.run.state, ended.run.counts.created, ended.run.by], ['succeeded', 3, 'person']);
  assertOneToOne(dbPath, simulator);
});

test('a difference that the schedule finds makes an alert, or is applied', async (t) => {
  for (const onDrift of ['alert', 'apply'] as const) {
    const { dbPath, simulator, keeper, until } = await keptFleet(t, { onDrift, reconcileEverySeconds: 1 });
    await removeResources(simulator.url, [[...simulator.resources()][0]?.id ?? '']);
    const isAlert = (note: KeeperNote) =>
      note.type === 'part' && note.part.problem !== null && note.part.state === 'waiting';
    const isApplied = (note: KeeperNote) =>
      note.type === 'run' && note.run.command === 'apply' && note.run.state === 'succeeded';
    await until(onDrift === 'alert' ? isAlert : isApplied);
    if (onDrift === 'apply') assertOneToOne(dbPath, simulator);
    else
      assert.match(
        stateOf(keeper, 'reconciliation')?.problem ?? '',
        /differs from the database \(1 create\)/,
      );
  }
});

test('more removals than allowed are left to a person, and nothing is removed', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 4 }));
  const simulator = await simulatorFor(t);
  await register({ vtnUrl: simulator.url, bearerToken: 'x', dbPath });
  execute(dbPath, "UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00001'");
  const kept = await keep(t, { vtnUrl: simulator.url, dbPath, onDrift: 'apply', maxRemovals: 5 });
  const note = await kept.untilPart('reconciliation', 'waiting');
  assert.ok(note.type === 'part');
  assert.deepEqual([note.part.code, /person/.test(note.part.problem ?? '')], ['TOO_MANY_REMOVALS', true]);
  assert.equal([...simulator.resources()].length, 24);
});

test('one part that fails is degraded alone, and works again once it can; events reach the sink', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const folder = join(temporaryFolder(t), 'later');
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const vtn = { vtnUrl: simulator.url, profile: 'openadr-3.1', bearerToken: 'x' } as const;
  const path = join(folder, 'instructions.ndjson');
  const kept = await keep(t, {
    ...{ ...vtn, dbPath },
    events: { sinks: [{ kind: 'file', name: 'file', path }], pollSeconds: 1 },
    reports: { meterData: join(folder, 'none.h5') },
  });
  await kept.untilPart('reconciliation', 'waiting');
  const degraded = () => kept.keeper.state().parts.filter(({ state }) => state === 'degraded');
  while (degraded().length < 2) await kept.until(() => true);
  assert.deepEqual(
    degraded().map(({ name }) => name),
    ['events', 'reports'],
  );
  assertOneToOne(dbPath, simulator);
  mkdirSync(folder);
  await kept.untilPart('events', 'working');
  await postEvent({
    ...vtn,
    action: { kind: 'create' },
    wish: { targets: [{ type: null, value: 'load_1' }] },
  });
  await kept.until((note) => note.type === 'event');
  await kept.stop();
  assert.ok(existsSync(path));
});

test('where nothing was prepared for reports, that is said once, until it is', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const vtn = { vtnUrl: simulator.url, profile: 'openadr-3.1', bearerToken: 'x' } as const;
  const warnings: unknown[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (fields: unknown) => warnings.push(fields) };
  const meterData = join(temporaryFolder(t), 'readings.csv');
  writeFileSync(meterData, 'meter_id,load_component,timestamp,watts\n');
  const kept = await keep(t, { ...vtn, dbPath, log, reports: { meterData } });
  await kept.untilPart('reports', 'degraded');
  await kept.untilPart('reports', 'degraded');
  await prepareReports({ ...vtn, dbPath });
  await kept.untilPart('reports', 'working');
  const parts = kept.notes.flatMap((note) => (note.type === 'part' ? [note.part] : []));
  const reports = parts.filter(({ name, state }) => name === 'reports' && state !== 'stopping');
  const last = reports.findIndex(({ state }) => state === 'working');
  const before = reports.slice(0, last);
  assert.deepEqual(new Set(before.map(({ state }) => state)), new Set(['degraded']));
  const [problem, ...others] = new Set(before.map((part) => part.problem));
  assert.match(problem ?? '', /run "venfleet report prepare"/);
  assert.deepEqual(others, []);
  assert.deepEqual(warnings.filter((fields) => (fields as { part?: string }).part === 'reports').length, 1);
});

test('a VTN that is down is waited for, and no load fails for it', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const before = await simulatorFor(t);
  await before.close();
  const kept = await keep(t, { vtnUrl: before.url, dbPath });
  const note = await kept.untilPart('reconciliation', 'degraded');
  assert.ok(note.type === 'part');
  assert.equal(note.part.code, 'VTN_UNREACHABLE');
  assert.equal(kept.keeper.state().vtn.state, 'silent');
  const simulator = await simulatorFor(t, { port: Number(new URL(before.url).port) });
  await kept.untilPart('reconciliation', 'waiting');
  await kept.stop();
  assertOneToOne(dbPath, simulator);
  const failed = (await runsOf(dbPath)).map(({ counts }) => counts.failed ?? 0);
  assert.deepEqual(new Set(failed), new Set([0]));
});

test('what was asked for when it is stopped is interrupted, and nobody waits for it for ever', async (t) => {
  const { dbPath, simulator, keeper, stop } = await keptFleet(t);
  simulator.set({ latencyMs: 200 });
  const plans = [keeper.plan()];
  keeper.register();
  const stopped = stop();
  const made = await Promise.all(plans);
  assert.deepEqual(
    made.map(({ result }) => result.interrupted),
    [true],
  );
  assert.equal(keeper.lastPlan()?.result.interrupted, false);
  await stopped;
  const runs = await runsOf(dbPath);
  assert.equal(runs.filter(({ by, state }) => by === 'person' && state === 'interrupted').length, 2);
});

test('what several people ask for before it has begun is done once, for all of them', async (t) => {
  const { dbPath, keeper, stop } = await keptFleet(t);
  const before = keeper.lastPlan()?.planId ?? 0;
  const plans = [keeper.plan(), keeper.plan(), keeper.plan()];
  for (let at = 0; at < 3; at++) keeper.register();
  const made = await Promise.all(plans);
  assert.deepEqual(
    made.map(({ planId }) => planId),
    [before + 1, before + 1, before + 1],
  );
  assert.equal((await keeper.plan()).planId, before + 2, 'a later one is made anew');
  await stop();
  const asked = (await runsOf(dbPath)).filter(({ by }) => by === 'person').map(({ command }) => command);
  assert.deepEqual(asked.sort(), ['plan', 'plan', 'register']);
});

test('loads and VENs are suspended and resumed while it runs', async (t) => {
  const { dbPath, keeper } = await keptFleet(t);
  const loadId = testLoadId(0, 'load_1');
  assert.deepEqual(await keeper.suspend({ loadIds: [loadId] }), { loads: 1, changed: 1, already: 0 });
  assert.deepEqual(await keeper.suspend({ vens: ['Aalborg'] }), { loads: 24, changed: 23, already: 1 });
  assert.deepEqual(await keeper.resume({ vens: ['Aalborg'] }), { loads: 24, changed: 24, already: 0 });
  assert.ok(readLoads(dbPath).every(({ registration_status }) => registration_status === 'APPROVED'));
});

test('configuration that cannot be ends it before it begins', async (t) => {
  const simulator = await simulatorFor(t);
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const sink = { kind: 'file', path: join(temporaryFolder(t), 'instructions.ndjson') } as const;
  const bad = { vtnUrl: simulator.url, dbPath, events: { sinks: [sink], policy: { nonsense: 1 } } };
  await assert.rejects(keep(t, bad), { code: 'EVENT_POLICY' });
  await register({ vtnUrl: simulator.url, bearerToken: 'x', dbPath });
  await assert.rejects(keep(t, { vtnUrl: 'http://localhost:9', dbPath }), { code: 'VTN_OTHER' });
});
