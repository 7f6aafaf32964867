/** A VTN, or what stands before it, that refuses or kills some requests, and one that dies: who is to blame? */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import { registerFleet } from '../../src/registration/register-fleet.ts';
import type { DialectName, SimulatorOptions } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, query, readLoads, type TestSite } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';
import { fastClock } from '../support/test-clock.ts';
import { type Fate, type TroubledRequest, troubledVtn } from '../support/troubled-vtn.ts';

const dialects = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
const pacings = [
  { kind: 'window', concurrency: 4 },
  { kind: 'batch', batchSize: 4, delaySeconds: 0 },
] as const;
const retry = { maxAttempts: 4, baseMs: 5, capMs: 20, graceMs: 10 };
const credentials = { clientId: 'bl', clientSecret: 'bl-secret' };

async function setUp(
  t: TestContext,
  dialect: DialectName,
  sites: TestSite[],
  fateOf: (request: TroubledRequest) => Fate,
  options: SimulatorOptions = {},
) {
  const dbPath = pythonDatabase(t, sites);
  const simulator = await simulatorFor(t, { dialect, clients: [credentials], ...options });
  const vtn = await troubledVtn(t, simulator.url, fateOf);
  const all = { dbPath, vtnUrl: vtn.url, profile: dialect, credentials, retry } as const;
  return {
    dbPath,
    simulator,
    run: (changes: Partial<RegisterOptions> = {}) => register({ ...all, ...changes }),
    runFast: () =>
      registerByFastClock({ dbPath, url: vtn.url, dialect, token: simulator.tokenFor('bl', 600) }),
    failures: () => query(dbPath, 'SELECT * FROM venfleet_failures').length,
    registered: () => readLoads(dbPath).filter((load) => load.registration_status === 'APPROVED').length,
  };
}

/** As `run` does, but a VTN that is gone is waited for by a faster clock. */
async function registerByFastClock(to: { dbPath: string; url: string; dialect: DialectName; token: string }) {
  const { dbPath, url, dialect, token } = to;
  const clock = fastClock(20);
  const { jobs } = profileNamed(dialect);
  const [store, profile] = await Promise.all([openStore(dbPath), jobs.registration({})]);
  const transport = createTransport({ url, tokens: staticToken(token), connections: 4 });
  try {
    return await registerFleet({
      store,
      profile,
      link: createVtnLink({ transport, pacing: pacings[0], retry, clock }),
    });
  } finally {
    await Promise.all([store.close(), transport.close()]);
  }
}

const some = (ven: string, name: string, count: number): TestSite[] =>
  Array.from({ length: count }, (_, n) => ({ ven, name: `${name} ${n}` }));
/** VENs on both sides of the one that is forbidden, in the order of their names. */
const fleet = () => [
  ...some('Aalborg', 'Hotel', 1),
  ...some('Bov', 'Forbudt', 8),
  ...some('Ærø', 'Hotel', 2),
];
const isOf =
  (what: string) =>
  ({ method, path, body }: TroubledRequest) =>
    method === 'POST' && path !== '/auth/token' && body.includes(what);

