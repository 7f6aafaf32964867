import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Usage } from './usage.ts';

/** A path below bench/. */
export const benchFile = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
/** The program itself. */
export const program = fileURLToPath(new URL('../../bin/venfleet.js', import.meta.url));

/** The environment without what would change venfleet's behaviour. */
export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('VENFLEET_'));
  return { ...Object.fromEntries(kept), ...extra };
}

/** What a program did, and what it took. */
export interface ProgramRun extends Usage {
  /** What it printed on standard output: one JSON object. */
  readonly output: Record<string, unknown>;
  /** From its start to its end, seconds. */
  readonly wallSeconds: number;
}

/** Runs a Node program to its end in a process of its own. Throws where it fails. */
export async function runProgram(file: string, args: readonly string[]): Promise<ProgramRun> {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-bench-'));
  const usageFile = join(folder, 'usage.json');
  try {
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['--import', benchFile('lib/usage.ts'), file, ...args], {
      env: cleanEnvironment({ BENCH_USAGE_FILE: usageFile }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    const wallSeconds = (performance.now() - startedAt) / 1000;
    const text = Buffer.concat(output).toString();
    if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${text.slice(0, 500)}`);
    const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as Usage;
    return { ...usage, output: JSON.parse(text || '{}') as Record<string, unknown>, wallSeconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `venfleet` with these arguments; they should include `--json`. */
export function runVenfleet(args: readonly string[]): Promise<ProgramRun> {
  return runProgram(program, args);
}

/** A server of the bench's own, in a process of its own. */
export interface BenchServer {
  readonly url: string;
  /** Requests answered so far, bytes of their bodies (where it counts them), and the CPU time spent so far, milliseconds. */
  spent(): Promise<{ answered: number; bytes: number; cpuMs: number }>;
  stop(): Promise<void>;
}

export async function startBenchServer(file = 'server.ts'): Promise<BenchServer> {
  const child = fork(benchFile(file), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await message<{ port: number }>(child);
  return {
    url: `http://127.0.0.1:${port}`,
    spent() {
      const reply = message<{ answered: number; bytes: number; cpuMs: number }>(child);
      child.send('spent');
      return reply;
    },
    stop: () => stop(child),
  };
}

/** A VTN simulator in a process of its own, changed while it runs over its control page. */
export interface SimulatorProcess {
  readonly url: string;
  /** See `ControlRequest` in src/simulator/machine/control.ts. */
  control(request: Record<string, unknown>): Promise<void>;
  stats(): Promise<{ requests: number; resources: number; faults: Record<string, number> }>;
  stop(): Promise<void>;
}

export async function startSimulator(
  profile = 'flex-gateway',
  options: readonly string[] = [],
): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [program, 'vtn', '--port', '0', '--profile', profile, ...options], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await listeningUrl(child.stdout);
  // Where the bench fails, it is not left running.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return {
    url,
    async control(request) {
      const response = await fetch(`${url}/__simulator/control`, {
        method: 'POST',
        body: JSON.stringify(request),
      });
      if (!response.ok) throw new Error(`the simulator refuses: ${await response.text()}`);
      await response.arrayBuffer();
    },
    async stats() {
      const response = await fetch(`${url}/__simulator/stats`);
      return (await response.json()) as Awaited<ReturnType<SimulatorProcess['stats']>>;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The URL in the line that the simulator begins with. Rejects where it says anything else, or nothing. */
async function listeningUrl(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = / listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined) break;
    return url;
  }
  throw new Error('the simulator does not say where it listens');
}

/** The child's next message; rejects where it ends instead. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const either = new AbortController();
  const { signal } = either;
  try {
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error('a process of the bench has ended');
    });
    const [first] = await Promise.race([once(child, 'message', { signal }), ended]);
    return first as T;
  } finally {
    either.abort();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
