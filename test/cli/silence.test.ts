import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminal } from './terminal.ts';

describe('what is long under way', { concurrency: 2 }, () => {
  test('tells a pipe how far it is, also within one VEN', async (t) => {
    const { run } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 500 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
    const ended = await run(
      ...['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '1'],
    );
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /^ {2}… \d+ of 12 loads done \(VEN 1\/1\)$/m);
  });

  test('says at Ctrl-C what a plan came to', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 1_000 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
    for (const command of ['plan', 'verify']) {
      const running = start({}, command, '--db', db, '--vtn-url', simulator.url, '--token', 'x');
      await running.until('stdout', /\n/);
      running.child.kill('SIGINT');
      const ended = await running.ended;
      assert.equal(ended.code, 130);
      assert.match(ended.stderr, /^venfleet: interrupted with 0 resources listed; nothing was changed\n$/);
    }
  });
});
