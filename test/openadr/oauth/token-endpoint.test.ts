import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VenfleetError } from '../../../src/core/errors.ts';
import { oauthTokens } from '../../../src/openadr/index.ts';
import { discoverTokenUrl } from '../../../src/openadr/oauth/token-endpoint.ts';
import { fakeClock } from '../fake-clock.ts';
import { client, form, grant, refusalOf, secret, tokensAt } from '../oauth-clients.ts';
import { type Answer, hangUp, json, pem, scriptedServer, silence, text } from '../scripted-server.ts';

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

  for (const status of [401, 400]) {
    const clock = fakeClock();
    const lax = await scriptedServer(t, (response, request) =>
      request.headers.authorization === plain
        ? grant('t2', { expires_in: 60 })(response, request)
        : json(status, { error: 'invalid_client' })(response, request),
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
  }
  const other = await scriptedServer(t, json(400, { error: 'invalid_scope' }));
  assert.equal((await refusalOf(tokensAt(other.url, { style: 'basic' }).token())).code, 'OAUTH_SCOPE');
  assert.equal(other.requests.length, 1, 'a 400 for another reason is not tried again');
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
  const credentials = `http://me:${encodeURIComponent(secret)}@vtn.example/token`;
  const leaky = await scriptedServer(t, json(200, { tokenURL: credentials }));
  const refused = await refusalOf(oauthTokens({ vtnUrl: leaky.url, ...client }).token());
  assert.equal(refused.code, 'OAUTH_ENDPOINT');
  assert.match(refused.message, /must not carry credentials/);
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

test('a lifetime or a type that is only nearly right is no reason to refuse a token', async (t) => {
  const cases: [more: object, expiresAfterMs: number][] = [
    [{ expires_in: '3600.0' }, 3_600_000],
    [{ expires_in: 60.5 }, 60_500],
    [{ expires_in: '' }, Number.POSITIVE_INFINITY],
    [{ expires_in: 'soon' }, Number.POSITIVE_INFINITY],
    [{ expires_in: {} }, Number.POSITIVE_INFINITY],
    [{ token_type: 'JWT' }, Number.POSITIVE_INFINITY],
    [{ token_type: 'BearerToken', scope: ['a'] }, Number.POSITIVE_INFINITY],
    [{ token_type: '' }, Number.POSITIVE_INFINITY],
    [{ token_type: undefined }, Number.POSITIVE_INFINITY],
    [{ token_type: 7, refresh_token: false }, Number.POSITIVE_INFINITY],
  ];
  for (const [more, expiresAfterMs] of cases) {
    const clock = fakeClock();
    const server = await scriptedServer(t, (response, request) =>
      grant(`t${server.requests.length}`, more)(response, request),
    );
    const tokens = tokensAt(server.url, { clock });
    assert.equal(await tokens.token(), 't1', JSON.stringify(more));
    clock.advance(Math.min(expiresAfterMs, 1e12));
    assert.equal(await tokens.token(), expiresAfterMs < 1e12 ? 't2' : 't1', JSON.stringify(more));
  }
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
    [text(302, '', { location: '/login?next=1' }), 'OAUTH_ENDPOINT', /: status 302 to \/login\.$/, false],
    [
      text(307, '', { location: 'https://me:pass@auth.example/token?key=hidden#frag' }),
      'OAUTH_ENDPOINT',
      /: status 307 to https:\/\/auth\.example\/token\.$/,
      false,
    ],
    [json(400, { error: 'invalid_target' }), 'OAUTH_AUDIENCE', /the audience \(none was asked for\)/, false],
    [
      json(400, { error: 'invalid_request', error_description: 'Missing required parameter: audience' }),
      'OAUTH_AUDIENCE',
      /Missing required parameter: audience/,
      false,
    ],
    [
      json(400, { error: 'invalid_request', error_description: "'scope' must be provided." }),
      'OAUTH_SCOPE',
      /'scope' must be provided/,
      false,
    ],
    [
      json(401, { error: 'invalid_client', error_description: 'no audience with such a scope' }),
      'OAUTH_REFUSED',
      /invalid_client/,
      false,
    ],
    [json(200, { token: 'x' }), 'OAUTH_ENDPOINT', /holds no token \(access_token: expected a token\)/, false],
    [
      json(200, { access_token: 'x', token_type: 'mac' }),
      'OAUTH_ENDPOINT',
      /token_type: expected a Bearer token/,
      false,
    ],
    [text(200, '<html>'), 'OAUTH_ENDPOINT', /holds no token/, false],
    [
      json(200, { error: 'invalid_client', error_description: `not with ${secret}` }),
      'OAUTH_REFUSED',
      /\(200\): invalid_client: not with \[secret\]/,
      false,
    ],
    [json(200, { error: 'invalid_scope' }), 'OAUTH_SCOPE', /the scope "write_vens"/, false],
    [
      json(200, { access_token: 'x', token_type: 'DPoP' }),
      'OAUTH_ENDPOINT',
      /expected a Bearer token/,
      false,
    ],
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
    if (code === 'OAUTH_SCOPE') assert.match(error.hint, /--scope/);
    if (code === 'OAUTH_AUDIENCE') assert.match(error.hint, /--audience/);
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

test('an unreachable endpoint is no unreachable VTN, and addresses are checked before anything is sent', async () => {
  const error = await refusalOf(tokensAt('http://no-such-host.invalid').token());
  assert.equal(error.code, 'OAUTH_UNAVAILABLE');
  assert.throws(() => oauthTokens({ vtnUrl: 'vtn', ...client }), { code: 'VTN_URL' });
  assert.throws(
    () => tokensAt(`http://x:${encodeURIComponent(secret)}@h`),
    (thrown: VenfleetError) => {
      assert.doesNotMatch(thrown.message, /hunter2/);
      assert.match(thrown.message, /must not carry credentials/);
      assert.match(thrown.hint, /--token-url/);
      return thrown.code === 'OAUTH_ENDPOINT';
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
