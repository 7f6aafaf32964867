import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { apply } from '../../src/api/apply.ts';
import { plan } from '../../src/api/plan.ts';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import { json, scriptedServer } from '../openadr/scripted-server.ts';
import {
  execute,
  pythonDatabase,
  query,
  readLoads,
  sitesOf,
  type TestSite,
} from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

const quickRetry = { maxAttempts: 10, baseMs: 5, capMs: 20, graceMs: 20 };
const bl = { clientId: 'bl', clientSecret: 'bl-secret' };
const versions = ['openadr-3.0', 'openadr-3.1'] as const;
type Version = (typeof versions)[number];

async function setUp(t: TestContext, version: Version, options: SimulatorOptions = {}, sites?: TestSite[]) {
  const dbPath = pythonDatabase(t, sites ?? sitesOf({ Aalborg: 6, København: 9, Ærø: 4 }));
  const simulator = await simulatorFor(t, { dialect: version, clients: [bl], ...options });
  const run = (changes: Partial<RegisterOptions> = {}) =>
    register({
      dbPath,
      vtnUrl: simulator.url,
      profile: version,
      credentials: bl,
      retry: quickRetry,
      ...changes,
    });
  return { dbPath, simulator, run };
}

function forget(dbPath: string): void {
  execute(dbPath, "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'");
}

function namesOn(simulator: Simulator): string[] {
  return [...simulator.resources()].map((resource) => resource.name).sort();
}

