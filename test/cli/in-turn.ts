import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Asked, endMark } from './commands-in-turn.ts';
import { cleanEnvironment, type Ended, longestRunMs, type Terminal, terminal } from './terminal.ts';

const script = join(import.meta.dirname, 'commands-in-turn.ts');
const compileCache = join(import.meta.dirname, '../support/compile-cache.js');

let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * A terminal whose `run` and `runWith` share one process with all others of this one, where commands run one after
 * the other: a start of the program takes longer than most of what they test. What is about the process itself
 * (signals, its end, what it makes of its environment at the start) needs `start`, which begins one of its own.
 */
export function terminalInTurn(t: TestContext): Terminal {
  const own = terminal(t);
  const runWith: Terminal['runWith'] = ({ env = {} }, ...args) => ask({ args, cwd: own.path('.'), env });
  return { ...own, runWith, run: (...args) => runWith({}, ...args) };
}

/** Has the shared process run a command, after those that were asked for before. */
export function ask(asked: Asked): Promise<Ended> {
  const ended = last.then(() => {
    // A command that ended the process fails its own test, and no other.
    if (!child?.connected) child = startCommands();
    return answered(child, asked);
  });
  last = ended.catch(() => undefined);
  return ended;
}

function startCommands(): ChildProcess {
  const child = fork(script, {
    env: cleanEnvironment(),
    execArgv: ['--import', compileCache],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8');
  return child;
}

/** The process that runs the tests waits for this one while it works, and only then; it ends with it. */
function waitFor(child: ChildProcess, working: boolean): void {
  for (const handle of [child, child.channel, child.stdout as Socket, child.stderr as Socket]) {
    if (working) handle?.ref();
    else handle?.unref();
  }
}

async function answered(child: ChildProcess, asked: Asked): Promise<Ended> {
  const over = new AbortController();
  const died = once(child, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`${asked.args.join(' ')} ended the process itself, with ${code}`);
  });
  const parts = Promise.all([
    once(child, 'message', { signal: over.signal }),
    untilMark(child.stdout as Socket, over.signal),
    untilMark(child.stderr as Socket, over.signal),
  ]);
  // A command that hangs is a failure, not a test run without end.
  const tooLong = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
  waitFor(child, true);
  child.send(asked);
  try {
    const [[code], stdout, stderr] = await Promise.race([parts, died]);
    return { code, stdout: withoutSteadyLines(stdout), stderr };
  } finally {
    for (const waiting of [parts, died]) waiting.catch(() => undefined);
    clearTimeout(tooLong);
    over.abort();
    waitFor(child, false);
  }
}

/** Without what a pipe is told while one waits, which a fast machine never says. `silence.test.ts` asks for it. */
function withoutSteadyLines(stdout: string): string {
  return stdout.replace(/^(?: {2}… [\d,]+ of |Listing the VTN: ).*\n/gm, '');
}

/** What comes on a stream until the mark is there. */
function untilMark(stream: Socket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const take = (chunk: string) => {
      text += chunk;
      if (!text.includes(endMark)) return;
      stream.off('data', take);
      resolve(text.replace(endMark, ''));
    };
    stream.on('data', take);
    signal.addEventListener('abort', () => stream.off('data', take));
  });
}
