import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const log = new URL('../../src/core/log.ts', import.meta.url).href;

/** What a logger of this level writes when `statements` run; it always writes to standard error. */
async function logged(level: string, statements: string): Promise<Record<string, unknown>[]> {
  const script = `import { createLogger } from '${log}'; const log = createLogger('${level}'); ${statements}`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  assert.equal(stdout, '');
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('secrets are taken out, at the top and one level down', async () => {
  const secrets = `{ token: 's1', bearerToken: 's2', authorization: 's3', password: 's4', secret: 's5',
    clientSecret: 's6', access_token: 's7', ven: 'Aalborg' }`;
  const [top, nested] = await logged('trace', `log.info(${secrets}); log.trace({ request: ${secrets} });`);
  assert.equal(top?.ven, 'Aalborg');
  assert.equal(top?.token, '[secret]');
  assert.doesNotMatch(JSON.stringify([top, nested]), /s[1-7]"/);
  assert.match(JSON.stringify(nested), /"password":"\[secret\]"/);
});

test('lines are JSON with a time that people and machines read, and only from the level on', async () => {
  const lines = await logged('warn', "log.info('a'); log.warn('b'); log.error({ code: 5 }, 'c');");
  assert.deepEqual(
    lines.map((line) => line.msg),
    ['b', 'c'],
  );
  assert.match(String(lines[0]?.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(Object.keys(lines[1] ?? {}).sort(), ['code', 'level', 'msg', 'time']);
});

test('silent is silent', async () => {
  assert.deepEqual(await logged('silent', "log.fatal('x')"), []);
});
