import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { cleanEnvironment, program } from './terminal.ts';

test('where type stripping is switched off, that is said in one line', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--no-strip-types', program, '--version'], {
    encoding: 'utf8',
    env: cleanEnvironment(),
  });
  assert.equal(status, 2);
  assert.match(stderr, /^venfleet [^\n]*type stripping is switched off[^\n]*\n$/);
});
