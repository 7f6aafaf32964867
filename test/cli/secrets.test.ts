import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn } from './in-turn.ts';
import { type Ended, terminal } from './terminal.ts';

const secret = 'geheim-4711-token';

function assertSilent({ stdout, stderr }: Ended): void {
  for (const text of [stdout, stderr]) assert.ok(!text.includes(secret), text);
}

describe('the token', { concurrency: 2 }, () => {
  test('is sent, and is in no output, log or database, whatever goes wrong', async (t) => {
    const { runWith, write } = terminalInTurn(t);
    const simulator = await simulatorFor(t, { tokens: [secret], errorRate: 0.3, dropRate: 0.1 });
    write('token.txt', `${secret}\n`);
    write('config.json', JSON.stringify({ token: secret }));
    const ways: [env: Record<string, string>, args: string[]][] = [
      [{ VENFLEET_TOKEN: secret }, []],
      [{ VENFLEET_TOKEN: 'a-wrong-one' }, ['--token', secret]],
      [{ VENFLEET_TOKEN: 'a-wrong-one' }, ['--token-file', 'token.txt']],
      [{ VENFLEET_TOKEN_FILE: 'token.txt' }, ['--json']],
      [{}, ['--config', 'config.json']],
    ];
    for (const [env, args] of ways) {
      const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
      const to = ['register', '--db', db, '--vtn-url', simulator.url, '--log-level', 'trace'];
      const ended = await runWith({ env }, ...to, ...args);
      assert.equal(ended.code, 0, ended.stderr);
      assert.match(ended.stderr, /"type":"progress"/);
      assertSilent(ended);
      assert.ok(!readFileSync(db, 'latin1').includes(secret));
    }
  });

  test('is taken out of what a VTN says of it', async (t) => {
    const { runWith } = terminalInTurn(t);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const register = () =>
      runWith({ env: { VENFLEET_TOKEN: secret } }, 'register', '--db', db, '--vtn-url', simulator.url);
    const body = JSON.stringify({ detail: `Bearer ${secret} may not do this` });
    simulator.answerNext(1, { status: 422, body }, 'POST /resources');
    const failed = await register();
    assert.equal(failed.code, 1);
    assertSilent(failed);
    const [failure] = query(db, 'SELECT reason FROM venfleet_failures');
    assert.equal(failure?.reason, 'HTTP 422: Bearer [secret] may not do this');
    simulator.answerNext(1_000, { status: 401, body });
    const refused = await register();
    assert.match(refused.stderr, /Bearer \[secret\] may not do this.*\[VTN_TOKEN_REFUSED\]/);
    assertSilent(refused);
  });

  test('is not repeated when it was typed in the wrong place', async (t) => {
    const { run, runWith } = terminalInTurn(t);
    const slips = [
      ['register', `--tokn=${secret}`],
      ['register', '--token', 'Bearer', secret],
      ['register', '--limit-vens', secret],
      ['register', '--vtn-url', `http://me:${secret}@localhost:1`],
      ['register', '--vtn-url', `http://localhost:1/?token=${secret}`],
    ];
    const ended = await Promise.all([
      ...slips.map((args) => run(...args)),
      runWith({ env: { VENFLEET_CONCURRENCY: secret } }, 'register'),
    ]);
    for (const one of ended) {
      assert.equal(one.code, 2);
      assertSilent(one);
    }
  });

  test('given as an argument, is not in the process list', {
    skip: process.platform !== 'linux' && 'only Linux has /proc',
  }, async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 50 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 5 }));
    const running = start(
      {},
      ...['register', '--db', db, '--vtn-url', simulator.url],
      ...['--concurrency', '2', '--token', secret],
    );
    await running.until('stdout', /Processing VEN/);
    const commandLine = readFileSync(`/proc/${running.child.pid}/cmdline`, 'utf8');
    assert.ok(commandLine.startsWith('venfleet'), commandLine);
    assert.ok(!commandLine.includes(secret), commandLine);
    assert.equal((await running.ended).code, 0);
  });
});
