import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { apply } from '../../src/api/apply.ts';
import { registerVenResource } from '../../src/api/python-names.ts';
import { register } from '../../src/api/register.ts';
import type { DialectName } from '../../src/simulator/index.ts';
import { notedLoads, pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

const dialects = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;

/** A VTN that carries creations out only after it answered (202), and would hold a load twice that is sent twice. */
async function setUp(t: TestContext, dialect: DialectName, acceptMs: number) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 3, Ærø: 2 }));
  const clients = [{ clientId: 'bl', clientSecret: 's' }];
  const simulator = await simulatorFor(t, { dialect, clients, acceptMs, duplicates: 'accept' });
  const retry = { maxAttempts: 3, baseMs: 2, capMs: 20, graceMs: 2_000 };
  const vtn = { vtnUrl: simulator.url, profile: dialect, credentials: clients[0] };
  const kind = dialect === 'openadr-3.0' ? 'POST /vens/{venID}/resources' : 'POST /resources';
  return {
    dbPath,
    simulator,
    options: { dbPath, ...vtn, retry },
    vtn,
    /** Creations of loads, as the simulator calls them. */
    kind,
    /** Creations of loads so far, by the status that they got. */
    sent: () => simulator.stats().answers[kind],
  };
}

for (const [dialect, test] of inTurn(dialects)) {
  test(`${dialect}: what the VTN accepts and lists later is waited for, and sent once`, async (t) => {
    for (const job of [register, apply] as const) {
      const { dbPath, simulator, options, sent } = await setUp(t, dialect, 150);
      const { success } = await job(options);
      assert.equal(success, true, `${job.name}`);
      assert.deepEqual(sent(), { 202: 30 });
      assert.equal(simulator.stats().duplicates, 0);
      assertOneToOne(dbPath, simulator);
    }
  });

  test(`${dialect}: what is not there in time fails, and is looked up by the next run`, async (t) => {
    const { dbPath, simulator, options, kind, sent } = await setUp(t, dialect, 0);
    simulator.answerNext(30, { status: 422, body: '{}' }, kind);
    await register(options);
    // It is there, but whoever looks for it comes before it is listed.
    simulator.answerNext(30, { status: 202, carryOut: true }, kind);
    simulator.answerNext(1_000, { status: 200, body: '[]' }, kind.replace('POST', 'GET'));
    const late = await register({ ...options, retry: { ...options.retry, graceMs: 20 } });
    assert.equal(late.loads.failed, 30);
    assert.equal(
      late.failures[0]?.reason,
      'HTTP 202: an empty answer; but it was not listed within the grace of 0.02 s (--grace)',
    );
    assert.equal(notedLoads(dbPath).length, 30);
    assert.deepEqual(sent(), { 202: 30, 422: 30 });
    simulator.reset();
    assert.equal((await register(options)).success, true);
    assert.equal(sent(), undefined);
    assertOneToOne(dbPath, simulator);
  });
}

test('a single load is waited for as well', async (t) => {
  const { simulator, vtn, options, sent } = await setUp(t, 'flex-gateway', 0);
  await register({ ...options, scope: { vens: ['Ærø'] } });
  simulator.set({ acceptMs: 150 });
  const resource = { loadId: '00000000-0000-4000-8000-000000000000', resourceId: 'new', resourceName: 'New' };
  const rest = { ven: 'Ærø', meterPointId: '707057500504404881', loadComponent: 'load_1' };
  const id = await registerVenResource({ ...resource, ...rest }, vtn);
  const { id: held } = [...simulator.resources()].find(({ externalId }) => externalId === 'new_load_1') ?? {};
  assert.deepEqual([id, sent()], [held, { 201: 12, 202: 1 }]);
  simulator.set({ acceptMs: 5_000 });
  const retry = { ...options.retry, graceMs: 20 };
  await assert.rejects(registerVenResource({ ...resource, ...rest, resourceId: 'late' }, { ...vtn, retry }), {
    code: 'LOAD_FAILED',
    message: /HTTP 202: .*not listed within the grace/,
  });
});
