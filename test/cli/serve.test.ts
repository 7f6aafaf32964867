import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { postEvent } from '../../src/api/post-event.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, readLoads, sitesOf } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

describe('venfleet serve, from outside', { concurrency: 2 }, () => {
  test('SIGTERM: what is in flight is stored, and the exit code is 0', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 20 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 20, Aarhus: 20 }));
    const args = ['serve', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--port', '0'];
    const running = start({}, ...args, '--concurrency', '4', '--log-level', 'debug');
    await running.until('stderr', /"type":"progress"/);
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    assert.match(stdout, /^Stopping; these still have something in flight: Reconciliation\.$/m);
    assert.match(stdout, /^register interrupted: \d+ registered, \d+ left\.$/m);
    const done = readLoads(db).filter((load) => load.registration_status === 'APPROVED').length;
    assert.ok(done > 0 && done < 240);
    assert.equal(simulator.stats().resources, done, 'nothing was accepted that is not stored');
  });

  test('killed outright, it loses and doubles nothing, and the log of runs says that it died', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 10, duplicates: 'accept' });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 20 }));
    const args = ['serve', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--grace', '0', '--json'];
    const killed = start({}, ...args, '--port', '0', '--concurrency', '8', '--log-level', 'debug');
    await killed.until('stderr', /"type":"progress"/);
    killed.child.kill('SIGKILL');
    assert.equal((await killed.ended).code, null);

    const again = start({}, ...args, '--port', '0');
    await again.until('stdout', /"type":"run".*"command":"plan".*"state":"succeeded"/);
    again.child.kill('SIGTERM');
    const { code, stdout } = await again.ended;
    assert.equal(code, 0);
    for (const line of stdout.trim().split('\n')) JSON.parse(line);
    assert.equal(simulator.stats().duplicates, 0);
    assertOneToOne(db, simulator);
    const store = await openStore(db, { readOnly: true });
    t.after(() => store.close());
    const runs = await store.runs({ limit: 10 });
    assert.deepEqual(
      runs.map(({ command, state }) => `${command} ${state}`),
      ['plan succeeded', 'register succeeded', 'register died'],
    );
  });

  test('this machine alone, by IPv6, needs no token', async (t) => {
    const { start } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const args = ['--db', db, '--vtn-url', 'http://127.0.0.1:9', '--token', 'x', '--port', '0'];
    const running = start({}, 'serve', '--host', '[::1]', ...args);
    await running.until('stdout', /^Page: http:\/\/\[::1\]:\d+$/m);
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 0);
  });

  test('where instructions go to standard output, nothing else does', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const vtn = { vtnUrl: simulator.url, bearerToken: 'x', profile: 'openadr-3.1' } as const;
    await postEvent({ ...vtn, action: { kind: 'create' }, wish: { duration: 'PT1H' } });
    const args = ['--db', db, '--vtn-url', simulator.url, '--profile', 'openadr-3.1', '--token', 'x'];
    const running = start({}, 'serve', ...args, '--port', '0', '--poll', '1', '--sink', '-', '--json');
    await running.until('stderr', /^register succeeded: 6 registered\.$/m);
    await running.until('stdout', /\n/);
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    assert.ok(lines.length > 0 && lines.every((line) => 'load' in line || 'loadId' in line), stdout);
  });

  test('its help has the port of the page with the page', async (t) => {
    const { run } = terminal(t);
    for (const command of [['serve'], ['serve', 'demo']]) {
      const { stdout } = await run(...command, '--help');
      const [, page = ''] = /^The page:\n((?: .*\n)+)/m.exec(stdout) ?? [];
      assert.match(page, /--port <n>/);
    }
  });

  test('what anybody could see, or do without a token, is refused at the start', async (t) => {
    const { run } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const args = ['serve', '--db', db, '--vtn-url', 'http://localhost:9'];
    for (const wrong of [['--host', '0.0.0.0'], ['--host', '[::]'], ['--allow-actions']]) {
      const { code, stderr } = await run(...args, ...wrong);
      assert.equal(code, 2);
      assert.match(stderr, /token.*--page-token-file.*\[BAD_OPTION\]/);
    }
  });
});
