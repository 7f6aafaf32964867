import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web address that takes all dispatches and counts them. */
export interface Hook {
  readonly url: string;
  readonly arrived: number;
  /** How many ids they had. */
  readonly ids: number;
  close(): Promise<void>;
}

export async function startHook(): Promise<Hook> {
  const ids = new Set<string>();
  let arrived = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { dispatches } = JSON.parse(String(Buffer.concat(chunks))) as {
      dispatches: { dispatch: string }[];
    };
    for (const { dispatch } of dispatches) ids.add(dispatch);
    arrived += dispatches.length;
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/told`,
    get arrived() {
      return arrived;
    },
    get ids() {
      return ids.size;
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
