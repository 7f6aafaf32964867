/**
 * Cleans up after a test process, however that process ends: `node reaper.ts`, with standard input held open
 * by the test. When it closes (the test is done, failed, was interrupted or killed) everything that was told
 * to the reaper and not taken back is removed. A separate process, since none of this can be done by one that
 * has been killed.
 *
 * Lines read: `+pid <pid> <signal>`, `-pid <pid>`, `+dir <path>`, `-dir <path>`.
 */
import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 2_000;
const processes = new Map<number, NodeJS.Signals>();
const directories = new Set<string>();

function note(line: string): void {
  const [what = '', subject = '', signal = ''] = line.split(' ');
  if (what === '+pid') processes.set(Number(subject), signal as NodeJS.Signals);
  else if (what === '-pid') processes.delete(Number(subject));
  else if (what === '+dir') directories.add(line.slice('+dir '.length));
  else if (what === '-dir') directories.delete(line.slice('-dir '.length));
}

/** Sends a signal; false where there is no such process any more. Signal 0 only asks. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function reap(): Promise<void> {
  for (const [pid, name] of processes) signal(pid, name);
  const until = performance.now() + patienceMs;
  for (const pid of processes.keys()) {
    while (signal(pid, 0) && performance.now() < until) await delay(20);
    signal(pid, 'SIGKILL');
  }
  for (const directory of directories) await remove(directory);
}

/** Removes a folder, again where a child of an ended process had something left to write. */
async function remove(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // Not empty after all: a file came while it was emptied.
    }
    await delay(100);
    if (!existsSync(directory)) return;
  }
}

// A Ctrl-C in a terminal reaches every process of the group; this one has to outlive the others.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
createInterface({ input: process.stdin }).on('line', note).on('close', reap);
