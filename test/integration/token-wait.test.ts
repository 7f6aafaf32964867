import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { fixedLimit } from '../../src/delivery/limit/in-flight-limit.ts';
import { createGate } from '../../src/delivery/pacing/gate.ts';
import { createTransport } from '../../src/openadr/http/http.ts';
import type { TokenSource } from '../../src/openadr/http/transport.ts';
import { simulatorFor } from '../support/simulator.ts';

test('a renewal holds up no request but those that need the new token', async (t) => {
  const simulator = await simulatorFor(t, { tokens: ['new'] });
  const renewal = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  const tokens: TokenSource = {
    token: () => 'old',
    refused() {
      asked.resolve();
      return renewal.promise;
    },
  };
  const base = createTransport({ url: simulator.url, tokens, connections: 4 });
  t.after(() => base.close());
  const limit = fixedLimit(1);
  const signal = new AbortController().signal;
  const entrance = createGate({ limitOf: () => limit }, systemClock).entrance({
    lane: 'usual',
    kind: 'x',
    signal,
  });
  const request = { method: 'GET', path: '/vens?limit=1' } as const;
  const renewing = entrance.pass(
    (standAside) => base.send(request, standAside),
    () => ({ end: 'success' }),
  );
  await asked.promise;
  const passing = await entrance.pass(
    (standAside) => base.send({ ...request, withoutToken: true }, standAside),
    () => ({ end: 'success' }),
  );
  assert.equal(passing?.status, 401, 'it was sent while the other one waits');
  renewal.resolve('new');
  assert.equal((await renewing)?.status, 200);
});
