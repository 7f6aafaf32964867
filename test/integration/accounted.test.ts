/** Nothing is left out silently: a load that is counted and never read ends a run with an error. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { flexGatewayRegistration } from '../../src/profiles/flex-gateway/registration.ts';
import { applyPlan } from '../../src/reconciliation/apply/apply-plan.ts';
import { makePlan } from '../../src/reconciliation/make-plan.ts';
import { registerFleet } from '../../src/registration/register-fleet.ts';
import type { RegistrationEvent } from '../../src/registration/registration-events.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { execute, pythonDatabase, readLoads, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

/** A fleet of 18 loads of Aalborg and 12 of Ærø, and a store that reads only what `keep` lets through. */
async function setUp(t: TestContext, keep: (resourceId: string) => boolean) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 3, Ærø: 2 }));
  const simulator = await simulatorFor(t);
  const whole = await openStore(dbPath);
  const transport = createTransport({ url: simulator.url, tokens: staticToken('x'), connections: 8 });
  t.after(() => Promise.all([whole.close(), transport.close()]));
  const store: Store = {
    ...whole,
    async sitesOfVen(...query) {
      const page = await whole.sitesOfVen(...query);
      return { ...page, sites: page.sites.filter(({ resourceId }) => keep(resourceId)) };
    },
  };
  const link = createVtnLink({
    transport,
    pacing: { kind: 'window', concurrency: 4 },
    retry: { maxAttempts: 3, baseMs: 1, capMs: 5, graceMs: 1 },
  });
  return { dbPath, simulator, parts: { store, link, profile: flexGatewayRegistration() }, whole };
}

const lost = { code: 'LOADS_UNACCOUNTED', message: /^6 loads .*\(6 of Ærø\)\.$/ };
const loseOne = (resourceId: string) => resourceId !== 'site-00004';

for (const dryRun of [false, true]) {
  test(`a registration whose reader loses a site ends with an error${dryRun ? ', a dry run too' : ''}`, async (t) => {
    const { parts, dbPath, whole } = await setUp(t, loseOne);
    const events: RegistrationEvent[] = [];
    await assert.rejects(registerFleet({ ...parts, dryRun, onEvent: (event) => events.push(event) }), lost);
    const approved = readLoads(dbPath).filter((load) => load.registration_status === 'APPROVED');
    assert.equal(approved.length, dryRun ? 0 : 24, 'the others are registered');
    assert.equal(
      events.some(({ type }) => type === 'broken-off'),
      !dryRun,
    );
    const next = await registerFleet({ ...parts, store: whole, dryRun });
    assert.equal(next.success, true);
    assert.equal(next.loads.left, dryRun ? 30 : 0);
  });
}

test('a VEN whose sites are read twice, while those of another are not read, does not make up for it', async (t) => {
  const { parts, whole } = await setUp(t, () => true);
  const store: Store = {
    ...whole,
    sitesOfVen: (venName, ...page) => whole.sitesOfVen(venName === 'Ærø' ? 'Aalborg' : venName, ...page),
  };
  const { loads, success } = await registerFleet({ ...parts, store });
  assert.deepEqual([loads.left, success], [12, false]);
});

test('a plan whose reader loses a site is no plan', async (t) => {
  const { parts, whole } = await setUp(t, loseOne);
  await registerFleet({ ...parts, store: whole });
  await assert.rejects(makePlan(parts), lost);
  await assert.rejects(makePlan({ ...parts, removeAll: true }), lost);
  const plan = await makePlan({ ...parts, store: whole });
  assert.deepEqual([plan?.loads, plan?.inSync, plan?.skipped], [30, 30, 0]);
});

test('a load that apply was to create, and cannot read any more, fails by name', async (t) => {
  const { parts, whole } = await setUp(t, loseOne);
  const plan = await makePlan({ ...parts, store: whole });
  assert.ok(plan);
  const applied = await applyPlan(plan, parts);
  assert.deepEqual([applied.created, applied.failed, applied.success], [24, 6, false]);
  assert.ok(applied.failures.every(({ externalResourceId }) => externalResourceId.startsWith('site-00004_')));
  assert.match(applied.failures[0]?.reason ?? '', /plan again/);
});

test('loads that others remove or add while a run goes on are no error; what came is left to the next run', async (t) => {
  let changed = false;
  const { parts, dbPath, simulator, whole } = await setUp(t, () => true);
  const store: Store = {
    ...whole,
    async sitesOfVen(...page) {
      if (!changed) {
        changed = true;
        execute(dbPath, "DELETE FROM loads WHERE resource_id = 'site-00004'");
        execute(dbPath, "DELETE FROM resources WHERE resource_id = 'site-00004'");
      }
      const sites = await whole.sitesOfVen(...page);
      // Behind what was read already.
      execute(
        dbPath,
        `INSERT OR IGNORE INTO resources (resource_id, resource_name, resource_type, meter_point_id, connection_id,
          capacities, location, ven) SELECT 'a-new', 'New', resource_type, '707057500999999999', 1, capacities, location,
          ven FROM resources WHERE resource_id = 'site-00000'`,
      );
      execute(
        dbPath,
        `INSERT OR IGNORE INTO loads (load_id, resource_id, load_component, load_name, h5_meter_id)
          VALUES ('00000000-0000-4000-8000-999999990000', 'a-new', 'load_0', 'Base', 'm')`,
      );
      return sites;
    },
  };
  const summary = await registerFleet({ ...parts, store });
  assert.deepEqual([summary.loads.registered, summary.loads.failed, summary.success], [24, 0, true]);
  const next = await registerFleet({ ...parts, store: whole });
  assert.deepEqual([next.loads.registered, next.loads.total], [1, 25], JSON.stringify(next));
  assert.equal(simulator.stats().resources, 25);
});

test('an interrupted run says how many it did not reach', async (t) => {
  const { parts, simulator } = await setUp(t, () => true);
  simulator.set({ latencyMs: 30 });
  const stop = new AbortController();
  const { signal } = stop;
  const onEvent = ({ type }: RegistrationEvent) => type === 'progress' && stop.abort();
  const { loads, interrupted } = await registerFleet({ ...parts, signal, onEvent });
  assert.equal(interrupted, true);
  assert.equal(loads.left, loads.total - loads.registered);
});
