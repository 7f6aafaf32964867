import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { json, type SeenRequest, scriptedServer } from '../openadr/scripted-server.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const styleOf = ({ headers, body }: SeenRequest) =>
  headers.authorization?.startsWith('Basic ') ? 'basic' : body.includes('client_secret') ? 'form' : 'none';

describe('credentials from the command line', { concurrency: 2 }, () => {
  test('the token endpoint gets them as HTTP Basic for flex-gateway, in the form for OpenADR, or as asked', async (t) => {
    const { runWith } = terminal(t);
    const cases = [
      ['flex-gateway', [], 'basic'],
      ['flex-gateway', ['--auth-style', 'form'], 'form'],
      ['openadr-3.1', [], 'form'],
      ['openadr-3.1', ['--auth-style', 'basic'], 'basic'],
    ] as const;
    for (const [profile, args, style] of cases) {
      const endpoint = await scriptedServer(t, (response, request) =>
        styleOf(request) === style
          ? json(200, { access_token_jwt: 'token-by-oauth', expires_in: 60 })(response, request)
          : json(401, { error: 'invalid_client' })(response, request),
      );
      const simulator = await simulatorFor(t, { dialect: profile, tokens: ['token-by-oauth'] });
      const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
      const ended = await runWith(
        { env: { VENFLEET_CLIENT_SECRET: 'geheim-4711' } },
        ...['register', '--db', db, '--vtn-url', simulator.url, '--profile', profile],
        ...['--client-id', 'fleet', '--token-url', `${endpoint.url}/token`, ...args],
      );
      assert.equal(ended.code, 0, `${profile} ${args}: ${ended.stderr}`);
      assert.deepEqual([...new Set(endpoint.requests.map(styleOf))], [style]);
    }
  });

  test('files of tokens, secrets and credentials may come from Windows', async (t) => {
    const { run, write } = terminal(t);
    const endpoint = await scriptedServer(t, json(200, { access_token: 'some-token', expires_in: 60 }));
    const client = { clientId: 'c', clientSecret: 'geheim' };
    const byVen = JSON.stringify({ ['Åby'.normalize('NFD')]: client });
    const encodings = [
      (text: string) => Buffer.from(`\uFEFF${text}\r\n`),
      (text: string) => Buffer.from(`\uFEFF${text}\r\n`, 'utf16le'),
    ];
    for (const encoded of encodings) {
      const secret = ['--client-id', 'c', '--client-secret-file', write('secret', encoded('geheim'))];
      const cases = [
        ['--token-file', write('token', encoded('some-token'))],
        [...secret, '--token-url', `${endpoint.url}/token`],
        ['--credentials-file', write('vens.json', encoded(byVen))],
      ];
      for (const args of cases) {
        const simulator = await simulatorFor(t, {
          dialect: 'openadr-3.1',
          tokens: ['some-token'],
          clients: [{ ...client, role: 'VEN' }],
        });
        const db = pythonDatabase(t, sitesOf({ Åby: 1 }));
        const where = ['--db', db, '--vtn-url', simulator.url, '--profile', 'openadr-3.1'];
        const { code, stdout, stderr } = await run('register', ...where, ...args);
        assert.equal(code, 0, `${args}: ${stdout}${stderr}`);
      }
    }
    assert.ok(
      endpoint.requests.every(({ body }) => new URLSearchParams(body).get('client_secret') === 'geheim'),
    );
    write('twice.json', JSON.stringify({ Åby: client, ['Åby'.normalize('NFD')]: client }));
    const twice = await run('register', '--profile', 'openadr-3.1', '--credentials-file', 'twice.json');
    assert.match(
      twice.stderr,
      /names VEN "Åby" 2 times, in other spellings of Unicode .*\[CREDENTIALS_FILE\]/u,
    );
  });

  for (const command of ['register', 'plan']) {
    test(`a token endpoint that is down is not taken for the VTN: ${command}`, async (t) => {
      const { runWith } = terminal(t);
      const endpoint = await scriptedServer(t, json(503, {}));
      const simulator = await simulatorFor(t, { tokens: ['some-token'] });
      const db = pythonDatabase(t, sitesOf({ Aalborg: 1, Aarhus: 1 }));
      const { code, stderr } = await runWith(
        { env: { VENFLEET_CLIENT_SECRET: 'geheim-4711' } },
        ...[command, '--db', db, '--vtn-url', simulator.url],
        ...['--client-id', 'fleet', '--token-url', `${endpoint.url}/token`],
      );
      assert.equal(code, 2);
      const says = `venfleet: No token can be had from ${endpoint.url}/token: status 503. `;
      assert.ok(stderr.startsWith(says) && stderr.endsWith('[OAUTH_UNAVAILABLE]\n'), stderr);
    });
  }
});
