import type { IncomingMessage, ServerResponse } from 'node:http';

/** Text that no browser takes for anything else. */
const plain = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

export function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...plain, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Bytes of a refused call that are read and thrown away, so that whoever sends them comes to read the answer. */
const mostDrained = 1024 * 1024;

/** Answers at once, and closes the connection once the rest of the call has come, or is too long to wait for. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void {
  response.writeHead(status, {
    ...plain,
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(status === 405 && { allow: 'GET, POST' }),
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  });
  if (request.readableEnded) {
    response.end(text);
    return;
  }
  response.write(text);
  let drained = 0;
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > mostDrained) request.destroy();
  });
  request.on('error', () => undefined);
  request.once('end', () => response.end());
}

export type Body =
  | { readonly kind: 'whole'; readonly text: string }
  /** The rest of it is still to come. */
  | { readonly kind: 'too-large' }
  /** It broke off. */
  | { readonly kind: 'cut' };

/** Reads a body of so many bytes at most; more is never held. Never rejects. */
export function readBody(request: IncomingMessage, most: number): Promise<Body> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length']) > most) return resolve({ kind: 'too-large' });
    let chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= most) return chunks.push(chunk);
      chunks = [];
      request.off('data', onData);
      return resolve({ kind: 'too-large' });
    };
    request.on('data', onData);
    request.on('error', () => undefined);
    request.once('end', () => resolve({ kind: 'whole', text: Buffer.concat(chunks).toString() }));
    request.once('close', () => resolve({ kind: 'cut' }));
  });
}
