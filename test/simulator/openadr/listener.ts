import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What a VTN sent to a callback URL. */
interface Called {
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into notifications of every form
  readonly body: any;
}

export interface Listener {
  readonly url: string;
  readonly calls: Called[];
  /** How the next calls are answered; then with 200. */
  readonly statuses: number[];
  /** Waits until so many calls have come. */
  until(count: number): Promise<readonly Called[]>;
}

/** A callback URL that ends with its test. `echoes`: whether it answers what it is given in `echo`. */
export async function listener(t: TestContext, { echoes = true } = {}): Promise<Listener> {
  const calls: Called[] = [];
  const statuses: number[] = [];
  let called = () => undefined as unknown;
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const { searchParams } = new URL(request.url as string, 'http://here');
      response.end(echoes ? `"${searchParams.get('echo')}"` : 'hello');
      return;
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    calls.push({ authorization: request.headers.authorization, body: JSON.parse(text) });
    response.writeHead(statuses.shift() ?? 200).end();
    called();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback?of=us`,
    calls,
    statuses,
    async until(count) {
      while (calls.length < count) {
        await new Promise<void>((resolve) => {
          called = resolve as () => undefined;
        });
      }
      return calls;
    },
  };
}
