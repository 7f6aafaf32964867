import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that runs until it is stopped. */
export interface Running {
  readonly pid: number;
  /** The end of its output, standard output and error together. */
  log(): string;
  /** Resolves when its output holds `text`; rejects when it ends first, or after `timeoutMs`. */
  says(text: string, timeoutMs: number): Promise<void>;
  /** Whether it has ended. */
  ended(): boolean;
  /** Asks it to end, and forces it after a while. */
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited, so a developer's own settings change no test. */
  readonly env: Record<string, string>;
  /** The signal that ends it. */
  readonly stopSignal: NodeJS.Signals;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

const keptCharacters = 20_000;
/** The most that `runToEnd` takes: a listing of a whole fleet. */
const longestOutput = 512 * 1024 * 1024;
const patienceMs = 5_000;

/** Starts a program that ends with this process at the latest (see reaper.ts). */
export function start(file: string, args: readonly string[], options: RunOptions): Running {
  const { uid, gid } = options.user ?? {};
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  const output = collectOutput(child);
  const { pid } = child;
  let failure: Error | undefined;
  const over = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
  });
  if (pid !== undefined) {
    tellReaper(`+pid ${pid} ${options.stopSignal}`);
    void over.then(() => tellReaper(`-pid ${pid}`));
  }
  const ended = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  letGo(child);
  return {
    pid: pid ?? -1,
    log: output.text,
    ended,
    says: (text, timeoutMs) => {
      const end = over.then(() => {
        throw new Error(`${file} ended (${failure?.message ?? child.exitCode ?? child.signalCode})`);
      });
      return within(Promise.race([output.holds(text), end]), timeoutMs, `${file} did not say "${text}"`);
    },
    stop: async () => {
      if (ended()) return;
      child.ref();
      child.kill(options.stopSignal);
      await within(over, patienceMs, 'still running').catch(() => child.kill('SIGKILL'));
      await over;
    },
  };
}

/** Neither the child nor its pipes keep a finished test from ending. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
}

function collectOutput(child: ChildProcess): { text(): string; holds(text: string): Promise<void> } {
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-keptCharacters);
      for (const listener of listeners) listener();
    });
  }
  return {
    text: () => text.trim(),
    holds: (wanted) =>
      new Promise((resolve) => {
        const check = () => {
          if (!text.includes(wanted)) return;
          listeners.delete(check);
          resolve();
        };
        listeners.add(check);
        check();
      }),
  };
}

async function within<T>(work: Promise<T>, timeoutMs: number, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${complaint} within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

let reaper: ChildProcess | undefined;

/** Sends the reaper one line, starting it first where that has not happened. */
export function tellReaper(line: string): void {
  if (reaper === undefined) {
    // Its own process group, so that what ends this one from a terminal does not end the reaper before its work.
    reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    reaper.unref();
    (reaper.stdin as unknown as { unref(): void }).unref();
  }
  reaper.stdin?.write(`${line}\n`);
}

/** Runs a program to its end and returns what it wrote; throws with its own words where it failed. */
export async function runToEnd(
  file: string,
  args: readonly string[],
  options: { cwd?: string; user?: { uid: number; gid: number } | undefined } = {},
): Promise<string> {
  const running = run(file, args, {
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    maxBuffer: longestOutput,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...options.user,
  });
  const { pid } = running.child;
  if (pid !== undefined) tellReaper(`+pid ${pid} SIGTERM`);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new Error(`${file}: ${stderr.trim() || message}`, { cause: error });
  } finally {
    if (pid !== undefined) tellReaper(`-pid ${pid}`);
  }
}

/** Every executable file of this name in the folders, in their order. */
export function findExecutables(name: string, folders: readonly string[]): string[] {
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

/** The folders of PATH. */
export function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
