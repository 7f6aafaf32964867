import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { json, pem, scriptedServer } from '../openadr/scripted-server.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import type { Terminal } from './terminal.ts';

const server = { cert: pem('server'), key: pem('server.key') };
const asking = { ...server, ca: pem('ca'), requestCert: true, rejectUnauthorized: true };

/** The certificates and keys of the tests as files, by the flags that name them. */
function filesIn({ write }: Terminal) {
  const file = (name: string) => write(`${name}.pem`, pem(name));
  return {
    ca: ['--ca-file', file('ca')],
    stranger: ['--cert-file', file('elsewhere'), '--key-file', file('elsewhere.key')],
  };
}

describe('certificates from the command line', { concurrency: 2 }, () => {
  test('a VTN that closes every connection may want a client certificate, or another one', async (t) => {
    const shell = terminal(t);
    const { ca, stranger } = filesIn(shell);
    // An authority that signed none of ours.
    const vtn = await scriptedServer(t, json(200, {}), { ...asking, ca: pem('client') });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const cases: [command: string, args: string[], says: RegExp][] = [
      ['register', ca, /asks for a client certificate/],
      ['plan', ca, /asks for a client certificate/],
      [
        'register',
        [...ca, ...stranger],
        /refuses the client certificate|authority of the client certificate/,
      ],
    ];
    for (const [command, args, says] of cases) {
      const { code, stderr } = await shell.run(
        command,
        '--db',
        db,
        '--vtn-url',
        vtn.url,
        '--token',
        'x',
        ...args,
      );
      assert.equal(code, 2);
      assert.match(stderr, says);
      assert.match(
        stderr,
        /Name the client certificate that it expects with --cert-file, .*\[VTN_TLS_CLIENT\]\n$/,
      );
    }
  });

  test('certificates that nothing would use are refused', async (t) => {
    const shell = terminal(t);
    const { ca, stranger } = filesIn(shell);
    const endpoint = await scriptedServer(t, json(200, { access_token: 'some-token' }), server);
    const simulator = await simulatorFor(t, { tokens: ['some-token'] });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const register = (...args: string[]) =>
      shell.runWith(
        { env: { VENFLEET_CLIENT_SECRET: 'geheim-4711' } },
        ...['register', '--db', db, '--vtn-url', simulator.url, ...args],
      );
    for (const files of [ca, stranger]) {
      const { code, stderr } = await register('--client-id', 'fleet', ...files);
      assert.equal(code, 2);
      assert.match(stderr, /^venfleet: Certificates are given, but http:.* is plain http.*\[TLS_UNUSED\]\n$/);
    }
    // Those of the token endpoint.
    const ended = await register('--client-id', 'fleet', '--token-url', `${endpoint.url}/token`, ...ca);
    assert.equal(ended.code, 0, ended.stderr);
  });

  test('empty files are no certificates', async (t) => {
    const { run, write } = terminal(t);
    const [cert, key] = [write('cert.pem', ''), write('key.pem', '')];
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const { code, stderr } = await run(
      ...['register', '--db', db, '--vtn-url', 'https://127.0.0.1:1', '--cert-file', cert, '--key-file', key],
    );
    assert.equal(code, 2);
    assert.match(stderr, /given as the client certificate holds no PEM certificate.*\[TLS_INVALID\]\n$/);
  });
});
