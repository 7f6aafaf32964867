import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';
import { terminal } from './terminal.ts';

test('a token file that is replaced in mid-run is read again, and nothing fails', async (t) => {
  const { start, write } = terminal(t);
  const simulator = await simulatorFor(t, { tokens: ['first-token', 'second-token'], latencyMs: 20 });
  const db = pythonDatabase(t, sitesOf({ Aalborg: 20 }));
  write('token.txt', 'first-token\n');
  const running = start(
    {},
    ...['register', '--db', db, '--vtn-url', simulator.url, '--token-file', 'token.txt'],
    ...['--concurrency', '4', '--log-level', 'debug'],
  );
  await running.until('stderr', /"type":"progress"/);
  write('token.txt', 'second-token\n');
  simulator.answerNext(1, { status: 401, body: '{"detail":"expired"}' }, 'POST /resources');
  const ended = await running.ended;
  assert.equal(ended.code, 0, ended.stderr.slice(-500));
  assertOneToOne(db, simulator);
});
