import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { loopbackProxy } from '../openadr/http/loopback-proxy.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const password = 'geheim-4711';

describe('--proxy', { concurrency: 2 }, () => {
  test('takes VTN and token endpoint through it, and its password is shown nowhere', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, {
      dialect: 'openadr-3.1',
      clients: [{ clientId: 'fleet', clientSecret: 's', role: 'BL' }],
      latencyMs: 20,
    });
    const { port } = new URL(simulator.url);
    const proxy = await loopbackProxy(t, password);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const running = start(
      { env: { VENFLEET_CLIENT_SECRET: 's' } },
      ...['register', '--db', db, '--vtn-url', `http://vtn.example:${port}`],
      ...['--profile', 'openadr-3.1', '--client-id', 'fleet', '--log-level', 'trace'],
      ...['--proxy', proxy.url.replace('://', `://fleet:${password}@`)],
    );
    if (process.platform === 'linux') {
      await running.until('stdout', /./);
      assert.ok(!readFileSync(`/proc/${running.child.pid}/cmdline`, 'utf8').includes(password));
    }
    const ended = await running.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.ok(proxy.asked.length > 0);
    assert.ok(!(ended.stdout + ended.stderr).includes(password));
    assert.equal([...simulator.resources()].length, 6);
    assert.deepEqual(new Set(proxy.credentials), new Set([`fleet:${password}`]));
  });

  test('names itself where it cannot be used; "none" leaves the environment out', async (t) => {
    const { runWith } = terminal(t);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const to = ['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x'];
    const wrong = await runWith({ env: { VENFLEET_PROXY: `socks5://me:${password}@localhost:1` } }, ...to);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Correct --proxy.*\[PROXY_INVALID\]/);
    assert.ok(!wrong.stderr.includes(password));
    const direct = await runWith({ env: { HTTP_PROXY: 'socks5://localhost:1' } }, ...to, '--proxy', 'none');
    assert.equal(direct.code, 0, direct.stderr);
  });
});
