import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../support/fleet-database.ts';

export const program = join(import.meta.dirname, '../../bin/venfleet.js');

/** How a run of the program ended. */
export interface Ended {
  /** Null where a signal killed it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the program that is under way. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves once what it wrote so far matches, with the match; rejects if it ends before. */
  until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  /** Added to an environment that has no variable of venfleet's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the real program in a folder of its own, as a person at a terminal would. */
export interface Terminal {
  path(name: string): string;
  /** Writes a file of the folder; returns its path. */
  write(name: string, content: string | Buffer): string;
  run(...args: string[]): Promise<Ended>;
  runWith(options: StartOptions, ...args: string[]): Promise<Ended>;
  start(options: StartOptions, ...args: string[]): Running;
}

export function terminal(t: TestContext): Terminal {
  const folder = temporaryFolder(t);
  const path = (name: string) => join(folder, name);
  const start: Terminal['start'] = ({ env }, ...args) => {
    const running = startProgram(process.execPath, [program, ...args], {
      cwd: folder,
      env: { ...cleanEnvironment(), ...env },
    });
    t.after(() => running.child.kill('SIGKILL'));
    return running;
  };
  return {
    path,
    write(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
      return path(name);
    },
    start,
    run: (...args) => start({}, ...args).ended,
    runWith: (options, ...args) => start(options, ...args).ended,
  };
}

/** This process's environment without venfleet's own variables. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VENFLEET_')));
}

/** Runs take seconds; this much longer on a machine that is busy. */
export const longestRunMs = 120_000;

/** Starts any program whose output is watched; `typing`: it has a standard input that the test writes. */
export function startProgram(
  command: string,
  args: readonly string[],
  { typing, ...options }: { cwd: string; env: NodeJS.ProcessEnv; typing?: boolean },
): Running {
  const child = spawn(command, args, { ...options, stdio: 'pipe' });
  if (!typing) child.stdin.end();
  // A program that hangs is a failure, not a test run without end.
  const tooLong = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
  const { stdout, stderr } = child;
  const streams = { stdout, stderr };
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    streams[name].setEncoding('utf8').on('data', (chunk: string) => {
      written[name] += chunk;
    });
  }
  const closed = once(child, 'close').finally(() => clearTimeout(tooLong));
  return {
    child,
    until: (name, pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(written[name]);
          if (match) resolve(match);
        };
        streams[name].on('data', look);
        const ended = () => reject(new Error(`ended without ${pattern}: ${JSON.stringify(written)}`));
        closed.then(ended, ended);
        look();
      }),
    ended: closed.then(([code]) => ({ code: code as number | null, ...written })),
  };
}
