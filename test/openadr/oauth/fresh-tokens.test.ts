import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../../src/core/clock.ts';
import { createTransport } from '../../../src/openadr/index.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { fakeClock } from '../fake-clock.ts';
import { get, grant, tokensAt } from '../oauth-clients.ts';
import { type Answer, json, scriptedServer } from '../scripted-server.ts';

/** How VTNs say that a token is not valid yet. */
const refusals: [name: string, answer: Answer][] = [
  ['RFC 6750', json(401, {}, { 'www-authenticate': 'Bearer realm="vtn", error="invalid_token"' })],
  ['in the body', json(401, { error: 'invalid_token' })],
  ['in words', json(401, { title: 'Unauthorized', detail: 'Token used before issued (iat)' })],
  ['in other words', json(401, { detail: 'The token was issued in the future' })],
];

/** An endpoint and a VTN whose clock is `behindMs` behind; what it refuses, and a transport with tokens of them. */
async function fleet(
  t: TestContext,
  clock: Clock,
  {
    behindMs,
    lifetime = 3_600,
    refusal = refusals[0]![1],
  }: {
    behindMs: number;
    lifetime?: number;
    refusal?: Answer;
  },
) {
  const issued = new Map<string, number>();
  const endpoint = await scriptedServer(t, (response, request) => {
    const token = `token-${issued.size + 1}`;
    issued.set(token, clock.monotonic());
    grant(token, { expires_in: lifetime })(response, request);
  });
  const seen: string[] = [];
  const server = await scriptedServer(t, (response, request) => {
    const token = String(request.headers.authorization).replace('Bearer ', '');
    const age = clock.monotonic() - (issued.get(token) ?? 0);
    const isTaken = age >= behindMs && age < lifetime * 1_000 + 10_000;
    seen.push(`${token} ${isTaken}`);
    (isTaken ? json(200, []) : refusal)(response, request);
  });
  const tokens = tokensAt(endpoint.url, { clock });
  const transport = createTransport({ url: server.url, connections: 8, tokens });
  t.after(() => transport.close());
  return { transport, tokens, endpoint, seen };
}

for (const [name, refusal] of refusals) {
  test(`a fresh token that is not valid yet is waited for: ${name}`, async (t) => {
    const clock = fakeClock();
    const { transport, endpoint, seen } = await fleet(t, clock, { behindMs: 2_000, refusal });
    assert.equal((await transport.send(get)).status, 200);
    assert.deepEqual(seen, ['token-1 false', 'token-1 false', 'token-1 true']);
    assert.equal(endpoint.requests.length, 1);
    assert.equal(clock.monotonic(), 3_000);
  });
}

test('many requests wait for it together', async (t) => {
  const clock = createTestClock();
  const { transport, endpoint, seen } = await fleet(t, clock, { behindMs: 800 });
  const answers = Promise.all(Array.from({ length: 20 }, () => transport.send(get)));
  let refused: number;
  do {
    refused = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
  } while (seen.length === 0 || seen.length > refused);
  const late = transport.send(get);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(seen.length, refused, 'what comes meanwhile does not try it');
  await clock.advance(1_000);
  assert.deepEqual([...new Set((await answers).map(({ status }) => status))], [200]);
  assert.equal((await late).status, 200);
  assert.equal(endpoint.requests.length, 1);
});

test('a token that stays invalid is an answer after 5 s, renewed once, and the next request does not wait', async (t) => {
  const clock = fakeClock();
  const { transport, endpoint, seen } = await fleet(t, clock, { behindMs: 1e9 });
  assert.equal((await transport.send(get)).status, 401);
  assert.equal(clock.monotonic(), 5_000);
  assert.equal(seen.length, 5);
  assert.equal(endpoint.requests.length, 2);
  assert.equal((await transport.send(get)).status, 401);
  assert.equal(clock.monotonic(), 5_000);
  assert.equal(endpoint.requests.length, 2);
});

test('a refusal that is not about the token is not waited for', async (t) => {
  const clock = fakeClock();
  for (const refusal of [
    json(401, { title: 'no' }),
    json(403, { error: 'invalid_token' }),
    json(401, {}, { 'www-authenticate': 'Bearer error="insufficient_scope"' }),
  ]) {
    const { transport } = await fleet(t, clock, { behindMs: 1e9, refusal });
    await transport.send(get);
    assert.equal(clock.monotonic(), 0);
  }
});

test('a token that was good for long, and then is called invalid, is renewed at once', async (t) => {
  const clock = fakeClock();
  const { transport, seen, endpoint } = await fleet(t, clock, { behindMs: 0, lifetime: 100 });
  await transport.send(get);
  clock.advance(79_000);
  await transport.send(get);
  const revoked = await scriptedServer(t, [json(401, { error: 'invalid_token' }), json(200, [])]);
  const tokens = tokensAt(endpoint.url, { clock });
  const other = createTransport({ url: revoked.url, connections: 1, tokens });
  t.after(() => other.close());
  await tokens.token();
  clock.advance(6_000);
  const before = clock.monotonic();
  assert.equal((await other.send(get)).status, 200);
  assert.equal(clock.monotonic(), before);
  assert.deepEqual(seen, ['token-1 true', 'token-1 true']);
});

test('a renewed token that is not taken yet: requests go on with the old one, and nobody waits', async (t) => {
  for (const refusal of [refusals[0]![1], json(403, { title: 'no' })]) {
    const clock = fakeClock();
    const { transport, tokens, seen, endpoint } = await fleet(t, clock, {
      behindMs: 2_000,
      lifetime: 100,
      refusal,
    });
    await tokens.token();
    clock.advance(82_000);
    await transport.send(get);
    while (tokens.token() === 'token-1') await new Promise((resolve) => setTimeout(resolve, 5));
    seen.length = 0;
    const before = clock.monotonic();
    for (let index = 0; index < 3; index++) assert.equal((await transport.send(get)).status, 200);
    assert.equal(clock.monotonic(), before, 'nobody waits');
    assert.deepEqual(seen, ['token-2 false', 'token-1 true', 'token-1 true', 'token-1 true']);
    clock.advance(6_000);
    assert.equal((await transport.send(get)).status, 200);
    assert.equal(seen.at(-1), 'token-2 true');
    assert.equal(endpoint.requests.length, 2, 'and no third one was fetched');
  }
});
