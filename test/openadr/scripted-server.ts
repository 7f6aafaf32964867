import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** One request as the server saw it. */
export interface SeenRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => unknown;

export interface ScriptedServer {
  /** Without a slash at the end. */
  url: string;
  requests: SeenRequest[];
  connections: number;
}

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with `body` as it is. */
export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Reads the request and closes the connection without an answer. */
export const hangUp: Answer = (response) => response.destroy();

/** Reads the request and never answers. */
export const silence: Answer = () => undefined;

/**
 * A real HTTP server on a free port of the loopback, closed when the test ends. Answers request 1, 2, … with
 * answer 1, 2, …; a function in place of the list answers them all. A request past the script gets a 500.
 */
export async function scriptedServer(
  t: TestContext,
  script: Answer[] | Answer,
  tls?: ServerOptions,
): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      const answer = typeof script === 'function' ? script : script[seen.length - 1];
      (answer ?? text(500, 'not in the script'))(response, one);
    });
  };
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  const result: ScriptedServer = { url: '', requests: seen, connections: 0 };
  server.on('connection', () => result.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  result.url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return result;
}

/** One of the certificates or keys in ./certs, by its name without `.pem`: ca, server, client.key, chain-root, … */
export function pem(name: string): string {
  return readFileSync(new URL(`./certs/${name}.pem`, import.meta.url), 'utf8');
}
