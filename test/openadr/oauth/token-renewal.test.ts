import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createTransport } from '../../../src/openadr/index.ts';
import { fakeClock } from '../fake-clock.ts';
import { counting, form, get, grant, refusalOf, tokensAt } from '../oauth-clients.ts';
import { json, scriptedServer, text } from '../scripted-server.ts';

test('one fetch serves all who wait', async (t) => {
  const server = await scriptedServer(t, counting(3_600));
  const tokens = tokensAt(server.url);
  const all = await Promise.all(Array.from({ length: 200 }, () => tokens.token()));
  assert.deepEqual([...new Set(all)], ['t1']);
  assert.equal(tokens.token(), 't1', 'and then it costs no promise');
  assert.equal(server.requests.length, 1);
});

test('a token is renewed before it ends, while requests go on with the old one', async (t) => {
  const clock = fakeClock();
  const server = await scriptedServer(t, counting(100));
  const tokens = tokensAt(server.url, { clock });
  await tokens.token();
  clock.advance(79_000);
  assert.equal(tokens.token(), 't1');
  clock.advance(2_000);
  for (let index = 0; index < 50; index++) assert.equal(tokens.token(), 't1');
  await until(() => tokens.token() === 't2');
  assert.equal(server.requests.length, 2);
});

test('an expired token is never handed out', async (t) => {
  const clock = fakeClock();
  const server = await scriptedServer(t, counting(100));
  const tokens = tokensAt(server.url, { clock });
  await tokens.token();
  clock.advance(100_000);
  assert.equal(await tokens.token(), 't2');
});

test('a renewal that fails ahead of time harms nobody, and is tried again', async (t) => {
  const clock = fakeClock();
  const server = await scriptedServer(t, [
    grant('t1', { expires_in: '100' }),
    text(503, ''),
    grant('t2', { expires_in: 100 }),
  ]);
  const tokens = tokensAt(server.url, { clock });
  await tokens.token();
  clock.advance(85_000);
  assert.equal(tokens.token(), 't1');
  await until(() => server.requests.length === 2);
  for (let tries = 0; tries < 3; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(tokens.token(), 't1');
  }
  assert.equal(server.requests.length, 2, 'not at once');
  clock.advance(1_500);
  assert.equal(tokens.token(), 't1');
  await until(() => tokens.token() === 't2');
});

test('a token without a lifetime is kept', async (t) => {
  for (const lifetime of [{}, { expires_in: null }, { expires_in: 0 }]) {
    const clock = fakeClock();
    const server = await scriptedServer(t, [grant('t1', lifetime)]);
    const tokens = tokensAt(server.url, { clock });
    await tokens.token();
    clock.advance(1e12);
    assert.equal(tokens.token(), 't1');
  }
});

/** A VTN that takes only the tokens in `valid`, and says `status` to others. */
async function vtn(t: TestContext, valid: Set<string>, status: number) {
  return scriptedServer(t, (response, request) =>
    valid.has(String(request.headers.authorization).replace('Bearer ', ''))
      ? json(200, [])(response, request)
      : json(status, { title: 'no' })(response, request),
  );
}

for (const status of [401, 403]) {
  test(`tokens that the VTN refuses with ${status} are renewed once for all, and every request gets through`, async (t) => {
    const valid = new Set(['t1']);
    const endpoint = await scriptedServer(t, counting(3_600));
    const server = await vtn(t, valid, status);
    const transport = createTransport({ url: server.url, connections: 20, tokens: tokensAt(endpoint.url) });
    t.after(() => transport.close());
    const burst = async () => {
      const answers = await Promise.all(Array.from({ length: 60 }, () => transport.send(get)));
      assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
    };
    await burst();
    assert.equal(endpoint.requests.length, 1);
    for (const next of ['t2', 't3']) {
      valid.clear();
      valid.add(next);
      await burst();
    }
    assert.equal(endpoint.requests.length, 3);
  });

  test(`a ${status} that a new token does not cure is an answer, and fetches no more tokens`, async (t) => {
    const clock = fakeClock();
    const endpoint = await scriptedServer(t, counting(3_600));
    const server = await vtn(t, new Set(), status);
    const transport = createTransport({
      url: server.url,
      connections: 4,
      tokens: tokensAt(endpoint.url, { clock }),
    });
    t.after(() => transport.close());
    for (let index = 0; index < 5; index++) assert.equal((await transport.send(get)).status, status);
    assert.equal(endpoint.requests.length, 2);
    assert.equal(server.requests.length, 6);
    clock.advance(61_000);
    await transport.send(get);
    assert.equal(endpoint.requests.length, 3, 'after a minute it may be another matter');
  });
}

