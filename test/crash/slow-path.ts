import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../../src/core/random.ts';

/** A way to the VTN on which requests may be long under way, as through a queue or a gateway. */
export interface SlowPath {
  readonly url: string;
  /** Requests that were held back, and those of them whose sender was told nothing more. */
  readonly held: number;
  readonly abandoned: number;
  /** Told of each request when it comes in: `POST /resources`. */
  onRequest: (kind: string) => void;
  /** Resolves when no request is under way any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface SlowPathOptions {
  /** Base URL of the VTN. */
  readonly target: string;
  readonly random: Random;
  /** Share of the POSTs that reach the VTN late, by up to `holdMs` milliseconds, whether or not their sender still lives. */
  readonly holdShare: number;
  readonly holdMs: number;
  /** Share of the POSTs whose sender sees the connection close at once, while they go on to the VTN late. */
  readonly abandonShare: number;
}

/** Starts it on a free loopback port. */
export async function startSlowPath(options: SlowPathOptions): Promise<SlowPath> {
  const { random, holdShare, holdMs, abandonShare } = options;
  const agent = new Agent({ keepAlive: true });
  const counts = { held: 0, abandoned: 0, underWay: 0 };
  let path: SlowPath;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A request that did not come whole is no request.
    incoming.on('end', () => {
      counts.underWay++;
      path.onRequest(`${incoming.method} ${incoming.url?.split('?')[0]}`);
      const isWrite = incoming.method === 'POST';
      const abandon = isWrite && random() < abandonShare;
      const hold = abandon || (isWrite && random() < holdShare);
      if (hold) counts.held++;
      if (abandon) {
        counts.abandoned++;
        response.socket?.destroy();
      }
      setTimeout(forward, hold ? random() * holdMs : 0, incoming, Buffer.concat(chunks), response);
    });
    incoming.on('error', () => undefined);
  });

  function forward(incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { method, url = '/', headers } = incoming;
    const lost = () => {
      counts.underWay--;
      response.socket?.destroy();
    };
    const outgoing = request(new URL(options.target + url), { method, headers, agent }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', lost);
      answer.on('end', () => {
        counts.underWay--;
        if (response.socket === null || response.destroyed) return;
        response.writeHead(answer.statusCode as number, answer.headers);
        response.end(Buffer.concat(parts));
      });
    });
    outgoing.on('error', lost);
    outgoing.end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  path = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get held() {
      return counts.held;
    },
    get abandoned() {
      return counts.abandoned;
    },
    onRequest: () => undefined,
    async idle() {
      while (counts.underWay > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
  return path;
}
