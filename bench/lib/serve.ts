import { type Serializable, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { benchFile, cleanEnvironment, message, program as sources } from './child.ts';
import type { UsageNow } from './tell-usage.ts';

/** `venfleet serve` in a process of its own; what is preloaded into it answers with `Usage`. */
export interface ServeProcess<Usage = UsageNow> {
  /** Of its page. */
  readonly url: string;
  /** Runs that have ended, as it printed them. */
  readonly runs: readonly EndedRun[];
  /** The first run of this command that has ended. */
  ended(command: string): Promise<EndedRun>;
  /** What it answers to a message. Rejects where it has ended. */
  usage(ask?: unknown): Promise<Usage>;
  /** Lets it end. Rejects where that is with anything but 0. */
  stop(): Promise<void>;
}

export interface EndedRun {
  readonly command: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly problem: string | null;
  /** From its beginning to the line that tells of its end. */
  readonly seconds: number;
}

/** How it is started: by default from the sources, as the module `tell-usage.ts` asks what it takes. */
export interface HowStarted {
  readonly program?: string;
  readonly environment?: Record<string, string>;
  /** What has Node load the module that says what it takes. */
  readonly preload?: readonly string[];
}

/** Starts it for the fleet at `path` and the VTN at `vtnUrl`, with a page on any free port. */
export async function startServe<Usage = UsageNow>(
  path: string,
  vtnUrl: string,
  options: readonly string[] = [],
  how: HowStarted = {},
): Promise<ServeProcess<Usage>> {
  const access = ['--db', path, '--vtn-url', vtnUrl, '--token', 'bench', '--port', '0', '--json'];
  const { preload = ['--import', benchFile('lib/tell-usage.ts')], program = sources, environment } = how;
  const child = spawn(process.execPath, [...preload, program, 'serve', ...access, ...options], {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  // Where the bench fails, nothing of it is left running.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const page = Promise.withResolvers<string>();
  const runs: EndedRun[] = [];
  const waiting = new Set<() => void>();
  const hear = (line: string) => {
    const said = JSON.parse(line) as { type: string; page: string; started: string } & EndedRun;
    if (said.type === 'started') page.resolve(said.page);
    if (said.type !== 'run') return;
    const { command, state, counts, problem, started } = said;
    runs.push({ command, state, counts, problem, seconds: (Date.now() - Date.parse(started)) / 1000 });
    for (const look of waiting) look();
  };
  createInterface({ input: child.stdout! }).on('line', hear);
  const gone = exited.then(([code]): never => {
    throw new Error(`venfleet serve ended with ${code}`);
  });
  gone.catch(() => undefined).finally(() => process.off('exit', kill));
  const url = await Promise.race([page.promise, gone]);

  return {
    url,
    runs,
    async ended(wanted) {
      const found = Promise.withResolvers<EndedRun>();
      const look = () => {
        const run = runs.find(({ command }) => command === wanted);
        if (run) found.resolve(run);
      };
      waiting.add(look);
      look();
      try {
        return await Promise.race([found.promise, gone]);
      } finally {
        waiting.delete(look);
      }
    },
    usage(ask = 'usage') {
      const reply = message<Usage>(child);
      reply.catch(() => undefined);
      child.send(ask as Serializable, () => undefined);
      return Promise.race([reply, gone]);
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      if (code !== 0) throw new Error(`venfleet serve ended with ${code}`);
    },
  };
}
