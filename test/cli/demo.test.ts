import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { query } from '../support/fleet-database.ts';
import { terminalInTurn } from './in-turn.ts';
import { terminal } from './terminal.ts';

const quickly = ['--batch-size', '20', '--delay-between-batches', '0'];

describe('venfleet demo', { concurrency: 2 }, () => {
  test('makes the reference fleet where there is none, and registers its first two towns', async (t) => {
    const { run, write, path } = terminal(t);
    // What a first run leaves that was interrupted while it made the fleet: a database without sites.
    write('config/resources.db', '');
    const { code, stdout, stderr } = await run('demo', '--limit-vens', '2', ...quickly);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(
      stdout,
      /^Generated 287 VENs, 19,402 sites and 116,412 loads in \.\/config\/resources\.db \(.*\)\.\n/,
    );
    assert.match(stdout, /^VTN simulator \(flex-gateway\) listening on http:\/\/127\.0\.0\.1:\d+$/m);
    const told = stdout.split('\n').filter((line) => /VEN|✓|^Total/.test(line));
    assert.deepEqual(told.slice(2), [
      '[1/2] Processing VEN: Aalborg',
      "  ✓ Successfully registered 276/276 loads for VEN 'Aalborg'",
      '[2/2] Processing VEN: Aarhus',
      "  ✓ Successfully registered 312/312 loads for VEN 'Aarhus'",
      'Total VENs processed:          2',
      'VENs successfully registered:  2',
      'Total loads registered:        588',
      'Total loads failed:            0',
      'Failed VENs:                   0',
    ]);
    const approved = "SELECT count(*) AS n FROM loads WHERE registration_status = 'APPROVED'";
    assert.equal(query(path('config/resources.db'), approved)[0]?.n, 588);
  });

  test('takes a fleet that is there, and finds nothing to do the second time', async (t) => {
    const { run } = terminalInTurn(t);
    await run('generate', '--db', 'small.db', '--resources', '12', '--vens', '2');
    const first = await run('demo', '--db', 'small.db', '--json');
    assert.deepEqual([first.code, first.stderr], [0, '']);
    assert.equal(JSON.parse(first.stdout).loads.registered, 72);
    const second = await run('demo', '--db', 'small.db');
    assert.match(
      second.stdout,
      /\nNothing to do: 72 of 72 loads are registered already\.\nTheir ids are of an earlier run's simulator, which is gone; this run's is empty\.\n$/,
    );
    assert.deepEqual([second.code, second.stderr], [0, ''], 'no warning of another VTN');
  });

  test('is not led astray by what is meant for another VTN', async (t) => {
    const { runWith, write } = terminalInTurn(t);
    write('venfleet.config.json', '{"token": "of-the-real-vtn", "vtnUrl": "http://127.0.0.1:1"}');
    await runWith({}, 'generate', '--resources', '5', '--vens', '1');
    const env = { VENFLEET_TOKEN: 'another', VENFLEET_PORT: '1', VENFLEET_ERROR_RATE: '1' };
    const { code, stdout, stderr } = await runWith({ env }, 'demo', '--json');
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(JSON.parse(stdout).loads.registered, 30);
  });
});
