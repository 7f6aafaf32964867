import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type ApplyOptions, apply, deregister } from '../../src/api/apply.ts';
import { type PlanOptions, plan, verify } from '../../src/api/plan.ts';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import type { DialectName, SimulatorOptions } from '../../src/simulator/index.ts';
import {
  execute,
  pythonDatabase,
  query,
  readLoads,
  sitesOf,
  type TestSite,
} from '../support/fleet-database.ts';
import { inTurn, oneInTurn } from '../support/in-turn.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

const quickRetry = { maxAttempts: 12, baseMs: 2, capMs: 20, graceMs: 20 };
const dialects = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
const clients = [{ clientId: 'bl', clientSecret: 'bl-secret' }];

async function setUp(
  t: TestContext,
  dialect: DialectName,
  options: SimulatorOptions = {},
  sites?: TestSite[],
) {
  const dbPath = pythonDatabase(t, sites ?? sitesOf({ Aalborg: 12, København: 9, Ærø: 4 }));
  const simulator = await simulatorFor(t, { dialect, clients, ...options });
  const all = {
    dbPath,
    vtnUrl: simulator.url,
    profile: dialect,
    credentials: clients[0],
    retry: quickRetry,
    pacing: { kind: 'window', concurrency: 16 },
  } as const;
  return {
    dbPath,
    simulator,
    register: (changes: Partial<RegisterOptions> = {}) => register({ ...all, ...changes }),
    plan: (changes: Partial<PlanOptions> = {}) => plan({ ...all, ...changes }),
    verify: (changes: Partial<PlanOptions> = {}) => verify({ ...all, ...changes }),
    /** Bounds on removal have tests of their own. */
    apply: (changes: Partial<ApplyOptions> = {}) => apply({ ...all, maxRemovals: 1_000, ...changes }),
    deregister: (vens: string[], changes: Partial<ApplyOptions> = {}) =>
      deregister({ ...all, vens, ...changes }),
    /** Sends a request of another's to the VTN. */
    async send(method: string, path: string, body?: object) {
      const tokenAnswer = await fetch(`${simulator.url}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&client_id=bl&client_secret=bl-secret',
      });
      const { access_token } = (await tokenAnswer.json()) as { access_token: string };
      const answer = await fetch(`${simulator.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
      return (await answer.json()) as Record<string, unknown>;
    },
  };
}

const none = { create: 0, update: 0, remove: 0, correct: 0, conflict: 0, stranger: 0 };

for (const [dialect, test] of inTurn(dialects)) {
  for (const order of ['natural', 'shuffled'] as const) {
    test(`${dialect}: after a registration there is nothing to do, in ${order} order`, async (t) => {
      const { register, plan, dbPath } = await setUp(t, dialect, { order });
      const before = await plan();
      assert.deepEqual(before.counts, { ...none, create: 150 });
      await register();
      const after = await plan();
      assert.deepEqual(after.counts, none, JSON.stringify(after.actions.slice(0, 3)));
      assert.equal(after.agrees, true);
      assert.equal(after.inSync, 150);
      assert.equal(after.resources, 150);
      execute(dbPath, 'DELETE FROM venfleet_sent_log');
      execute(dbPath, 'DELETE FROM venfleet_sent');
      assert.deepEqual((await plan()).counts, none, 'nor where nothing is known of what was sent');
    });
  }

  test(`${dialect}: apply registers, and a second apply does nothing`, async (t) => {
    const { apply, simulator, dbPath, verify } = await setUp(t, dialect);
    const first = await apply();
    assert.equal(first.success, true, JSON.stringify(first.failures));
    assert.equal(first.created, 150);
    assertOneToOne(dbPath, simulator);
    const second = await apply();
    assert.deepEqual(second.plan.counts, none);
    assert.equal(second.created + second.updated + second.removed + second.corrected, 0);
    assert.equal((await verify()).agrees, true);
  });

  test(`${dialect}: a changed name, capacity and address are updates that say what changed`, async (t) => {
    const { register, plan, apply, dbPath, simulator } = await setUp(t, dialect);
    await register();
    const ids = readLoads(dbPath).map((load) => load.vtn_resource_id);
    execute(dbPath, "UPDATE resources SET resource_name = 'Hotel Ærø' WHERE resource_id = 'site-00000'");
    execute(
      dbPath,
      `UPDATE resources SET capacities = '{"P_max_kw": 75.5, "P_min_kw": -20.0}' WHERE resource_id = 'site-00001'`,
    );
    execute(dbPath, "UPDATE resources SET address = NULL WHERE resource_id = 'site-00002'");
    execute(
      dbPath,
      "UPDATE loads SET load_name = 'Pump' WHERE resource_id = 'site-00003' AND load_component = 'load_1'",
    );
    const planned = await plan();
    assert.deepEqual(planned.counts, { ...none, update: 19 });
    const changes = planned.actions.flatMap((action) =>
      action.kind === 'update'
        ? action.changes.map(({ field, onVtn, here }) => `${field}: ${onVtn} → ${here}`)
        : [],
    );
    const name = dialect === 'flex-gateway' ? 'resource_name' : 'resourceName';
    assert.ok(changes.includes(`${name}: Site 0 - HVAC → Hotel Ærø - HVAC`), changes.join('\n'));
    const power = dialect === 'flex-gateway' ? 'P_max_kw: 50.0 → 75.5' : 'MAX_POWER_CONSUMPTION: 50 → 75.5';
    assert.equal(changes.filter((change) => change === power).length, 6);
    const applied = await apply();
    assert.equal(applied.updated, 19);
    assert.deepEqual((await plan()).counts, none);
    assert.deepEqual(
      readLoads(dbPath).map((load) => load.vtn_resource_id),
      ids,
    );
    assertOneToOne(dbPath, simulator);
    assert.ok([...simulator.resources()].some((resource) => resource.name === 'Site 3 - Pump'));
  });

  test(`${dialect}: a change made on the VTN by others is seen, and undone`, async (t) => {
    const { register, plan, apply, send, dbPath } = await setUp(t, dialect, {}, sitesOf({ Aalborg: 2 }));
    await register();
    const id = readLoads(dbPath)[3]?.vtn_resource_id as string;
    const venId =
      dialect === 'openadr-3.0' ? query(dbPath, 'SELECT * FROM venfleet_vens')[0]?.vtn_ven_id : '';
    const path = dialect === 'openadr-3.0' ? `/vens/${venId}/resources/${id}` : `/resources/${id}`;
    const there = await send('GET', path);
    const renamed = {
      'flex-gateway': () => ({
        ...there,
        id: '00000000-0000-4000-8000-000000000003',
        resource_name: 'Mine now',
      }),
      'openadr-3.0': () => ({ ...there, resourceName: 'Mine now' }),
      'openadr-3.1': () => ({ ...there, objectType: 'BL_RESOURCE_REQUEST', resourceName: 'Mine now' }),
    }[dialect]();
    await send('PUT', path, renamed);
    const planned = await plan();
    assert.deepEqual(planned.counts, { ...none, update: 1 });
    assert.equal((await apply()).updated, 1);
    assert.deepEqual((await plan()).counts, none);
  });

  test(`${dialect}: disabled and deleted sites are removed, suspended loads stay as they are`, async (t) => {
    const { register, plan, apply, dbPath, simulator } = await setUp(t, dialect);
    await register();
    execute(dbPath, "UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00001'");
    execute(dbPath, "DELETE FROM loads WHERE resource_id = 'site-00002'");
    execute(dbPath, "DELETE FROM resources WHERE resource_id = 'site-00002'");
    execute(dbPath, "DELETE FROM resources WHERE ven = 'Ærø'");
    execute(dbPath, 'DELETE FROM loads WHERE resource_id NOT IN (SELECT resource_id FROM resources)');
    execute(dbPath, "UPDATE loads SET registration_status = 'SUSPENDED' WHERE resource_id = 'site-00003'");
    const planned = await plan();
    assert.deepEqual(planned.counts, { ...none, remove: 36 });
    const why = planned.actions.map((action) => (action.kind === 'remove' ? action.why : ''));
    assert.equal(why.filter((reason) => reason === 'gone').length, 30);
    assert.equal((await apply()).removed, 36);
    assert.equal(simulator.stats().resources, 114);
    assert.deepEqual((await plan()).counts, none);
    const [row] = query(dbPath, "SELECT * FROM loads WHERE resource_id = 'site-00001'");
    assert.deepEqual([row?.vtn_resource_id, row?.registration_status], [null, 'PENDING']);
    execute(dbPath, "UPDATE resources SET enabled = 1 WHERE resource_id = 'site-00001'");
    assert.equal((await apply()).created, 6);
  });

  test(`${dialect}: a VTN that was wiped is noticed, and filled again`, async (t) => {
    const { register, plan, apply, dbPath, simulator } = await setUp(t, dialect);
    await register();
    simulator.wipe();
    await assert.rejects(plan(), { code: 'VTN_OTHER' });
    await assert.rejects(apply(), { code: 'VTN_OTHER' });
    assert.equal((await apply({ ifOtherVtn: 'move' })).created, 150);
    assertOneToOne(dbPath, simulator);
    assert.equal((await plan()).agrees, true);
  });

  test(`${dialect}: a site that went to another VEN is moved there`, async (t) => {
    const { register, plan, apply, dbPath, simulator } = await setUp(t, dialect);
    await register();
    execute(dbPath, "UPDATE resources SET ven = 'Skagen' WHERE resource_id = 'site-00005'");
    execute(dbPath, "UPDATE resources SET ven = 'Ærø' WHERE resource_id = 'site-00006'");
    for (const scope of [undefined, { vens: ['Skagen', 'Ærø'] }]) {
      const planned = await plan({ scope });
      assert.deepEqual(planned.counts, { ...none, update: 12 });
      assert.ok(planned.actions.every((action) => action.kind === 'update' && action.fromVen === 'Aalborg'));
    }
    const elsewhere = await plan({ scope: { vens: ['Aalborg'] } });
    assert.deepEqual(elsewhere.counts, none, 'it is for the plan of its new VEN');
    const applied = await apply({ scope: { vens: ['Skagen', 'Ærø'] } });
    assert.deepEqual([applied.removed, applied.created, applied.failed], [12, 12, 0]);
    assertOneToOne(dbPath, simulator);
    assert.equal([...simulator.resources()].filter((resource) => resource.ven === 'Skagen').length, 6);
    assert.deepEqual((await plan()).counts, none);
  });

  test(`${dialect}: what is ours but not known here is adopted, wrong ids are put right`, async (t) => {
    const { register, plan, apply, dbPath, simulator } = await setUp(t, dialect);
    await register();
    const ids = readLoads(dbPath).map((load) => load.vtn_resource_id);
    execute(
      dbPath,
      "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE id <= 10",
    );
    // Two loads have one another's id.
    execute(
      dbPath,
      `UPDATE loads SET vtn_resource_id = CASE id WHEN 20 THEN '${ids[20]}' ELSE '${ids[19]}' END WHERE id IN (20, 21)`,
    );
    const planned = await plan();
    assert.deepEqual(planned.counts, { ...none, correct: 12 });
    assert.equal(planned.agrees, false);
    const { requests } = simulator.stats();
    assert.equal((await apply()).corrected, 12);
    assert.ok(simulator.stats().requests - requests < 40, 'it only listed');
    assert.deepEqual(
      readLoads(dbPath).map((load) => load.vtn_resource_id),
      ids,
    );
    assert.deepEqual((await plan()).counts, none);
  });

  test(`${dialect}: survives errors, lost connections and throttling`, async (t) => {
    const { register, plan, apply, dbPath, simulator } = await setUp(t, dialect, { order: 'shuffled' });
    await register();
    execute(dbPath, "UPDATE resources SET enabled = 0 WHERE resource_id < 'site-00004'");
    execute(
      dbPath,
      "UPDATE resources SET address = 'Ny Vej 1' WHERE resource_id BETWEEN 'site-00006' AND 'site-00012'",
    );
    execute(
      dbPath,
      "INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id) SELECT 'aaaaaaaa-0000-4000-8000-0000000000' || substr(resource_id, -2), resource_id, 'load_9', 'm' FROM resources",
    );
    simulator.set({ errorRate: 0.2, dropRate: 0.1, maxRate: 500, rateModel: 'bucket', retryAfterS: 0 });
    const applied = await apply();
    assert.equal(applied.failed, 0, JSON.stringify(applied.failures));
    assert.deepEqual([applied.removed, applied.updated, applied.created + applied.found], [24, 42, 21]);
    assert.deepEqual((await plan()).counts, none);
    assertOneToOne(dbPath, simulator, { complete: false });
  });

  test(`${dialect}: strangers and second resources of a load are told, and never touched`, async (t) => {
    const { register, plan, apply, verify, deregister, send, dbPath, simulator } = await setUp(
      t,
      dialect,
      { duplicates: 'accept' },
      sitesOf({ Aalborg: 2 }),
    );
    await register();
    const id = readLoads(dbPath)[3]?.vtn_resource_id as string;
    const venId = query(dbPath, 'SELECT * FROM venfleet_vens')[0]?.vtn_ven_id;
    const path = dialect === 'openadr-3.0' ? `/vens/${venId}/resources` : '/resources';
    const there = await send('GET', `${path}/${id}`);
    const type = dialect === 'openadr-3.1' ? { objectType: 'BL_RESOURCE_REQUEST' } : {};
    const second = await send('POST', path, {
      ...there,
      ...type,
      id: '11111111-0000-4000-8000-000000000003',
    });
    const theirs =
      dialect === 'flex-gateway'
        ? { ...there, id: '22222222-0000-4000-8000-000000000003', external_resource_id: 'theirs_load_3' }
        : { ...there, ...type, resourceName: 'Theirs', attributes: [] };
    const stranger = await send('POST', path, theirs);
    const before = [...simulator.resources()];
    const planned = await plan();
    assert.deepEqual(planned.counts, { ...none, conflict: 1, stranger: 1 });
    const told = planned.actions.flatMap((action) => {
      if (action.kind === 'conflict') return action.resourceIds;
      return action.kind === 'stranger' ? [action.resourceId] : [];
    });
    assert.deepEqual(told, [...[id, second.id as string].sort(), stranger.id]);
    execute(dbPath, "UPDATE resources SET address = 'Ny Vej 1'");
    assert.equal((await apply()).updated, 11, 'all but the one in conflict');
    execute(dbPath, "UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00000'");
    assert.equal((await apply()).removed, 5);
    assert.deepEqual([...simulator.resources()].length, before.length - 5);
    assert.equal((await verify()).agrees, false);
    assert.equal((await deregister(['Aalborg'])).removed, 8);
    assert.deepEqual(
      [...simulator.resources()].map((resource) => resource.id),
      [stranger.id],
    );
    assert.equal((await verify({ scope: { vens: ['Aalborg'] } })).counts.stranger, 1);
  });

  test(`${dialect}: deregister takes the loads of a VEN off, and no other`, async (t) => {
    const { register, plan, apply, deregister, dbPath, simulator } = await setUp(t, dialect);
    await register();
    const done = await deregister(['København']);
    assert.equal(done.removed, 54);
    assert.deepEqual(new Set([...simulator.resources()].map(({ ven }) => ven)), new Set(['Aalborg', 'Ærø']));
    assert.deepEqual((await plan()).counts, { ...none, create: 54 });
    await assert.rejects(deregister(['Kobenhavn']), { code: 'VEN_UNKNOWN' });
    assert.equal((await apply()).created, 54);
    assertOneToOne(dbPath, simulator);
  });

  test(`${dialect}: an apply that is interrupted can be taken up again`, async (t) => {
    const { register, apply, plan, dbPath, simulator } = await setUp(t, dialect);
    await register();
    execute(dbPath, "UPDATE resources SET enabled = 0 WHERE ven = 'Aalborg'");
    execute(dbPath, "UPDATE resources SET address = 'Ny Vej 1' WHERE ven = 'København'");
    for (const stopAt of ['remove', 'update'] as const) {
      const controller = new AbortController();
      const stopped = await apply({
        signal: controller.signal,
        pacing: { kind: 'window', concurrency: 2 },
        onProgress: ({ step, done }) => {
          if (step === stopAt && done >= 1) controller.abort();
        },
      });
      assert.equal(stopped.interrupted, true);
      assert.equal(stopped.success, false);
    }
    assert.equal((await apply()).success, true);
    assert.deepEqual((await plan()).counts, none);
    assertOneToOne(dbPath, simulator, { complete: false });
  });
}

test('what one bad listing seems to show as lost is looked up, and not created twice', async (t) => {
  const { dbPath, simulator, register, apply, plan } = await setUp(t, 'flex-gateway', {
    duplicates: 'accept',
  });
  await register();
  // The first asks what kind of VTN it is.
  simulator.answerNext(4, { status: 200, body: '[]' }, 'GET /resources');
  const applied = await apply();
  assert.equal(applied.plan.counts.create, 150, 'the listing was believed');
  assert.deepEqual([applied.success, applied.created, applied.found], [true, 0, 150]);
  assert.equal(simulator.stats().resources, 150);
  assertOneToOne(dbPath, simulator);
  assert.deepEqual((await plan()).counts, none);
});

test('what an interrupted apply had unmapped, and had not sent yet, is looked up as well', async (t) => {
  const { dbPath, simulator, register, apply, plan } = await setUp(t, 'flex-gateway', {
    duplicates: 'accept',
  });
  await register();
  execute(dbPath, "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'");
  simulator.answerNext(2, { status: 200, body: '[]' }, 'GET /resources');
  const { requests } = simulator.stats();
  const applied = await apply();
  assert.equal(applied.plan.counts.create, 150);
  assert.ok(simulator.stats().requests - requests < 170, 'one look-up for each');
  assert.equal(simulator.stats().resources, 150);
  assertOneToOne(dbPath, simulator);
  assert.deepEqual((await plan()).counts, none);
});

test('a VTN that removes nothing is told, and nothing is forgotten', async (t) => {
  const { dbPath, simulator, register, deregister } = await setUp(t, 'flex-gateway');
  await register();
  for (const [answer, reason] of [
    [{ status: 404, body: '{"detail": "Not Found"}' }, /HTTP 404, but the VTN still lists it/],
    [{ status: 200, body: '<html>Sign in</html>', contentType: 'text/html' }, /HTTP 200: text\/html/],
    [{ status: 200, body: '<html>Sign in</html>' }, /HTTP 200: <html>/],
  ] as const) {
    simulator.answerNext(72, answer, 'DELETE /resources/{id}');
    const ended = await deregister(['Aalborg']);
    assert.deepEqual([ended.success, ended.removed, ended.failed], [false, 0, 72]);
    assert.match(ended.failures[0]?.reason ?? '', reason);
    assert.equal(simulator.stats().resources, 150);
  }
  assertOneToOne(dbPath, simulator);
});

test('an id of a VEN that is missing or wrong for once is not believed', async (t) => {
  for (const dialect of ['openadr-3.0', 'openadr-3.1'] as const) {
    const { simulator, register, plan } = await setUp(t, dialect);
    await register();
    // With 3.0, the first is asked to tell the version.
    const before = dialect === 'openadr-3.0' ? 1 : 0;
    for (const vens of [[], [{ venName: 'Aalborg' }], [{ id: 'other', venName: 'Aalborg', resources: [] }]]) {
      simulator.answerNext(before + 1, { status: 200, body: JSON.stringify(vens) }, 'GET /vens');
      const planned = await plan({ scope: { vens: ['Aalborg'] } });
      assert.deepEqual(planned.counts, none, `${dialect}: ${JSON.stringify(vens)}`);
    }
    const same = ['Aalborg', 'Ærø'].map((venName) => ({ id: 'one', venName, resources: [] }));
    simulator.answerNext(before + 4, { status: 200, body: JSON.stringify(same) }, 'GET /vens');
    await assert.rejects(plan({ scope: { vens: ['Aalborg', 'Ærø'] } }), {
      code: 'VTN_NO_LISTING',
      message: /the same id, one/,
    });
  }
});

test('what a missing route calls gone is not believed, whatever else was removed', async (t) => {
  for (const dialect of oneInTurn(dialects)) {
    const { dbPath, simulator, register, deregister, plan } = await setUp(t, dialect);
    await register();
    const kind = dialect === 'openadr-3.0' ? 'DELETE /vens/{venID}/resources/{id}' : 'DELETE /resources/{id}';
    simulator.answerNext(30, { status: 404, body: '{"detail": "Not Found"}' }, kind);
    const ended = await deregister(['Aalborg']);
    assert.deepEqual([ended.success, ended.removed, ended.failed], [false, 42, 30], dialect);
    assertOneToOne(dbPath, simulator, { complete: false });
    assert.deepEqual((await plan({ scope: { vens: ['Aalborg'] } })).counts, { ...none, create: 42 });
    // Gone in truth: another removes them when the plan is made.
    const confirm = () => {
      simulator.wipe();
      return true;
    };
    const second = await deregister(['Aalborg'], { confirm });
    assert.deepEqual([second.success, second.removed], [true, 30], dialect);
  }
});

test('a VTN that says it removed what it keeps ends the run, and nothing is forgotten', async (t) => {
  for (const dialect of oneInTurn(dialects)) {
    const { dbPath, simulator, register, deregister, apply } = await setUp(t, dialect);
    await register();
    const kind = dialect === 'openadr-3.0' ? 'DELETE /vens/{venID}/resources/{id}' : 'DELETE /resources/{id}';
    simulator.answerNext(1_000, { status: 202, body: '{}' }, kind);
    await assert.rejects(deregister(['Aalborg']), { code: 'VTN_NOT_REMOVED' });
    execute(dbPath, "UPDATE resources SET ven = 'Skagen' WHERE resource_id = 'site-00005'");
    await assert.rejects(apply(), { code: 'VTN_NOT_REMOVED' });
    assert.equal(simulator.stats().resources, 150);
    assertOneToOne(dbPath, simulator);
  }
});

test('a VTN that says it updated what it keeps as it was is told, and the plan stays', async (t) => {
  for (const dialect of oneInTurn(dialects)) {
    const { dbPath, simulator, register, apply, plan, send } = await setUp(t, dialect);
    await register();
    execute(
      dbPath,
      "UPDATE loads SET load_name = 'Pump' WHERE resource_id = 'site-00003' AND load_component = 'load_1'",
    );
    const [{ id, ven }] = query(
      dbPath,
      `SELECT l.vtn_resource_id AS id, v.vtn_ven_id AS ven FROM loads AS l JOIN resources AS r USING (resource_id)
       JOIN venfleet_vens AS v ON v.ven_name = r.ven WHERE load_name = 'Pump'`,
    ) as [{ id: string; ven: string }];
    const isOld = dialect === 'openadr-3.0';
    const asItWas = await send('GET', isOld ? `/vens/${ven}/resources/${id}` : `/resources/${id}`);
    const kind = isOld ? 'PUT /vens/{venID}/resources/{id}' : 'PUT /resources/{id}';
    const answers = [
      { status: 200, body: JSON.stringify(asItWas) },
      { status: 204, body: '' },
      { status: 202, body: '{}' },
    ];
    for (const answer of answers.slice(0, dialect === 'openadr-3.1' ? 3 : 1)) {
      simulator.answerNext(1, answer, kind);
      const ended = await apply();
      assert.deepEqual([ended.success, ended.updated, ended.failed], [false, 0, 1], dialect);
      assert.match(
        ended.failures[0]?.reason ?? '',
        /said that it updated it, but (it still has \w+ "Site 3 - |does not list it as it should be now)/,
      );
      assert.deepEqual((await plan()).counts, { ...none, update: 1 });
    }
    assert.equal((await apply()).success, true);
    assert.deepEqual((await plan()).counts, none);
    assertOneToOne(dbPath, simulator);
  }
});

test('what apply unmaps and does not settle is looked up by the next registration', async (t) => {
  for (const how of ['refused', 'interrupted'] as const) {
    const { dbPath, simulator, register, apply } = await setUp(t, 'flex-gateway', { duplicates: 'accept' });
    await register();
    execute(
      dbPath,
      `UPDATE loads SET vtn_resource_id = 'wrong', load_name = 'Pump'
       WHERE resource_id = 'site-00003' AND load_component = 'load_1'`,
    );
    const controller = new AbortController();
    if (how === 'refused') simulator.answerNext(1, { status: 422, body: '{}' }, 'PUT /resources/{id}');
    const confirm = () => {
      if (how === 'interrupted') controller.abort();
      return true;
    };
    assert.equal((await apply({ confirm, signal: controller.signal })).success, false);
    assert.equal((await register()).success, true);
    assert.equal(simulator.stats().resources, 150, how);
    assertOneToOne(dbPath, simulator);
  }
});

test('a VTN that ignores by which VEN it is asked: nothing moves, and nothing of others is removed', async (t) => {
  const { dbPath, simulator, register, plan, deregister } = await setUp(t, 'openadr-3.1');
  const vtnUrl = await proxyOf(t, simulator.url, { path: (path) => path.replace(/venID=[^&]*&?/, '') });
  await register({ vtnUrl });
  assert.deepEqual((await plan({ vtnUrl })).counts, none);
  execute(
    dbPath,
    "DELETE FROM loads WHERE resource_id IN (SELECT resource_id FROM resources WHERE ven = 'Ærø')",
  );
  const ended = await deregister(['Aalborg'], { vtnUrl });
  assert.deepEqual([ended.removed, ended.failed], [72, 0]);
  assert.equal(simulator.stats().resources, 78);
});

test('an update that the VTN answers without a word of it is looked up', async (t) => {
  for (const dialect of oneInTurn(dialects)) {
    const { dbPath, simulator, register, apply, plan } = await setUp(t, dialect);
    const vtnUrl = await proxyOf(t, simulator.url, {
      answer: (method, body) => (method === 'PUT' ? undefined : body),
    });
    await register({ vtnUrl });
    execute(dbPath, "UPDATE resources SET resource_name = 'Hotel Ærø' WHERE resource_id = 'site-00000'");
    assert.deepEqual([(await apply({ vtnUrl })).updated, (await plan({ vtnUrl })).counts], [6, none]);
    assertOneToOne(dbPath, simulator);
  }
});

test('an id that the VTN changes with an update is taken over', async (t) => {
  for (const dialect of oneInTurn(dialects)) {
    const { dbPath, simulator, register, apply } = await setUp(t, dialect);
    const vtnUrl = await proxyOf(t, simulator.url, {
      answer: (method, body) => (method === 'PUT' ? body.replace(/"id":"/, '"id":"new-') : body),
    });
    await register({ vtnUrl });
    execute(dbPath, "UPDATE resources SET address = 'Ny Vej 1' WHERE resource_id = 'site-00000'");
    assert.equal((await apply({ vtnUrl })).updated, 6);
    const ids = readLoads(dbPath).map((load) => load.vtn_resource_id ?? '');
    assert.equal(ids.filter((id) => id.startsWith('new-')).length, 6, dialect);
  }
});

interface ProxyOptions {
  path?: (path: string, method: string) => string;
  /** What becomes of the body of an answer; undefined: a 204 without one. */
  answer?: (method: string, body: string) => string | undefined;
}

/** A server before the simulator; returns its URL. */
async function proxyOf(
  t: TestContext,
  url: string,
  { path = (asked) => asked, answer: change = (_, body) => body }: ProxyOptions,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    const { method = 'GET', headers } = request;
    const answer = await fetch(`${url}${path(request.url ?? '', method)}`, {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': headers['content-type'] ?? 'application/json',
      },
      ...(sent !== '' && { body: sent }),
    });
    const body = change(method, await answer.text());
    if (body === undefined) return response.writeHead(204).end();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    return response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a VTN that stops removing, and goes on saying that it does, is found out; what stays there stays known', async (t) => {
  for (const dialect of oneInTurn(dialects)) {
    const { dbPath, simulator, register, apply, plan } = await setUp(t, dialect);
    const kind = dialect === 'openadr-3.0' ? 'DELETE /vens/{venID}/resources/{id}' : 'DELETE /resources/{id}';
    // The first alone is looked up, and is carried out; of the others, none.
    const pacing = { kind: 'window', concurrency: 1 } as const;
    let deletes = 0;
    const vtnUrl = await proxyOf(t, simulator.url, {
      path(path, method) {
        if (method === 'DELETE' && ++deletes === 2)
          simulator.answerNext(1_000, { status: 202, body: '{}' }, kind);
        return path;
      },
    });
    await register({ vtnUrl });
    execute(
      dbPath,
      `DELETE FROM loads WHERE resource_id IN (SELECT resource_id FROM resources WHERE ven = 'Aalborg');
       DELETE FROM resources WHERE ven = 'Aalborg'`,
    );
    await assert.rejects(apply({ vtnUrl, pacing }), { code: 'VTN_NOT_REMOVED' }, dialect);
    assert.equal(simulator.stats().resources, 149);
    simulator.reset();
    assert.deepEqual((await plan({ vtnUrl })).counts, { ...none, remove: 71 });
    assert.equal((await apply({ vtnUrl })).removed, 71);
    assert.equal(simulator.stats().resources, 78);
  }
});

test('a load that cannot be removed from its VEN is not created under another', async (t) => {
  const { dbPath, simulator, register, apply, plan } = await setUp(t, 'openadr-3.1');
  await register();
  execute(dbPath, "UPDATE resources SET ven = 'Skagen' WHERE resource_id = 'site-00005'");
  simulator.answerNext(6, { status: 404, body: '{}' }, 'DELETE /resources/{id}');
  const ended = await apply();
  assert.deepEqual([ended.success, ended.removed, ended.created, ended.failed], [false, 0, 0, 6]);
  assert.equal(simulator.stats().resources, 150);
  assert.deepEqual((await plan()).counts, { ...none, update: 6 });
  assert.equal((await apply()).success, true);
  assertOneToOne(dbPath, simulator);
});

test('a VTN that lists all at once may give a large answer', async (t) => {
  const { simulator, register, plan } = await setUp(t, 'flex-gateway');
  await register();
  const stranger = { id: 's', external_resource_id: 's', ven_name: 'Aalborg', note: 'x'.repeat(6_000_000) };
  const body = JSON.stringify([...Array(60).keys()].map((n) => (n === 0 ? stranger : { id: `s${n}` })));
  simulator.answerNext(3, { status: 200, body }, 'GET /resources');
  assert.equal((await plan()).resources, 60);
});

for (const [dialect, test] of inTurn(dialects)) {
  test(`${dialect}: a database that was emptied, or half restored, does not take the fleet off the VTN`, async (t) => {
    const { register, apply, deregister, simulator, dbPath } = await setUp(t, dialect);
    await register();
    const usual = { maxRemovals: undefined };
    execute(dbPath, "DELETE FROM loads WHERE resource_id < 'site-00002'");
    const ofVen = {
      code: 'TOO_MANY_REMOVALS',
      message: /removes 12 of the 150 resources in all; no more than 10 /,
    };
    await assert.rejects(apply(usual), ofVen);
    execute(dbPath, 'DELETE FROM loads; DELETE FROM resources');
    await assert.rejects(apply({ ...usual, confirm: () => assert.fail('nobody is asked') }), {
      code: 'TOO_MANY_REMOVALS',
      details: { remove: 150, there: 150, where: 'in all', bound: 10, inAll: 150 },
    });
    await assert.rejects(apply({ maxRemovals: 149 }), { code: 'TOO_MANY_REMOVALS' });
    assert.equal(simulator.stats().resources, 150);
    assert.equal((await deregister(['Ærø'])).removed, 24, 'which is meant to remove');
    assert.equal((await apply({ maxRemovals: 126 })).removed, 126);
  });
}

test('a VEN has bounds of its own: 5 % of the fleet may be all of it', async (t) => {
  const { register, apply, dbPath, simulator } = await setUp(
    t,
    'flex-gateway',
    {},
    sitesOf({ Aalborg: 97, Ærø: 2 }),
  );
  await register();
  execute(dbPath, "UPDATE resources SET enabled = 0 WHERE ven = 'Ærø'");
  await assert.rejects(apply({ maxRemovals: undefined }), {
    code: 'TOO_MANY_REMOVALS',
    message: /removes 12 of the 12 resources of VEN "Ærø"/,
  });
  execute(dbPath, "UPDATE resources SET enabled = 1 WHERE resource_id = 'site-00098'");
  assert.equal((await apply({ maxRemovals: undefined })).removed, 6);
  execute(dbPath, "UPDATE resources SET enabled = 0 WHERE ven = 'Aalborg' AND resource_id < 'site-00004'");
  assert.equal((await apply({ maxRemovals: undefined })).removed, 24, '5 % of 588, and of 582');
  assert.equal(simulator.stats().resources, 564);
});
