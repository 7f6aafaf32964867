import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { grant } from '../openadr/oauth-clients.ts';
import { scriptedServer, text } from '../openadr/scripted-server.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const busy = (status: number, seconds: string) => ({
  status,
  body: '{"detail":"not now"}',
  headers: { 'retry-after': seconds },
});

describe('a VTN that asks to wait', { concurrency: 2 }, () => {
  test('is told of in a pipe, in the log and in the summary', async (t) => {
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    simulator.answerNext(1, busy(429, '2'), 'POST /resources');
    const options = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
    const { code, stdout, stderr } = await terminal(t).run('register', ...options, '--log-level', 'warn');
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}… VTN asked to wait 2 s \(429\)…$/m);
    assert.match(stdout, /^VTN asked to wait: {13}once, 2\.0 s$/m);
    const { msg, by, status, seconds } = JSON.parse(stderr);
    assert.deepEqual([msg, by, status, seconds], ['asked to wait', 'vtn', 429, 2]);
  });

  test('and so is its token endpoint, whose requests the log shows', async (t) => {
    const simulator = await simulatorFor(t);
    const endpoint = await scriptedServer(t, [text(503, '', { 'retry-after': '1' }), grant('geheim-4711')]);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const tokenUrl = `${endpoint.url}/token`;
    const { code, stdout, stderr } = await terminal(t).runWith(
      { env: { VENFLEET_CLIENT_ID: 'fleet', VENFLEET_CLIENT_SECRET: 'geheim' } },
      ...['plan', '--db', db, '--vtn-url', simulator.url, '--token-url', `${tokenUrl}?tenant=7`],
      ...['--log-level', 'debug', '--json'],
    );
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout).waits, {
      vtn: { times: 0, seconds: 0 },
      tokenEndpoint: { times: 1, seconds: 1 },
    });
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const asked = lines.filter(({ msg }) => msg === 'token request');
    assert.deepEqual(
      asked.map(({ method, url, status }) => [method, url, status]),
      [
        ['POST', tokenUrl, 503],
        ['POST', tokenUrl, 200],
      ],
    );
    assert.ok(
      lines.some(
        ({ msg, by, status }) => msg === 'asked to wait' && by === 'token-endpoint' && status === 503,
      ),
    );
    assert.doesNotMatch(stderr, /geheim/);
  });
});
