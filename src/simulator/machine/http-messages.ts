import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './dialect.ts';

/** The longest body that is read, in bytes; longer ones get 413. */
export const longestBody = 32 * 1024 * 1024;

const nothing = Buffer.alloc(0);

/** Reads a whole request body; not called back where the client goes away before its end. */
export function readBody(request: IncomingMessage, done: (body: Buffer, tooLong: boolean) => void): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > longestBody) {
      first = undefined;
      more = undefined;
    } else if (first === undefined) first = chunk;
    else if (more === undefined) more = [first, chunk];
    else more.push(chunk);
  });
  request.on('end', () => {
    if (length > longestBody) done(nothing, true);
    else if (more !== undefined) done(Buffer.concat(more, length), false);
    else done(first ?? nothing, false);
  });
}

/** Sends an answer in one piece. */
export function send(response: ServerResponse, reply: Reply): void {
  const length = Buffer.byteLength(reply.body);
  const headers: Record<string, string | number> = {
    'content-type': reply.contentType ?? 'application/json',
    'content-length': length,
  };
  response.writeHead(reply.status, reply.headers ? { ...headers, ...reply.headers } : headers);
  // Without any letter outside of ASCII the text need not be translated: much faster.
  response.end(reply.body, length === reply.body.length ? 'latin1' : 'utf8');
}

/** The path and the query of a request target, without the question mark. */
export function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}
