import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { PacingChoice } from '../../src/delivery/pacing/pacing-choice.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import type { WireRequest } from '../../src/openadr/http/transport.ts';
import { flexGatewayRegistration } from '../../src/profiles/flex-gateway/registration.ts';
import { applyPlan } from '../../src/reconciliation/apply/apply-plan.ts';
import { makePlan } from '../../src/reconciliation/make-plan.ts';
import { registerFleet } from '../../src/registration/register-fleet.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

/** A fleet, a VTN and one link to it, which notes when each request is sent and how it is answered. */
async function setUp(t: TestContext, pacing: PacingChoice, options: SimulatorOptions = {}) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 8, Ærø: 4 }));
  const simulator = await simulatorFor(t, options);
  const transport = createTransport({ url: simulator.url, tokens: staticToken('x'), connections: 32 });
  const sent: { method: string; at: number; status: number }[] = [];
  const noting = {
    ...transport,
    async send(request: WireRequest) {
      const at = performance.now();
      const response = await transport.send(request);
      sent.push({ method: request.method, at, status: response.status });
      return response;
    },
  };
  const store = await openStore(dbPath);
  t.after(() => Promise.all([store.close(), transport.close()]));
  const link = createVtnLink({ transport: noting, pacing });
  const request = { store, link, profile: flexGatewayRegistration() };
  return { dbPath, simulator, request, sent };
}

test('--max-rate holds across the stages of an apply, and across a registration before it', async (t) => {
  const { dbPath, simulator, request, sent } = await setUp(t, { kind: 'adaptive', maxRate: 60 });
  await registerFleet({ ...request, scope: { vens: ['Aalborg'] } });
  const plan = await makePlan(request);
  assert.ok(plan);
  assert.equal(plan.counts.create, 24);
  assert.equal((await applyPlan(plan, request)).success, true);
  assertOneToOne(dbPath, simulator);
  assert.ok(sent.length > 72);
  for (const { at } of sent) {
    const inThatSecond = sent.filter((other) => other.at >= at && other.at < at + 980).length;
    assert.ok(inThatSecond <= 61, `${inThatSecond} requests in a second`);
  }
});

test('what a 429 taught while listing still holds in the creation that follows', async (t) => {
  const { dbPath, simulator, request, sent } = await setUp(t, { kind: 'adaptive' });
  await registerFleet({ ...request, scope: { vens: ['Aalborg'] } });
  // From now on few requests are let through: the listing runs into it.
  simulator.set({ maxRate: 40, retryAfterS: 1 });
  sent.length = 0;
  for (let looks = 0; looks < 30; looks++) await makePlan(request);
  const plan = await makePlan(request);
  assert.ok(plan);
  assert.ok(
    sent.some(({ status }) => status === 429),
    'the listing was never refused',
  );
  sent.length = 0;
  assert.equal((await applyPlan(plan, request)).success, true);
  assertOneToOne(dbPath, simulator);
  // A window that knew nothing of it would send all 24 at once, eight or more at a time.
  assert.ok(sent.filter(({ status }) => status === 429).length <= 2);
  const posts = sent.filter(({ method }) => method === 'POST').map(({ at }) => at);
  assert.ok(posts.at(-1)! - posts[0]! > 300, 'the creation was not spread');
});
