import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface TroubledRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Passed on; answered with this status in place of the VTN; its connection cut, before it is passed on, or (`lose`) after. */
export type Fate = 'pass' | 'cut' | 'lose' | number;

/** Stands before a VTN, and decides of each request what becomes of it; gone when the test is over. */
export async function troubledVtn(
  t: TestContext,
  vtnUrl: string,
  fateOf: (request: TroubledRequest) => Fate,
): Promise<{ readonly url: string; readonly requests: () => number }> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests++;
    const { method = '', url: path = '' } = request;
    const body = await text(request);
    const fate = fateOf({ method, path, body });
    if (fate === 'cut') return request.socket.destroy();
    if (typeof fate === 'number') {
      response.writeHead(fate, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ detail: `no: ${fate}` }));
    }
    const { authorization = '', 'content-type': contentType } = request.headers;
    const answer = await fetch(`${vtnUrl}${path}`, {
      method,
      headers: { authorization, ...(contentType && { 'content-type': contentType }) },
      ...(body && { body }),
    }).catch(() => undefined);
    if (!answer || fate === 'lose') return request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    return response.end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
  };
}
