import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SlowPath } from './slow-path.ts';

/** What the program must have begun before the kill is due, `afterMs` milliseconds later; `first thing`: what it is there to send. */
export interface KillPlan {
  readonly after: 'spawn' | 'database' | 'first request' | 'first thing';
  readonly afterMs: number;
}

export interface VictimOptions {
  /** What is run, with the options that it alone has. */
  readonly command: readonly string[];
  /** Whether requests of this kind (`POST /resources`) send the things that it is there to send. */
  isThing(kind: string): boolean;
  readonly dbPath: string;
  readonly profile: string;
  readonly path: SlowPath;
  /** How long a lost request may be under way, in seconds: `--grace`. */
  readonly graceSeconds: number;
}

/** How a run of the program ended. */
export interface VictimEnd {
  readonly killed: boolean;
  /** Exit code where it was not killed. */
  readonly exitCode: number | null;
  readonly stderr: string;
  /** Things sent (creations), as the way to the VTN saw them. */
  readonly sent: number;
}

const program = fileURLToPath(new URL('../../bin/venfleet.js', import.meta.url));

/** Bounds a run that is not killed, in milliseconds. */
const longestRunMs = 120_000;

/** Runs the program and, where there is a plan, kills it with SIGKILL; resolves when it is gone. */
export async function runVictim(options: VictimOptions, plan: KillPlan | undefined): Promise<VictimEnd> {
  const { command, isThing, dbPath, profile, path, graceSeconds } = options;
  const args = [...command, '--json', '--db', dbPath, '--vtn-url', path.url, '--profile', profile];
  const pace = ['--concurrency', '24', '--grace', String(graceSeconds)];
  const env = { PATH: process.env.PATH ?? '', VENFLEET_TOKEN: 'crash-test' };
  const child = spawn(process.execPath, [program, ...args, ...pace], {
    env,
    cwd: dirname(dbPath),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close');
  let sent = 0;
  const begun = plan && whenBegun(plan.after, options);
  path.onRequest = (kind) => {
    begun?.request(kind);
    if (isThing(kind)) sent++;
  };
  const guard = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
  if (plan && begun) await killAfter(child, plan, begun.promise, ended);
  await ended;
  clearTimeout(guard);
  begun?.close();
  return { killed: child.signalCode === 'SIGKILL', exitCode: child.exitCode, stderr: stderr.trim(), sent };
}

async function killAfter(
  child: ChildProcess,
  plan: KillPlan,
  begun: Promise<void>,
  ended: Promise<unknown>,
): Promise<void> {
  await Promise.race([begun, ended]);
  if (child.exitCode !== null) return;
  await Promise.race([sleep(plan.afterMs), ended]);
  if (child.exitCode === null) child.kill('SIGKILL');
}

/** Watches from outside for the moment that a plan counts from. */
function whenBegun(after: KillPlan['after'], { dbPath, path, isThing }: VictimOptions) {
  let tell: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (tell = resolve));
  if (after === 'spawn') tell();
  // The write-ahead log appears when the program first writes: its own tables.
  const log = `${dbPath}-wal`;
  const watcher = after === 'database' ? watch(dirname(dbPath), () => existsSync(log) && tell()) : undefined;
  return {
    promise,
    request: (kind: string) => {
      if (after === 'first request' || (after === 'first thing' && isThing(kind))) tell();
    },
    close: () => watcher?.close(),
    url: path.url,
  };
}