for (const [dialect, test] of inTurn(dialects)) {
  // The two versions of OpenADR are paced by the same code.
  for (const pacing of dialect === 'openadr-3.0' ? pacings.slice(0, 1) : pacings) {
    const how = `${dialect}, ${pacing.kind}`;

    test(`${how}: a VEN whose loads are all forbidden stops no other`, async (t) => {
      const isForbidden = isOf('Forbudt');
      const { run, simulator, dbPath } = await setUp(t, dialect, fleet(), (request) =>
        isForbidden(request) ? 403 : 'pass',
      );
      const { loads, success, failures } = await run({ pacing });
      assert.deepEqual([loads.registered, loads.failed, success], [18, 48, false]);
      assert.ok(failures.every(({ status }) => status === 403));
      assertOneToOne(dbPath, simulator, { complete: false });
    });

    test(`${how}: a VEN whose name is disliked stops no other, though it is the first`, async (t) => {
      const { run } = await setUp(
        t,
        dialect,
        [...some('Aalborg', 'Hotel', 5), ...some('Ærø', 'Hotel', 2)],
        (request) =>
          /^\/vens(\?|$)/.test(request.path) && `${request.path}${request.body}`.includes('Aalborg')
            ? 403
            : 'pass',
      );
      const { loads, vens } = await run({ pacing });
      assert.deepEqual([loads.registered, loads.failed, vens.failed.length], [12, 30, 1]);
    });

    for (const status of [401, 403]) {
      test(`${how}: a token that is refused from some time on (${status}) ends the run; the loads wait`, async (t) => {
        let left = 40;
        const { run, failures, registered } = await setUp(
          t,
          dialect,
          some('Aalborg', 'Hotel', 10),
          ({ path }) => (path !== '/auth/token' && left-- <= 0 ? status : 'pass'),
        );
        await assert.rejects(run({ pacing }), { code: 'VTN_TOKEN_REFUSED' });
        assert.equal(failures(), 0);
        assert.ok(registered() > 20 && registered() < 40);
        left = Number.POSITIVE_INFINITY;
        assert.equal((await run({ pacing })).success, true);
      });
    }

    test(`${how}: single 401s among successes are tried again`, async (t) => {
      let requests = 0;
      const { run } = await setUp(t, dialect, some('Aalborg', 'Hotel', 6), ({ path }) =>
        path.includes('resources') && ++requests % 9 === 0 ? 401 : 'pass',
      );
      for (const token of [{}, { credentials: undefined, bearerToken: 'x' }] as const) {
        if (dialect !== 'flex-gateway' && 'bearerToken' in token) continue;
        const { loads } = await run({ pacing, ...token });
        assert.equal(loads.registered + loads.alreadyRegistered, 36);
      }
    });
  }

  test(`${dialect}: a VTN that dies in the middle of a run fails no load`, async (t) => {
    let left = 60;
    const { run, runFast, failures, registered, simulator, dbPath } = await setUp(
      t,
      dialect,
      some('Aalborg', 'Hotel', 23),
      ({ path }) => (path !== '/auth/token' && left-- <= 0 ? 'cut' : 'pass'),
    );
    await assert.rejects(runFast(), { code: 'VTN_LOST' });
    assert.equal(failures(), 0);
    assert.ok(registered() > 30 && registered() < 60);
    left = Number.POSITIVE_INFINITY;
    assert.equal((await run()).success, true);
    assertOneToOne(dbPath, simulator);
  });

  for (const what of ['the creation alone', 'every request']) {
    test(`${dialect}: a load of which ${what} kills the connection fails by name, also as the last`, async (t) => {
      const isPoison = ({ method, path, body }: TroubledRequest) =>
        body.includes('Giftig') || (what === 'every request' && method === 'GET' && /Giftig|gift/.test(path));
      const sites: TestSite[] = [
        ...some('Aalborg', 'Hotel', 2),
        { ven: 'Aalborg', name: 'Giftig', resourceId: 'zz-gift', loads: { load_0: 'Pumpe' } },
      ];
      const { run } = await setUp(t, dialect, sites, (request) => (isPoison(request) ? 'cut' : 'pass'));
      for (const registered of [12, 0]) {
        const { loads, failures } = await run({ pacing: pacings[0] });
        assert.deepEqual([loads.registered, loads.failed], [registered, 1]);
        assert.equal(failures[0]?.externalResourceId, 'zz-gift_load_0');
        assert.match(failures[0]?.reason ?? '', /given up after 4 tries/);
      }
    });
  }
}

test('the wrong --service-location stops the run after some loads, and is named; the others wait', async (t) => {
  const sites = [...some('Aalborg', 'Hotel', 3), ...some('Bov', 'Hotel', 3), ...some('Ærø', 'Hotel', 30)];
  const { run, failures } = await setUp(t, 'flex-gateway', sites, () => 'pass', {
    serviceLocation: 'object',
  });
  await assert.rejects(run({ maxFailures: 20, pacing: pacings[0] }), {
    code: 'TOO_MANY_FAILURES',
    message: /^The first 37 loads all failed for one reason.*service_location/,
    hint: /--service-location: it is "string"/,
  });
  assert.ok(failures() >= 37 && failures() < 60, `${failures()} failed, the others wait`);
  const { loads } = await run({ maxFailures: 0 });
  assert.equal(loads.failed, 216);
});

test('a client that may create no resource is told to look at its scopes; one VEN alone stops nothing', async (t) => {
  const post = isOf('Forbudt');
  const { run } = await setUp(
    t,
    'openadr-3.1',
    [...some('Aalborg', 'Forbudt', 3), ...some('Bov', 'Skole', 1)],
    (request) => (post(request) ? 403 : 'pass'),
  );
  const vens = ['Aalborg'];
  await assert.rejects(run({ maxFailures: 10, scope: { vens } }), {
    code: 'TOO_MANY_FAILURES',
    hint: /--scope/,
  });
  const { loads } = await run({ maxFailures: 10 });
  assert.deepEqual([loads.registered, loads.failed], [6, 18]);
});