for (const [version, test] of inTurn(versions)) {
  test(`${version}: every load is a resource of its own; a second run creates nothing`, async (t) => {
    const { dbPath, simulator, run } = await setUp(t, version);
    const first = await run();
    assert.equal(first.loads.registered, 114, JSON.stringify(first.failures.slice(0, 3)));
    assertOneToOne(dbPath, simulator);
    const { requests } = simulator.stats();
    assert.equal((await run()).loads.alreadyRegistered, 114);
    assert.equal(simulator.stats().requests, requests);
  });

  test(`${version}: a 409 without an id is resolved by name and our own external id`, async (t) => {
    const { dbPath, simulator, run } = await setUp(t, version);
    await run();
    const before = readLoads(dbPath).map((load) => load.vtn_resource_id);
    forget(dbPath);
    assert.equal((await run()).loads.registered, 114);
    assert.deepEqual(
      readLoads(dbPath).map((load) => load.vtn_resource_id),
      before,
    );
    assert.equal(simulator.stats().resources, 114);
  });

  test(`${version}: errors, lost connections and throttling lose and double nothing`, async (t) => {
    const faults = {
      errorRate: 0.2,
      dropRate: 0.1,
      maxRate: 400,
      rateModel: 'bucket',
      retryAfterS: 0,
    } as const;
    const { dbPath, simulator, run } = await setUp(t, version, faults);
    const summary = await run();
    assert.equal(summary.loads.registered, 114, JSON.stringify(summary.failures.slice(0, 3)));
    assertOneToOne(dbPath, simulator);
  });

  test(`${version}: sites and loads of one name get names of their own, told by a readable rule`, async (t) => {
    const sites: TestSite[] = [
      { ven: 'Aalborg', name: 'Netto', meterPointId: '707057500000000001', loads: { load_0: 'Base Load' } },
      { ven: 'Aalborg', name: 'Netto', meterPointId: '707057500000000002', loads: { load_0: 'Base Load' } },
      { ven: 'Aalborg', name: 'Netto', meterPointId: '707057500000000002', loads: { load_0: 'Base Load' } },
      { ven: 'Aalborg', name: 'Hal', loads: { load_0: 'Pumpe', load_1: 'Pumpe' } },
      { ven: 'Aarhus', name: 'Netto', loads: { load_0: 'Base Load' } },
    ];
    const { dbPath, simulator, run } = await setUp(t, version, {}, sites);
    assert.equal((await run()).loads.registered, 6);
    assertOneToOne(dbPath, simulator);
    assert.deepEqual(namesOn(simulator), [
      'Hal - Pumpe (load_0)',
      'Hal - Pumpe (load_1)',
      'Netto (707057500000000001) - Base Load',
      'Netto (707057500000000002, site-00001) - Base Load',
      'Netto (707057500000000002, site-00002) - Base Load',
      'Netto - Base Load',
    ]);
  });

  test(`${version}: long names are cut to 128 bytes and stay apart`, async (t) => {
    const long = 'Ærøskøbing Svømmehal og Idrætscenter ved Havnen '.repeat(4);
    const sites = ['A', 'B'].map((end) => ({ ven: 'Ærø', name: long + end, loads: { load_0: 'Base Load' } }));
    const { dbPath, simulator, run } = await setUp(t, version, {}, sites);
    assert.equal((await run()).loads.registered, 2);
    assertOneToOne(dbPath, simulator);
    for (const name of namesOn(simulator)) assert.ok(Buffer.byteLength(name) <= 128 && name.includes('~'));
  });

  test(`${version}: VENs of long names are cut to 128 bytes, stay apart, and are found again`, async (t) => {
    const long = 'Ærøskøbing og omegn '.repeat(8);
    const { dbPath, simulator, run } = await setUp(
      t,
      version,
      {},
      sitesOf({ [`${long}A`]: 1, [`${long}B`]: 1 }),
    );
    const summary = await run();
    assert.equal(summary.loads.registered, 12, JSON.stringify(summary.vens));
    forget(dbPath);
    assert.equal((await run()).loads.registered, 12);
    assertOneToOne(dbPath, simulator);
  });

  test(`${version}: what was sent before others of its name came is found, and planned to be renamed`, async (t) => {
    const { dbPath, simulator, run } = await setUp(t, version, {}, [
      { ven: 'Aalborg', name: 'Netto', loads: { load_0: 'Base Load' } },
    ]);
    await run();
    forget(dbPath);
    execute(dbPath, 'INSERT INTO venfleet_sending SELECT load_id FROM loads');
    execute(
      dbPath,
      `INSERT INTO resources (resource_id, resource_name, resource_type, meter_point_id, connection_id, capacities,
        location, ven) SELECT 'new', resource_name, resource_type, '707057500000000099', 1, capacities, location, ven
        FROM resources;
      INSERT INTO loads (load_id, resource_id, load_component, load_name, h5_meter_id)
        SELECT 'another', 'new', load_component, load_name, h5_meter_id FROM loads`,
    );
    const summary = await run();
    assert.equal(summary.loads.registered, 2, JSON.stringify(summary.failures));
    assertOneToOne(dbPath, simulator);
    const found = await plan({ dbPath, vtnUrl: simulator.url, profile: version, credentials: bl });
    assert.deepEqual(
      found?.actions.map((action) => [action.kind, action.externalResourceId]),
      [['update', 'site-00000_load_0']],
    );
  });

  test(`${version}: another resource under our name is a conflict, never ours`, async (t) => {
    const { dbPath, simulator, run } = await setUp(t, version, {}, sitesOf({ Aalborg: 1 }));
    await run();
    // The same VTN, asked for another fleet whose loads have the same names.
    execute(dbPath, "UPDATE loads SET resource_id = 'other'");
    execute(dbPath, "UPDATE resources SET resource_id = 'other'");
    forget(dbPath);
    const summary = await run();
    assert.equal(summary.loads.failed, 6);
    assert.match(summary.failures[0]?.reason ?? '', /conflict: resource .* belongs to load site-00000_load_/);
    assert.equal(simulator.stats().resources, 6);
  });

  test(`${version}: wrong credentials and a missing scope are one error`, async (t) => {
    const reader = { clientId: 'reader', clientSecret: 's', scopes: ['read_all'] };
    const { run } = await setUp(t, version, { clients: [bl, reader] });
    await assert.rejects(run({ credentials: { ...bl, clientSecret: 'wrong' } }), { code: 'OAUTH_REFUSED' });
    await assert.rejects(run({ credentials: reader }), { code: 'VTN_TOKEN_REFUSED' });
  });

  test(`${version}: a VTN of the other version is told as what it is`, async (t) => {
    const { run } = await setUp(t, version);
    const other = versions.find((name) => name !== version) as Version;
    await assert.rejects(run({ profile: other }), (error: Error) => {
      assert.match(error.message, new RegExp(`answers like OpenADR ${version.slice(-3)}`));
      return true;
    });
  });
}

