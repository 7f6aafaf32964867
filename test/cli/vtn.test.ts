import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

test('a simulator in one terminal, a registration in another', async (t) => {
  const { start, run, runWith } = terminal(t);
  const env = { VENFLEET_TOKEN: 'for-both' };
  const switches = ['--latency', '1', '--error-rate', '0.1', '--set', 'errorAfterShare=0.5'];
  const vtn = start({ env }, 'vtn', '--port', '0', ...switches, '--set', 'errorStatuses=[502]');
  const [, url = ''] = await vtn.until('stdout', /^VTN simulator \(flex-gateway\) listening on (http:\S+)\n/);

  const db = pythonDatabase(t, sitesOf({ Aalborg: 5 }));
  const refused = await run('register', '--db', db, '--vtn-url', url, '--token', 'another');
  assert.match(refused.stderr, /\[VTN_TOKEN_REFUSED\]\n$/);
  const { code, stderr } = await runWith({ env }, 'register', '--db', db, '--vtn-url', url);
  assert.deepEqual([code, stderr], [0, '']);

  const read = async (page: string) => JSON.parse(await (await fetch(`${url}/__simulator/${page}`)).text());
  const [stats, settings] = await Promise.all([read('stats'), read('switches')]);
  assert.deepEqual([stats.vens, stats.resources], [1, 30]);
  assert.ok(stats.answers['POST /resources'][201] > 20);
  assert.deepEqual([settings.latencyMs, settings.errorRate, settings.errorStatuses], [1, 0.1, [502]]);

  vtn.child.kill('SIGINT');
  const ended = await vtn.ended;
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  assert.match(ended.stdout, /^[\d,]+ requests; holds 1 VEN and 30 resources\.\n$/m);
});

test('a port that is taken', async (t) => {
  const { start, run } = terminal(t);
  const vtn = start({}, 'vtn', '--port', '0');
  const [, port = ''] = await vtn.until('stdout', /:(\d+)\n/);
  const { code, stdout, stderr } = await run('vtn', '--port', port);
  assert.match(
    stderr,
    /^venfleet: port \d+ is in use; take another, or --port 0 for any free one\. .*\[BAD_OPTION\]\n$/,
  );
  assert.deepEqual([code, stdout], [2, '']);
});
