import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createRequestMeter } from '../../src/api/keep/request-meter.ts';
import { vtnStateOf } from '../../src/api/keep/vtn-state.ts';
import { createKeeperMetrics } from '../../src/api/metrics/keeper-metrics.ts';
import type { FleetKeeperOptions, VtnState } from '../../src/api/with-fleet-keeper.ts';
import { systemClock } from '../../src/core/clock.ts';
import { attempt, endingOf } from '../../src/delivery/attempt.ts';
import { createSender } from '../../src/delivery/sender.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { hangUp, json, pem, scriptedServer, silence, text } from '../openadr/scripted-server.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { keep } from '../support/kept-fleet.ts';
import { createPageFleet } from '../support/page-fleet.ts';
import { simulatorFor } from '../support/simulator.ts';

const certified = { cert: pem('server'), key: pem('server.key') };
const credentials = { clientId: 'bl', clientSecret: 's' };

/** A way in which a VTN cannot be spoken to, how it is called, and why. */
interface Way {
  readonly how: string;
  readonly options: (t: TestContext) => Promise<Partial<FleetKeeperOptions>>;
  readonly state?: VtnState['state'];
  readonly problem: RegExp;
}

/** Tokens come from such an endpoint, for a VTN that is well. */
const tokensFrom =
  (endpoint: (t: TestContext) => Promise<string>): Way['options'] =>
  async (t) => ({
    vtnUrl: (await simulatorFor(t)).url,
    credentials,
    bearerToken: undefined,
    tokenUrl: await endpoint(t),
  });

const goneUrl = async (t: TestContext) => {
  const simulator = await simulatorFor(t);
  await simulator.close();
  return simulator.url;
};

const ways: readonly Way[] = [
  {
    how: 'nobody listens',
    options: async (t) => ({ vtnUrl: await goneUrl(t) }),
    problem: /connection refused/,
  },
  {
    how: 'there is no such host',
    options: async () => ({ vtnUrl: 'http://vtn.invalid' }),
    problem: /no such host|cannot be looked up/,
  },
  {
    how: 'it closes every connection without an answer',
    options: async (t) => ({ vtnUrl: (await scriptedServer(t, hangUp)).url }),
    problem: /connection closed/,
  },
  {
    how: 'its certificate is not trusted',
    options: async (t) => ({ vtnUrl: (await scriptedServer(t, json(200, []), certified)).url }),
    problem: /certificate .* does not verify/,
  },
  {
    how: 'it wants a client certificate',
    options: async (t) => {
      const asking = { ...certified, ca: pem('ca'), requestCert: true, rejectUnauthorized: true };
      return { vtnUrl: (await scriptedServer(t, json(200, []), asking)).url, tls: { ca: pem('ca') } };
    },
    problem: /client certificate/,
  },
  {
    how: 'it speaks no TLS there',
    options: async (t) => ({ vtnUrl: (await simulatorFor(t)).url.replace('http:', 'https:') }),
    problem: /does not speak TLS/,
  },
  {
    how: 'its answers cannot be read',
    options: async (t) => ({
      vtnUrl: (await scriptedServer(t, text(200, '[]', { 'content-encoding': 'compress' }))).url,
    }),
    problem: /content encoding/,
  },
  {
    how: 'it refuses the token',
    options: async (t) => ({ vtnUrl: (await simulatorFor(t, { tokens: ['another'] })).url }),
    state: 'refusing-token',
    problem: /./,
  },
  {
    how: 'the token endpoint refuses the client',
    options: tokensFrom(async (t) => (await scriptedServer(t, json(401, { error: 'invalid_client' }))).url),
    state: 'refusing-token',
    problem: /invalid_client/,
  },
  {
    how: 'the token endpoint is none',
    options: tokensFrom(async (t) => (await scriptedServer(t, json(200, {}))).url),
    state: 'refusing-token',
    problem: /holds no token/,
  },
  {
    how: 'the token endpoint is down',
    options: tokensFrom(goneUrl),
    problem: /connection refused/,
  },
  {
    how: "the token endpoint's certificate is not trusted",
    options: tokensFrom(async (t) => (await scriptedServer(t, json(200, {}), certified)).url),
    problem: /certificate .* does not verify/,
  },
];

for (const [profile, tried] of inTurn(['flex-gateway', 'openadr-3.1'] as const))
  for (const { how, options, state = 'silent', problem } of ways)
    tried(`${profile}: where ${how}, the VTN is not up`, async (t) => {
      const own = await options(t);
      const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
      const { keeper, untilPart } = await keep(t, { vtnUrl: '', dbPath, profile, ...own });
      await untilPart('reconciliation', 'degraded');
      const { vtn } = keeper.state();
      assert.equal(vtn.state, state, vtn.problem ?? '');
      assert.match(vtn.problem ?? '', problem);
      assert.ok(vtn.sinceMs !== null);
      const metrics = createKeeperMetrics({ version: '1' });
      metrics.attach(keeper, createPageFleet().views);
      assert.match((await metrics.answer()).body, /^venfleet_vtn_up 0$/m);
    });

test('where no answer comes in time, the VTN is silent', async (t) => {
  const { url } = await scriptedServer(t, silence);
  const transport = createTransport({ url, tokens: staticToken('x'), connections: 1, timeoutMs: 50 });
  t.after(() => transport.close({ abandon: true }));
  const link = createVtnLink({ transport, pacing: { kind: 'adaptive' } });
  const sender = createSender(link, { kind: 'vens' });
  const read = () => ({ kind: 'done', value: null }) as const;
  await sender.entrance.pass(
    (standAside) => attempt({ method: 'GET', path: '/vens' }, read, 'failed', sender, standAside),
    endingOf,
  );
  const { state, problem } = vtnStateOf(link, 'flex-gateway', createRequestMeter(systemClock));
  assert.equal(state, 'silent');
  assert.match(problem ?? '', /no answer within/);
});