/** A gateway before a VTN, which answers 401 to every path that it does not know, and to a token it does not know. */
async function gatewayTo(t: TestContext, vtnUrl: string, token: string) {
  return scriptedServer(t, async (response, request) => {
    const { method, url, headers, body } = request;
    if (!/^\/(vens|auth\/token)\b/.test(url)) return json(401, {})(response, request);
    if (headers.authorization === 'Bearer unknown-token') return json(401, {})(response, request);
    const answer = await fetch(vtnUrl + url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    });
    json(answer.status, await answer.json())(response, request);
  });
}

test('openadr-3.0: a gateway that refuses what it does not know is no VTN of 3.1, nor is a wrong token', async (t) => {
  const { simulator, run } = await setUp(t, 'openadr-3.0', {}, sitesOf({ Aalborg: 1 }));
  const { url: vtnUrl } = await gatewayTo(t, simulator.url, simulator.tokenFor('bl', 60));
  const wrong = run({ vtnUrl, credentials: undefined, bearerToken: 'unknown-token' });
  await assert.rejects(wrong, { code: 'VTN_TOKEN_REFUSED' });
  const summary = await run({ vtnUrl, credentials: undefined, bearerToken: 'a-known-token' });
  assert.equal(summary.loads.registered, 6, JSON.stringify(summary.failures.slice(0, 3)));
});

const towns = ['Aalborg', 'København', 'Ærø'] as const;
const townClients = towns.map((_, index) => ({
  clientId: `ven-${index}`,
  clientSecret: `s${index}-secret`,
  role: 'VEN' as const,
}));

/** A client for each town; a VTN that knows them. */
async function setUpTowns(t: TestContext) {
  const { run, ...rest } = await setUp(t, 'openadr-3.1', { clients: townClients });
  const [aalborg, københavn, ærø] = townClients as [Client, Client, Client];
  const venCredentials: Record<string, Client> = { Aalborg: aalborg, København: københavn, Ærø: ærø };
  return {
    ...rest,
    venCredentials,
    run: (changes: Partial<RegisterOptions>) => run({ credentials: undefined, ...changes }),
  };
}
type Client = (typeof townClients)[number];

test('openadr-3.1: VENs that speak for themselves, each with its own credentials', async (t) => {
  const { dbPath, simulator, run, venCredentials } = await setUpTowns(t);
  const summary = await run({ venCredentials });
  assert.equal(summary.loads.registered, 114, JSON.stringify(summary.failures.slice(0, 3)));
  assertOneToOne(dbPath, simulator);
});

for (const [pacing, test] of inTurn([
  { kind: 'adaptive' },
  { kind: 'batch', batchSize: 50, delaySeconds: 0 },
] as const)) {
  test(`a VEN whose own credentials are missing or refused fails alone, ${pacing.kind}`, async (t) => {
    const { dbPath, simulator, run, venCredentials } = await setUpTowns(t);
    const { Aalborg, København, Ærø } = venCredentials as Record<(typeof towns)[number], Client>;
    const cases: [credentials: Record<string, Client>, reason: RegExp][] = [
      [{ København, Ærø }, /There are no credentials for VEN "Aalborg"/],
      [
        { Aalborg: { ...Aalborg, clientSecret: 'wrong' }, København, Ærø },
        /refused the client "ven-0" \(401\)/,
      ],
    ];
    for (const [credentials, reason] of cases) {
      forget(dbPath);
      const { success, vens, loads, failures } = await run({ venCredentials: credentials, pacing });
      assert.deepEqual([success, vens.registered, loads.registered, loads.failed], [false, 2, 78, 36]);
      assert.deepEqual(
        vens.failed.map(({ venId }) => venId),
        ['Aalborg'],
      );
      assert.match(vens.failed[0]?.reason ?? '', reason);
      for (const failure of failures) assert.match(failure.reason, reason);
    }
    // Refused by the VTN itself, for this one alone.
    forget(dbPath);
    simulator.addClient({ ...Aalborg, scopes: [] });
    const { vens, loads } = await run({ venCredentials, pacing });
    assert.deepEqual([vens.registered, loads.registered, loads.failed], [2, 78, 36]);
    // Nobody has any: each says so.
    forget(dbPath);
    const none = await run({ venCredentials: {}, pacing });
    assert.deepEqual([none.vens.failed.length, none.loads.failed], [3, 114]);
  });
}

