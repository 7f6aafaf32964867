import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Aedes, type AedesOptions } from 'aedes';

export interface LocalBroker {
  readonly port: number;
  readonly url: string;
  readonly aedes: Aedes;
  /** The retained messages, by topic; waits until there are so many: aedes acknowledges a message before it has it. */
  retained(atLeast?: number): Promise<Map<string, string>>;
  /** Drops all connections. */
  drop(): void;
  /** Takes no connections any more, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

interface Persistence {
  createRetainedStream(pattern: string): AsyncIterable<{ readonly topic: string; readonly payload: Buffer }>;
}

/** A real broker on this machine, which ends with the test. It speaks MQTT 3.1.1. */
export async function localBroker(
  t: TestContext,
  options: AedesOptions = {},
  serve: (handle: (socket: Socket) => void) => Server = createServer,
): Promise<LocalBroker> {
  const aedes = await Aedes.createBroker(options);
  const sockets = new Set<Socket>();
  let port = 0;
  let server: Server | undefined;
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const start = async () => {
    server = serve((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      aedes.handle(socket);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    const closed = server?.listening ? once(server, 'close') : undefined;
    server?.close();
    drop();
    await closed;
  };
  await start();
  t.after(async () => {
    await stop();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
  });
  return {
    get port() {
      return port;
    },
    get url() {
      return `mqtt://127.0.0.1:${port}`;
    },
    aedes,
    async retained(atLeast = 0) {
      const { persistence } = aedes as unknown as { persistence: Persistence };
      for (;;) {
        const found = new Map<string, string>();
        for await (const { topic, payload } of persistence.createRetainedStream('#'))
          found.set(topic, String(payload));
        if (found.size >= atLeast) return found;
        await setImmediate();
      }
    },
    drop,
    stop,
    start,
  };
}

/** A server that understands nothing and answers with what it is told to. */
export async function scriptedBroker(
  t: TestContext,
  onData: (socket: Socket, data: Buffer) => void,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => onData(socket, data as Buffer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const connackV5 = Buffer.from([0x20, 3, 0, 0, 0]);
