import assert from 'node:assert/strict';
import { existsSync, watch } from 'node:fs';
import { describe, test } from 'node:test';
import { pythonDatabase, query, readLoads, sitesOf } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

describe('a run that is not left alone', { concurrency: 2 }, () => {
  test('Ctrl-C: what is in flight is stored, the next run does the rest', async (t) => {
    const { start, run } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 20 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 20, Aarhus: 20 }));
    const args = ['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '4'];
    const running = start({}, ...args, '--log-level', 'debug');
    await running.until('stderr', /"type":"progress"/);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130);
    assert.match(stderr, /^venfleet: stopping when what is in flight is stored; Ctrl-C again/m);
    assert.match(stdout, /^REGISTRATION SUMMARY$/m);
    assert.match(
      stdout,
      /^Interrupted\. What is counted here is stored; the same command goes on from here\.$/m,
    );
    const done = readLoads(db).filter((load) => load.registration_status === 'APPROVED').length;
    assert.ok(done > 0 && done < 240);
    assert.match(stdout, new RegExp(`^Total loads registered: {8}${done}$`, 'm'));
    assert.match(stdout, new RegExp(`^Loads left: {20}${240 - done}$`, 'm'));
    assert.equal(simulator.stats().resources, done, 'nothing was accepted that is not stored');

    const again = await run(...args, '--json', '--grace', '0');
    const { loads } = JSON.parse(again.stdout);
    assert.deepEqual([again.code, loads.registered, loads.alreadyRegistered], [0, 240 - done, done]);
    assertOneToOne(db, simulator);
  });

  test('Ctrl-C twice ends at once, though the VTN is silent', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    simulator.answerNext(100, 'silence', 'POST /resources');
    const running = start({}, 'register', '--db', db, '--vtn-url', simulator.url, '--token', 'x');
    await running.until('stdout', /Processing VEN/);
    running.child.kill('SIGINT');
    await running.until('stderr', /stopping/);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 130);
  });

  test('killed outright, it loses and doubles nothing', async (t) => {
    const { start, run } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 10, duplicates: 'accept' });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 20 }));
    const args = ['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '8'];
    const running = start({}, ...args, '--log-level', 'debug');
    await running.until('stderr', /"type":"progress"/);
    running.child.kill('SIGKILL');
    assert.equal((await running.ended).code, null);
    assert.equal((await run(...args, '--grace', '0')).code, 0);
    assert.equal(simulator.stats().duplicates, 0);
    assertOneToOne(db, simulator);
  });

  test('a reader that goes away early (| head) does not stop it', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 5 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 5, Aarhus: 5 }));
    const args = ['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '2'];
    const running = start({}, ...args);
    await running.until('stdout', /Processing VEN/);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.ended;
    assert.deepEqual([code, stderr], [0, '']);
    assertOneToOne(db, simulator);
  });

  test('an interrupted generate stores nothing, and another goes on', async (t) => {
    const { start, path, write, run } = terminal(t);
    write('here', '');
    const appeared = new Promise<void>((resolve) => {
      const watcher = watch(path('.'), (_event, name) => {
        if (name !== 'big.db') return;
        watcher.close();
        resolve();
      });
    });
    const running = start({}, 'generate', '--db', 'big.db', '--resources', '200000', '--vens', '100');
    await appeared;
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    assert.deepEqual([code, stdout, stderr], [130, '', 'venfleet: interrupted; nothing was stored\n']);
    assert.ok(existsSync(path('big.db')));
    assert.deepEqual(query(path('big.db'), 'SELECT * FROM resources'), []);
    assert.equal((await run('generate', '--db', 'big.db', '--resources', '10')).code, 0);
  });
});