test('a VEN whose own credentials are refused is left out of plan and apply alone, and both say so', async (t) => {
  const { dbPath, simulator, run, venCredentials } = await setUpTowns(t);
  const { Aalborg, København, Ærø } = venCredentials as Record<(typeof towns)[number], Client>;
  await run({ venCredentials });
  const all = { dbPath, vtnUrl: simulator.url, profile: 'openadr-3.1', retry: quickRetry } as const;
  assert.equal((await apply({ ...all, venCredentials })).success, true);
  // One load of each town is new, and a site of Aalborg has moved to Ærø.
  execute(
    dbPath,
    `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE load_component = 'load_5'`,
  );
  execute(dbPath, `DELETE FROM venfleet_sent WHERE external_id LIKE '%_load_5'`);
  execute(dbPath, `UPDATE resources SET ven = 'Ærø' WHERE resource_id = 'site-00000'`);
  const options = {
    ...all,
    venCredentials: { Aalborg: { ...Aalborg, clientSecret: 'wrong' }, København, Ærø },
  };
  const before = simulator.stats().resources;
  const warned: [fields: object, text: string][] = [];
  const ignore = () => undefined;
  const warn = (fields: object, text: string) => void warned.push([fields, text]);
  const planned = await plan({ ...options, log: { debug: ignore, info: ignore, warn, error: ignore } });
  assert.deepEqual(warned, [[planned.unlistedVens[0], 'VEN could not be listed']]);
  assert.deepEqual(
    planned.unlistedVens.map(({ venName, loads }) => [venName, loads]),
    [['Aalborg', 30]],
  );
  assert.match(planned.unlistedVens[0]?.reason ?? '', /refused the client "ven-0" \(401\)/);
  assert.equal(planned.agrees, false);
  assert.equal(planned.loads + 30, 114);
  const applied = await apply(options);
  assert.equal(applied.success, false);
  assert.equal(applied.failed, 0, JSON.stringify(applied.failures.slice(0, 2)));
  // What may still be under Aalborg is not created under Ærø as well.
  assert.deepEqual(
    applied.plan.actions.filter(({ kind }) => kind === 'conflict').map((action) => action.externalResourceId),
    ['load_0', 'load_1', 'load_2', 'load_3', 'load_4'].map((component) => `site-00000_${component}`),
  );
  assert.equal(simulator.stats().resources, before + applied.created);
  // Nobody can be listed: that is no plan.
  await assert.rejects(plan({ ...options, venCredentials: {} }), { code: 'VTN_NO_LISTING' });
});

test('with credentials for each VEN, the version is asked for with those of one that has a token', async (t) => {
  const { run } = await setUp(t, 'openadr-3.0', { clients: townClients });
  const [wrong, good] = townClients as [Client, Client];
  const venCredentials = { Aalborg: { ...wrong, clientSecret: 'wrong' }, København: good };
  const lost = run({ profile: 'openadr-3.1', credentials: undefined, venCredentials });
  await assert.rejects(lost, { code: 'VTN_WRONG_VERSION' });
});

test('tokens by OAuth2 that the VTN repeats are in no reason, where each VEN has its own too', async (t) => {
  const { dbPath, simulator, run, venCredentials } = await setUpTowns(t);
  const seen = new Set<string>();
  const vtn = await scriptedServer(t, async (response, request) => {
    const { url, headers, body } = request;
    if (url.startsWith('/auth')) return json(404, {})(response, request);
    seen.add(String(headers.authorization?.slice('Bearer '.length)));
    if (!body) return json(200, [])(response, request);
    json(body.includes('Aalborg') ? 400 : 200, { detail: headers.authorization })(response, request);
  });
  const summary = await run({ vtnUrl: vtn.url, tokenUrl: `${simulator.url}/auth/token`, venCredentials });
  assert.equal(summary.vens.failed.length, 3);
  assert.equal(seen.size, 3);
  const told = JSON.stringify([summary, query(dbPath, 'SELECT * FROM venfleet_failures')]);
  assert.ok(told.includes('Bearer [secret]'), told.slice(0, 500));
  for (const token of seen) assert.ok(!told.includes(token));
});

