import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { VenfleetError } from '../../src/core/errors.ts';
import {
  createTransport,
  discoverTokenUrl,
  type OAuthOptions,
  oauthTokens,
} from '../../src/openadr/index.ts';
import { fakeClock } from './fake-clock.ts';
import {
  type Answer,
  hangUp,
  json,
  pem,
  type SeenRequest,
  scriptedServer,
  silence,
  text,
} from './scripted-server.ts';

const secret = 'hunter2+/=&';
const client = { clientId: 'fleet æ', clientSecret: secret } as const;
const get = { method: 'GET', path: '/vens' } as const;

const grant = (token: string, more: object = {}) =>
  json(200, { access_token: token, token_type: 'Bearer', ...more });

/** An endpoint that gives `t1`, `t2`, …, each for `seconds`. */
function counting(seconds: number): Answer {
  let count = 0;
  return (response, request) => grant(`t${++count}`, { expires_in: seconds })(response, request);
}

function form(request: SeenRequest | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.body));
}

async function refusalOf(promise: unknown): Promise<VenfleetError> {
  const error = await Promise.resolve(promise).then(
    () => assert.fail('no error came'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof VenfleetError, String(error));
  const all = inspect(error, { depth: 9 }) + JSON.stringify(error) + error.hint;
  for (const hidden of [
    secret,
    encodeURIComponent(secret),
    Buffer.from(`x:${secret}`).toString('base64').slice(4, -4),
  ])
    assert.ok(!all.includes(hidden), all);
  return error;
}

/** Tokens from the endpoint `{url}/token`. */
function tokensAt(url: string, more: Partial<OAuthOptions> = {}) {
  return oauthTokens({ vtnUrl: 'http://vtn.invalid', tokenUrl: `${url}/token`, ...client, ...more });
}

test('form style: what is sent is what RFC 6749 and the OpenADR documents say', async (t) => {
  const server = await scriptedServer(t, grant('t1'));
  const tokens = tokensAt(server.url, { scope: 'read_all write_vens', audience: 'https://vtn' });
  assert.equal(await tokens.token(), 't1');
  const [request] = server.requests;
  assert.equal(request?.method, 'POST');
  assert.equal(request?.url, '/token');
  assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.equal(request?.headers.authorization, undefined);
  assert.deepEqual(form(request), {
    grant_type: 'client_credentials',
    scope: 'read_all write_vens',
    audience: 'https://vtn',
    client_id: client.clientId,
    client_secret: secret,
  });
});

test('Basic style: encoded as RFC 6749 has it, and plain where the server knows only that', async (t) => {
  const basic = (id: string, password: string) =>
    `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
  const encoded = basic('fleet+%C3%A6', 'hunter2%2B%2F%3D%26');
  const plain = basic(client.clientId, secret);

  const strict = await scriptedServer(t, grant('t1', { access_token: undefined, access_token_jwt: 'jwt' }));
  assert.equal(await tokensAt(strict.url, { style: 'basic' }).token(), 'jwt');
  assert.equal(strict.requests[0]?.headers.authorization, encoded);
  assert.deepEqual(form(strict.requests[0]), { grant_type: 'client_credentials' });

  const clock = fakeClock();
  const lax = await scriptedServer(t, (response, request) =>
    request.headers.authorization === plain
      ? grant('t2', { expires_in: 60 })(response, request)
      : json(401, { error: 'invalid_client' })(response, request),
  );
  const tokens = tokensAt(lax.url, { style: 'basic', clock });
  assert.equal(await tokens.token(), 't2');
  clock.advance(61_000);
  await tokens.token();
  assert.deepEqual(
    lax.requests.map((request) => request.headers.authorization),
    [encoded, plain, plain],
    'what worked is kept',
  );
});

test('the endpoint is what /auth/server names, else /auth/token below the base', async (t) => {
  const other = await scriptedServer(t, grant('elsewhere'));
  const cases: [name: string, discovery: Answer, token: string, paths: string[]][] = [
    ['3.1', json(200, { tokenURL: `${other.url}/oauth/token/?tenant=1` }), 'elsewhere', ['/x/auth/server']],
    ['relative', json(200, { tokenURL: '/x/tokens' }), 'here', ['/x/auth/server', '/x/tokens']],
    ['3.0', json(404, {}), 'here', ['/x/auth/server', '/x/auth/token']],
    ['closed', json(401, {}), 'here', ['/x/auth/server', '/x/auth/token']],
  ];
  for (const [name, discovery, token, paths] of cases) {
    const server = await scriptedServer(t, [discovery, grant('here')]);
    assert.equal(await oauthTokens({ vtnUrl: `${server.url}/x`, ...client }).token(), token, name);
    assert.deepEqual(
      server.requests.map((request) => request.url),
      paths,
      name,
    );
    assert.equal(server.requests[0]?.headers.authorization, undefined);
  }
  assert.equal(other.requests[0]?.url, '/oauth/token/?tenant=1');
});

test('discovery: nonsense and a way into the clear are refused, a failing VTN is told as one', async (t) => {
  const nonsense = await scriptedServer(t, text(200, '<html>', { 'content-type': 'text/html' }));
  assert.equal((await refusalOf(discoverTokenUrl({ vtnUrl: nonsense.url }))).code, 'OAUTH_ENDPOINT');
  const failing = await scriptedServer(t, text(503, ''));
  assert.equal((await refusalOf(discoverTokenUrl({ vtnUrl: failing.url }))).code, 'OAUTH_UNAVAILABLE');

  const tls = { ca: pem('ca') };
  const clear = await scriptedServer(t, json(200, { tokenURL: 'http://vtn.example/token' }), {
    cert: pem('server'),
    key: pem('server.key'),
  });
  const error = await refusalOf(oauthTokens({ vtnUrl: clear.url, ...client, tls }).token());
  assert.equal(error.code, 'OAUTH_ENDPOINT');
  assert.match(error.message, /in the clear/);
});

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

test('what an endpoint refuses is told as what it is', async (t) => {
  const cases: [answer: Answer, code: string, message: RegExp, retryable: boolean][] = [
    [
      json(401, { error: 'invalid_client', error_description: `no such secret ${secret}` }),
      'OAUTH_REFUSED',
      /"fleet æ" \(401\): invalid_client: no such secret \[secret\]/,
      false,
    ],
    [json(400, { error: 'unsupported_grant_type' }), 'OAUTH_REFUSED', /unsupported_grant_type/, false],
    [json(403, { title: 'Forbidden' }), 'OAUTH_REFUSED', /\(403\): Forbidden/, false],
    [text(401, `<html>${secret}`), 'OAUTH_REFUSED', /status 401/, false],
    [json(400, { error: 'invalid_scope' }), 'OAUTH_SCOPE', /the scope "write_vens"/, false],
    [text(404, ''), 'OAUTH_ENDPOINT', /status 404/, false],
    [json(501, {}), 'OAUTH_ENDPOINT', /status 501/, false],
    [text(302, '', { location: '/login' }), 'OAUTH_ENDPOINT', /status 302/, false],
    [json(200, { token: 'x' }), 'OAUTH_ENDPOINT', /holds no token \(access_token: expected a token\)/, false],
    [
      json(200, { access_token: 'x', token_type: 'mac' }),
      'OAUTH_ENDPOINT',
      /token_type: expected a Bearer token/,
      false,
    ],
    [text(200, '<html>'), 'OAUTH_ENDPOINT', /holds no token/, false],
    [grant('two words'), 'TOKEN_INVALID', /cannot be sent/, false],
    [text(503, ''), 'OAUTH_UNAVAILABLE', /status 503/, true],
    [text(429, ''), 'OAUTH_UNAVAILABLE', /status 429/, true],
    [hangUp, 'OAUTH_UNAVAILABLE', /connection/, true],
    [silence, 'OAUTH_UNAVAILABLE', /no answer within 0.1 s/, true],
  ];
  for (const [answer, code, message, retryable] of cases) {
    const server = await scriptedServer(t, answer);
    const tokens = tokensAt(server.url, { scope: 'write_vens', timeoutMs: 100 });
    const error = await refusalOf(tokens.token());
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.equal(error.retryable, retryable, error.message);
  }
});

test('whatever an endpoint repeats of what it was sent, no message has the secret', async (t) => {
  const clientSecret = 'p4!\'()*~ w/"\\%+=æ';
  const echo: Answer = (response, request) => {
    const sent = `${request.headers.authorization} ${request.body}`;
    const read = new URLSearchParams(request.body).get('client_secret');
    json(401, { error: `${sent} ${read}`, error_description: encodeURIComponent(clientSecret) })(
      response,
      request,
    );
  };
  for (const style of ['form', 'basic'] as const) {
    const server = await scriptedServer(t, echo);
    const error = await refusalOf(tokensAt(server.url, { clientSecret, style }).token());
    assert.match(error.message, /\[secret\]/);
    const basic = server.requests.map(({ headers }) => headers.authorization?.slice('Basic '.length, -4));
    const form = new URLSearchParams({ a: clientSecret }).toString().slice(2);
    for (const hidden of [clientSecret, form, encodeURIComponent(clientSecret), 'p4', ...basic])
      assert.ok(hidden === undefined || !error.message.includes(hidden), error.message);
  }
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

test('an unreachable endpoint is no unreachable VTN, and addresses are checked before anything is sent', async () => {
  const error = await refusalOf(tokensAt('http://no-such-host.invalid').token());
  assert.equal(error.code, 'OAUTH_UNAVAILABLE');
  assert.throws(() => oauthTokens({ vtnUrl: 'vtn', ...client }), { code: 'VTN_URL' });
  assert.throws(
    () => tokensAt(`http://x:${encodeURIComponent(secret)}@h`),
    (thrown: VenfleetError) => {
      assert.doesNotMatch(thrown.message, /hunter2/);
      return thrown.code === 'VTN_URL';
    },
  );
});

test('the endpoint is reached with our own authority and client certificate', async (t) => {
  const server = await scriptedServer(t, grant('t1'), {
    cert: pem('server'),
    key: pem('server.key'),
    ca: pem('ca'),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const tls = { ca: pem('ca'), cert: pem('client'), key: pem('client.key') };
  assert.equal(await tokensAt(server.url, { tls }).token(), 't1');
  assert.equal((await refusalOf(tokensAt(server.url).token())).code, 'VTN_TLS');
});

/** Waits for what comes soon, real time. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 400, 'it did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
