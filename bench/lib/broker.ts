import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchFile } from './child.ts';

/** An MQTT broker on this machine, in a process of its own. */
export interface BrokerProcess {
  /** `mosquitto`; where that is not installed, `aedes`. */
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
}

export async function startBroker(): Promise<BrokerProcess> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const mosquitto = folders.map((folder) => join(folder, 'mosquitto')).find((path) => existsSync(path));
  return mosquitto === undefined ? startAedes() : startMosquitto(mosquitto);
}

async function startMosquitto(program: string): Promise<BrokerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-bench-broker-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_type error\n`);
  const child = spawn(program, ['-c', config], { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = async () => {
    await stopped(child);
    rmSync(folder, { recursive: true, force: true });
  };
  while (!(await answers(port))) {
    if (child.exitCode !== null) {
      await stop();
      throw new Error(`${program} ended with ${child.exitCode}`);
    }
    await sleep(20);
  }
  return { name: 'mosquitto', url: `mqtt://127.0.0.1:${port}`, stop };
}

async function startAedes(): Promise<BrokerProcess> {
  const child = fork(benchFile('aedes-broker.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { name: 'aedes', url: `mqtt://127.0.0.1:${port}`, stop: () => stopped(child) };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