test('ids of VENs that the VTN gave are kept where the run ends with an error', async (t) => {
  const { dbPath, simulator, run } = await setUp(t, 'openadr-3.1');
  const lost = run({
    pacing: { kind: 'window', concurrency: 1 },
    onEvent(event) {
      if (event.type !== 'ven-registered' || event.venId !== 'København') return;
      for (const kind of ['POST /vens', 'GET /vens'])
        simulator.answerNext(99, { status: 401, body: '{}' }, kind);
    },
  });
  await assert.rejects(lost, { code: 'VTN_TOKEN_REFUSED' });
  const kept = query(dbPath, 'SELECT ven_name FROM venfleet_vens ORDER BY ven_name');
  assert.deepEqual(
    kept.map((row) => row.ven_name),
    ['Aalborg', 'København'],
  );
});

test('openadr-3.1: a clientID that has another VEN already is told as what it may be', async (t) => {
  const { run } = await setUp(t, 'openadr-3.1');
  const summary = await run({ clientIdTemplate: 'one-for-all' });
  assert.deepEqual([summary.vens.registered, summary.vens.failed.length], [1, 2]);
  assert.match(
    summary.vens.failed[0]?.reason ?? '',
    /409.*a VEN of this name, or one of clientID "one-for-all".*a look-up finds nothing of ours/,
  );
});

test('openadr-3.0: VENs that business logic made, and that may not make themselves, register their loads', async (t) => {
  const { dbPath, simulator, run } = await setUp(t, 'openadr-3.0');
  const venCredentials: Record<string, { clientId: string; clientSecret: string }> = {};
  const headers = {
    authorization: `Bearer ${simulator.tokenFor('bl', 60)}`,
    'content-type': 'application/json',
  };
  for (const venName of ['Aalborg', 'København', 'Ærø']) {
    const body = JSON.stringify({ venName });
    const answer = await fetch(`${simulator.url}/vens`, { method: 'POST', headers, body });
    const { id } = (await answer.json()) as { id: string };
    const credentials = { clientId: `ven-${id}`, clientSecret: 's' };
    simulator.addClient({ ...credentials, role: 'VEN', venIds: [id] });
    venCredentials[venName] = credentials;
  }
  const summary = await run({ credentials: undefined, venCredentials });
  assert.equal(summary.loads.registered, 114, JSON.stringify(summary.failures.slice(0, 3)));
  assertOneToOne(dbPath, simulator);
});

test('openadr-3.1: resources of a VEN that is there already are sent for the client that has it', async (t) => {
  const { run } = await setUp(t, 'openadr-3.1', {}, sitesOf({ Aalborg: 1 }));
  const sent: string[] = [];
  // OpenLEADR derives the client of a resource from its VEN; another VTN may believe what it is told.
  const server = await scriptedServer(t, (response, request) => {
    if (request.url === '/vens') return json(409, { title: 'Conflict' })(response, request);
    if (request.method === 'GET') {
      return json(200, [{ id: 'v1', venName: 'Aalborg', clientID: 'theirs' }])(response, request);
    }
    sent.push(JSON.parse(request.body).clientID);
    return json(201, { id: `r${sent.length}` })(response, request);
  });
  const summary = await run({ vtnUrl: server.url, credentials: undefined, bearerToken: 'x' });
  assert.equal(summary.loads.registered, 6, JSON.stringify(summary.failures.slice(0, 3)));
  assert.deepEqual(new Set(sent), new Set(['theirs']));
});

for (const [version, test] of inTurn(versions)) {
  test(`${version}: a VEN that gets the id of another fails, in the same run and in a later one`, async (t) => {
    for (const pacing of [undefined, { kind: 'batch', batchSize: 50, delaySeconds: 0 }] as const) {
      const { dbPath, simulator, run } = await setUp(t, version);
      const answer = (venName: string) => ({ status: 201, body: JSON.stringify({ id: 'one', venName }) });
      simulator.answerNext(1, answer('Aalborg'), 'POST /vens');
      await run({ scope: { vens: ['Aalborg'] }, pacing });
      assert.equal(query(dbPath, 'SELECT vtn_ven_id AS id FROM venfleet_vens')[0]?.id, 'one');
      simulator.answerNext(1, answer('København'), 'POST /vens');
      const later = await run({ scope: { vens: ['København'] }, pacing });
      assert.deepEqual([later.loads.registered, later.loads.failed], [0, 54]);
      assert.match(later.failures[0]?.reason ?? '', /gives it the id one, which is that of VEN "Aalborg"/);
    }
  });
}
