import { spawnSync } from 'node:child_process';

/** Prometheus' own check. */
export function promtool(args: readonly string[], input?: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

export const withoutPromtool = promtool(['--version']).status !== 0 && 'promtool is not here';
