import { tmpdir } from 'node:os';
import { freePort } from './openleadr.ts';
import { findExecutables, pathFolders, start } from './processes.ts';

/** A running MQTT broker that lets anybody in. */
export interface Broker {
  readonly url: string;
  stop(): Promise<void>;
}

/** Mosquitto's program, or the reason why there is none. */
export function findMosquitto(): { readonly file: string } | string {
  // Debian puts it where only root's PATH leads.
  const [file] = findExecutables('mosquitto', [...pathFolders(), '/usr/sbin', '/usr/local/sbin']);
  return file === undefined ? 'no mosquitto, on PATH or in /usr/sbin' : { file };
}

/** Starts Mosquitto, which without a configuration listens on loopback alone. */
export async function startMosquitto(file: string): Promise<Broker> {
  const port = await freePort();
  const server = start(file, ['-p', String(port)], { cwd: tmpdir(), env: {}, stopSignal: 'SIGTERM' });
  try {
    await server.says('running', 10_000);
  } catch (error) {
    await server.stop();
    throw new Error(`Mosquitto did not start:\n${server.log()}`, { cause: error });
  }
  return { url: `mqtt://127.0.0.1:${port}`, stop: () => server.stop() };
}