test('what a scope is missing for does not keep an expired token from being renewed for the rest', async (t) => {
  const clock = fakeClock();
  const endpoint = await scriptedServer(t, counting(36_000));
  const valid = new Set(['t1']);
  const server = await scriptedServer(t, (response, request) => {
    const isKnown = valid.has(String(request.headers.authorization).replace('Bearer ', ''));
    json(isKnown && request.method === 'GET' ? 200 : 403, { title: 'no' })(response, request);
  });
  const tokens = tokensAt(endpoint.url, { clock });
  const transport = createTransport({ url: server.url, connections: 8, tokens });
  t.after(() => transport.close());
  const renewTo = (token: string) => {
    valid.clear();
    valid.add(token);
  };
  const statuses = async (...methods: ('GET' | 'POST')[]) =>
    (await Promise.all(methods.map((method) => transport.send({ method, path: '/vens' })))).map(
      ({ status }) => status,
    );

  valid.add('t2');
  assert.deepEqual(await statuses('GET', 'POST'), [200, 403]);
  assert.equal(endpoint.requests.length, 2, 'the forbidden one had it renewed');
  renewTo('t3');
  assert.deepEqual(await statuses('POST', 'GET', 'GET', 'POST', 'GET'), [403, 200, 200, 403, 200]);
  assert.equal(endpoint.requests.length, 3, 'once for all');
  // Forbidden for good: neither a token nor a second try for each.
  const before = server.requests.length;
  assert.deepEqual(await statuses('POST', 'POST', 'POST'), [403, 403, 403]);
  assert.equal(server.requests.length, before + 3);
  assert.equal(endpoint.requests.length, 3);
  // An older token may have expired for the forbidden kind too.
  clock.advance(61_000);
  await statuses('POST', 'POST', 'POST');
  assert.equal(endpoint.requests.length, 4);
});

test('an endpoint that gives the same token again is not asked for each request', async (t) => {
  const endpoint = await scriptedServer(t, grant('same'));
  const server = await vtn(t, new Set(), 403);
  const transport = createTransport({ url: server.url, connections: 1, tokens: tokensAt(endpoint.url) });
  t.after(() => transport.close());
  for (let index = 0; index < 3; index++) assert.equal((await transport.send(get)).status, 403);
  assert.equal(endpoint.requests.length, 2);
  assert.equal(server.requests.length, 3, 'nor is the request repeated with it');
});

test('each VEN may have its own tokens over one pool', async (t) => {
  const server = await scriptedServer(t, json(200, []));
  const first = createTransport({ url: server.url, connections: 1, tokens: { token: () => 'one' } });
  t.after(() => first.close());
  await first.send(get);
  await first.withTokens({ token: () => 'two' }).send(get);
  await first.send({ ...get, withoutToken: true });
  assert.deepEqual(
    server.requests.map((request) => request.headers.authorization),
    ['Bearer one', 'Bearer two', undefined],
  );
  assert.equal(server.connections, 1);
});

test("a token by OAuth2 that the VTN repeats is taken out of its errors, each client's", async (t) => {
  const endpoint = await scriptedServer(t, (response, request) =>
    grant(`token-of-${form(request).client_id}`)(response, request),
  );
  const server = await scriptedServer(t, (response, request) =>
    json(Number(request.url.slice(1)), { detail: request.headers.authorization })(response, request),
  );
  const tokens = (clientId: string) => tokensAt(endpoint.url, { clientId });
  const transport = createTransport({ url: server.url, connections: 1, tokens: tokens('one') });
  t.after(() => transport.close());
  for (const each of [transport, transport.withTokens(tokens('two'))]) {
    for (const path of ['/403', '/422', '/500'])
      assert.equal((await each.send({ method: 'GET', path })).body, '{"detail":"Bearer [secret]"}');
    assert.match(
      (await each.send({ method: 'GET', path: '/200' })).body,
      /token-of-/,
      'data stay as they are',
    );
  }
});

test('a final refusal stands for a while; a passing failure does not', async (t) => {
  const clock = fakeClock();
  const server = await scriptedServer(t, [
    text(503, ''),
    json(401, { error: 'invalid_client' }),
    grant('t1'),
  ]);
  const tokens = tokensAt(server.url, { clock });
  assert.equal((await refusalOf(tokens.token())).code, 'OAUTH_UNAVAILABLE');
  for (let index = 0; index < 20; index++)
    assert.equal((await refusalOf(tokens.token())).code, 'OAUTH_REFUSED');
  assert.equal(server.requests.length, 2);
  clock.advance(11_000);
  assert.equal(await tokens.token(), 't1');
});

/** Waits for what comes soon, real time. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 400, 'it did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('while a refused token is renewed, further requests wait for the new one; where there is none, the old one serves', async (t) => {
  const server = await scriptedServer(t, [grant('t1', { expires_in: 3_600 }), grant('t2'), text(503, '')]);
  const tokens = tokensAt(server.url);
  await tokens.token();
  const renewed = tokens.refused?.('t1', 401, 'GET /vens');
  assert.equal(await tokens.token(), 't2');
  assert.equal(await renewed, 't2');
  const vain = refusalOf(tokens.refused?.('t2', 403, 'GET /vens'));
  assert.equal(await tokens.token(), 't2');
  assert.equal((await vain).code, 'OAUTH_UNAVAILABLE');
});
