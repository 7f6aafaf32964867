import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HowStarted } from './serve.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Builds the program as it is published, and says how it is started where it is deployed (`Dockerfile`, `deploy/venfleet.service`).
 * What it makes is removed when this process ends.
 */
export function buildDeployed(): HowStarted {
  execFileSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-bench-program-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['package.json', 'bin', 'dist'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    program: join(folder, 'bin/venfleet.js'),
    environment: { NODE_OPTIONS: '--max-semi-space-size=4', MALLOC_ARENA_MAX: '2' },
  };
}
