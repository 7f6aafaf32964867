import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Aedes } from 'aedes';
import type { Random } from '../../src/core/random.ts';

/** A dispatch as a sink got it (docs/dispatch.md). */
export interface Arrival {
  readonly dispatch: string;
  readonly load: string;
  readonly sent: string;
  readonly lateMs?: number;
  readonly setpoints: readonly { readonly event: string; readonly values: readonly unknown[] }[];
}

/** Where dispatches go, outlasting those who send them. */
export interface EventSinks {
  readonly brokerUrl: string;
  readonly hookUrl: string;
  /** Told of what comes: `PUBLISH`, `POST /hook`. */
  onArrival: (kind: string) => void;
  /** All that came, in order. */
  readonly broker: readonly Arrival[];
  readonly hook: readonly Arrival[];
  close(): Promise<void>;
}

/**
 * A broker that loses nothing, and a web address that takes a share of the requests and says that it did not, or says nothing.
 */
export async function startEventSinks(random: Random, faultShare: number): Promise<EventSinks> {
  const broker: Arrival[] = [];
  const hook: Arrival[] = [];
  const aedes = await Aedes.createBroker();
  aedes.on('publish', ({ topic, payload }, client) => {
    if (!client || !topic.endsWith('/setpoint')) return;
    broker.push(JSON.parse(String(payload)) as Arrival);
    sinks.onArrival('PUBLISH');
  });
  const tcp = createTcpServer(aedes.handle).listen(0, '127.0.0.1');
  const http = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === undefined) return;
    sinks.onArrival('POST /hook');
    const isFault = random() < faultShare;
    if (!isFault || random() < 0.5) hook.push(...(JSON.parse(body) as { dispatches: Arrival[] }).dispatches);
    if (isFault && random() < 0.5) return response.destroy();
    response.writeHead(isFault ? 503 : 204).end();
  }).listen(0, '127.0.0.1');
  await Promise.all([once(tcp, 'listening'), once(http, 'listening')]);
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  const sinks: EventSinks = {
    brokerUrl: `mqtt://127.0.0.1:${portOf(tcp)}`,
    hookUrl: `http://127.0.0.1:${portOf(http)}/hook`,
    broker,
    hook,
    onArrival: () => undefined,
    async close() {
      http.closeAllConnections();
      await Promise.all([
        once(http.close(), 'close'),
        new Promise<void>((done) => aedes.close(() => done())),
      ]);
      await once(tcp.close(), 'close');
    },
  };
  return sinks;
}

/** Undefined: its sender died in the middle of it. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

/** What is in a file of dispatches, in order. */
export function arrivalsIn(path: string): Arrival[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Arrival);
}
