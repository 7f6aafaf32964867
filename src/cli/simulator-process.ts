import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SimulatorProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../../bin/venfleet.js', import.meta.url));

/**
 * Starts `venfleet vtn` on a free loopback port in a process of its own, which ends with this one, however
 * this one ends. It takes none of this process's options: only `args`.
 */
export async function startSimulatorProcess(args: readonly string[]): Promise<SimulatorProcess> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('VENFLEET_')),
  );
  const child = fork(program, ['vtn', '--port', '0', ...args], {
    env,
    execArgv: [],
    // Not here, where a configuration file may lie that is meant for this command.
    cwd: dirname(program),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C in a terminal goes to the whole group: the simulator must outlive what is in flight.
    detached: true,
  });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), ended]);
  const { url } = (first[0] ?? {}) as { url?: string };
  if (url === undefined) throw new Error('the VTN simulator did not start');
  return {
    url,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
