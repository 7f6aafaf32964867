import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestClock } from '../../support/test-clock.ts';
import { fakeClock } from '../fake-clock.ts';
import { grant, refusalOf, tokensAt } from '../oauth-clients.ts';
import { type Answer, json, scriptedServer, text } from '../scripted-server.ts';

const busy = (status: number, seconds: string) => text(status, '', { 'retry-after': seconds });

for (const status of [429, 503]) {
  test(`${status} with Retry-After: the endpoint is left alone for so long, and then asked again`, async (t) => {
    const clock = createTestClock();
    const server = await scriptedServer(t, [busy(status, '7'), busy(status, '40'), grant('t1')]);
    const tokens = tokensAt(server.url, { clock });
    const all = Promise.all([tokens.token(), tokens.token(), tokens.token()]);
    const seen = async (ms: number) => {
      await clock.advance(ms);
      // The answer to what was sent comes in real time.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return server.requests.length;
    };
    assert.equal(await seen(0), 1);
    assert.equal(await seen(6_900), 1);
    assert.equal(await seen(200), 2);
    assert.equal(await seen(39_800), 2);
    assert.equal(await seen(300), 3);
    assert.deepEqual(await all, ['t1', 't1', 't1']);
  });
}

test('where it goes on for minutes, the last such answer counts', async (t) => {
  const clock = fakeClock();
  for (const [seconds, most] of [
    ['40', 6],
    ['0', 181],
    ['99999', 3],
  ] as const) {
    const server = await scriptedServer(t, busy(429, seconds));
    const before = clock.monotonic();
    const error = await refusalOf(tokensAt(server.url, { clock }).token());
    assert.equal(error.code, 'OAUTH_UNAVAILABLE');
    assert.match(error.message, /status 429/);
    assert.ok(server.requests.length <= most, `${server.requests.length} for Retry-After: ${seconds}`);
    const waited = clock.monotonic() - before;
    assert.ok(waited >= 180_000 && waited <= 300_000, String(waited));
  }
});

test('without Retry-After nothing is waited for here', async (t) => {
  const clock = fakeClock();
  const server = await scriptedServer(t, [text(429, ''), grant('t1')]);
  const tokens = tokensAt(server.url, { clock });
  assert.equal((await refusalOf(tokens.token())).code, 'OAUTH_UNAVAILABLE');
  assert.equal(clock.monotonic(), 0);
  assert.equal(await tokens.token(), 't1');
});

test('while the endpoint is to be left alone, requests go on with a token that is still good', async (t) => {
  const clock = createTestClock();
  const server = await scriptedServer(t, [
    grant('t1', { expires_in: 100 }),
    busy(429, '10'),
    grant('t2', { expires_in: 100 }),
  ]);
  const tokens = tokensAt(server.url, { clock });
  assert.equal(await tokens.token(), 't1');
  const at = async (ms: number) => {
    await clock.advance(ms);
    const token = tokens.token();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return token;
  };
  assert.equal(await at(81_000), 't1');
  assert.equal(await at(5_000), 't1');
  assert.equal(server.requests.length, 2);
  await at(5_100);
  assert.equal(await at(0), 't2');
  assert.equal(server.requests.length, 3);
});

test('60 clients at an endpoint that is busy for a while: few are refused, all get their tokens', async (t) => {
  let first: number | undefined;
  let inFlight = 0;
  let mostInFlight = 0;
  let refused = 0;
  const refusedAt: number[] = [];
  const answer: Answer = (response, request) => {
    const now = performance.now();
    first ??= now;
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    const isBusy = now - first < 1_500;
    if (isBusy) {
      refused++;
      refusedAt.push(now);
    }
    setTimeout(() => {
      inFlight--;
      (isBusy ? busy(429, '1') : grant(`t${request.body.length}`))(response, request);
    }, 10);
  };
  const server = await scriptedServer(t, answer);
  const clients = Array.from({ length: 60 }, (_, index) =>
    tokensAt(`${server.url}`, { clientId: `ven-${index}`, tokenUrl: `${server.url}/token?tenant=${index}` }),
  );
  const tokens = await Promise.all(clients.map((client) => client.token()));
  assert.equal(tokens.length, 60);
  assert.ok(mostInFlight <= 8, `${mostInFlight} at a time`);
  assert.ok(refused <= 9, `${refused} refused`);
  assert.equal(server.requests.length, 60 + refused);
  const [start = 0, ...later] = refusedAt;
  const probe = later.at(-1) ?? 0;
  assert.ok(probe - start >= 1_000, 'nothing came before the time that it asked for');
});

test('a client that refuses to wait any longer is let go, and the others are not', async (t) => {
  const server = await scriptedServer(t, [busy(429, '1'), grant('t1')]);
  const stop = new AbortController();
  const stopped = tokensAt(server.url, { signal: stop.signal }).token();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const patient = tokensAt(server.url).token();
  stop.abort();
  const error = await refusalOf(stopped);
  assert.equal(error.code, 'OAUTH_UNAVAILABLE');
  assert.match(error.message, /was stopped/);
  assert.equal(await patient, 't1');
  const late = await refusalOf(tokensAt(server.url, { signal: stop.signal }).token());
  assert.equal(late.code, 'OAUTH_UNAVAILABLE');
  assert.equal(server.requests.length, 2);
});

test('endpoints do not wait for one another', async (t) => {
  const server = await scriptedServer(t, (response, request) =>
    request.url === '/a/token' ? busy(429, '100')(response, request) : grant('t1')(response, request),
  );
  const stop = new AbortController();
  const waiting = tokensAt(`${server.url}/a`, { signal: stop.signal }).token();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await tokensAt(`${server.url}/b`).token(), 't1');
  stop.abort();
  await refusalOf(waiting);
});

test('discovery is paced alike', async (t) => {
  const clock = fakeClock();
  const server = await scriptedServer(t, [
    busy(503, '3'),
    json(404, {}),
    (response, request) => grant('t1')(response, request),
  ]);
  const { oauthTokens } = await import('../../../src/openadr/index.ts');
  const tokens = oauthTokens({ vtnUrl: server.url, clientId: 'a', clientSecret: 'b', clock });
  assert.equal(await tokens.token(), 't1');
  assert.equal(clock.monotonic(), 3_000);
});
