/*
 * Runs commands of the program in one process as they are asked for (in-turn.ts), since starting one for each takes
 * longer than what they do. A mark stands behind the output of each, and the exit code comes by message.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { main } from '../../src/cli/main.ts';

/** A command, with where it is typed and what the environment has besides. */
export interface Asked {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** No output of the program has it: control characters are made visible. */
export const endMark = '\u001e';

if (import.meta.main) {
  process.on('message', (asked: Asked) => void run(asked));
  process.on('disconnect', () => process.exit());
}

async function run({ args, cwd, env }: Asked): Promise<void> {
  process.chdir(cwd);
  Object.assign(process.env, env);
  process.exitCode = undefined;
  await main(args);
  for (const name of Object.keys(env)) delete process.env[name];
  // Warnings of Node come a turn later.
  await turn();
  // Each command listens anew.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.write(endMark);
  }
  process.send?.(process.exitCode ?? 0);
}
