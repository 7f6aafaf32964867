import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { observedTransport } from '../../../src/api/logging/observed-transport.ts';
import { type Logger, register } from '../../../src/index.ts';
import type { EndedRequest } from '../../../src/monitoring/metrics/request-metrics.ts';
import { createTransport, staticToken } from '../../../src/openadr/index.ts';
import { pythonDatabase, sitesOf } from '../../support/fleet-database.ts';
import { simulatorFor } from '../../support/simulator.ts';

/** A logger that keeps what it is told; without `isLevelEnabled`, as `console` is. */
function keeping(): Logger & { readonly lines: { level: string; text: string; fields: object }[] } {
  const lines: { level: string; text: string; fields: object }[] = [];
  const keep = (level: string) => (fields: object, text: string) => void lines.push({ level, text, fields });
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

describe('observedTransport', () => {
  test('tells of each request and its answer, and of none of the secrets', async (t) => {
    const simulator = await simulatorFor(t);
    const log = keeping();
    const plain = createTransport({ url: simulator.url, tokens: staticToken('geheim-4711'), connections: 1 });
    const transport = observedTransport(plain, { log });
    t.after(() => transport.close());
    assert.equal(transport.url, simulator.url);
    const answer = await transport.send({
      method: 'GET',
      path: '/vens?access_token=geheim&skip=0',
      as: 'Aalborg',
    });
    await transport.send({ method: 'POST', path: '/vens', body: '{"ven_name":"geheim"}' });
    const [{ fields: of } = { fields: {} }, post] = log.lines;
    const { ms, ...fields } = of as { ms: number };
    assert.ok(ms >= 0);
    assert.deepEqual(fields, {
      method: 'GET',
      path: '/vens?access_token=[secret]&skip=0',
      venName: 'Aalborg',
      status: answer.status,
    });
    assert.deepEqual([post?.level, post?.text], ['debug', 'request']);
    assert.ok(!JSON.stringify(log.lines).includes('geheim'));
  });

  test('tells of a request without an answer by its code, and throws what came', async (t) => {
    const simulator = await simulatorFor(t);
    await simulator.close();
    const log = keeping();
    const plain = createTransport({ url: simulator.url, tokens: staticToken('x'), connections: 1 });
    const transport = observedTransport(plain, { log });
    t.after(() => transport.close());
    await assert.rejects(transport.send({ method: 'GET', path: '/vens' }), { code: 'VTN_UNREACHABLE' });
    const [{ text, fields } = { text: '', fields: {} }] = log.lines;
    assert.equal(text, 'request without an answer');
    assert.equal((fields as { code?: string }).code, 'VTN_UNREACHABLE');
  });
});

test('requests are logged only where the log shows debug', async (t) => {
  const run = async (log: Logger & { lines: { level: string; text: string }[] }) => {
    const simulator = await simulatorFor(t);
    const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const ended: unknown[] = [];
    const onRequest = ({ method, path, status }: EndedRequest) => ended.push([method, path, status]);
    await register({ dbPath, vtnUrl: simulator.url, bearerToken: 'x', log, onRequest });
    assert.equal(simulator.stats().requests, 7);
    // Who measures is told all the same.
    assert.deepEqual(ended, [['POST', '/vens', 201], ...Array(6).fill(['POST', '/resources', 201])]);
    return log.lines.filter(({ text }) => text === 'request').length;
  };
  assert.equal(await run(keeping()), 7);
  assert.equal(await run({ ...keeping(), isLevelEnabled: (level) => level === 'debug' }), 7);
  const quiet = { ...keeping(), isLevelEnabled: (level: string) => level !== 'debug' };
  assert.equal(await run(quiet), 0);
  assert.ok(quiet.lines.some(({ level, text }) => level === 'info' && text === 'registration ended'));
});
