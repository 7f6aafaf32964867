import { createServer, type IncomingMessage, request as sendOn } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export interface LoopbackProxy {
  /** Without a slash at the end. */
  url: string;
  port: number;
  /** `CONNECT host:port`, or `GET http://…`, as they came. */
  asked: string[];
  /** The credentials of each, as `name:password`. */
  credentials: (string | undefined)[];
}

/**
 * A real forward proxy on the loopback, with tunnels. Whatever host it is asked for, it goes to 127.0.0.1. With
 * `password`, it answers 407 to who does not give it (for the user "fleet").
 */
export async function loopbackProxy(t: TestContext, password?: string): Promise<LoopbackProxy> {
  const proxy: LoopbackProxy = { url: '', port: 0, asked: [], credentials: [] };
  const sockets = new Set<Socket>();
  const admits = (request: IncomingMessage) => {
    const given = request.headers['proxy-authorization']?.replace('Basic ', '');
    const credentials = given === undefined ? undefined : Buffer.from(given, 'base64').toString();
    proxy.asked.push(`${request.method} ${request.url}`);
    proxy.credentials.push(credentials);
    return password === undefined || credentials === `fleet:${password}`;
  };
  const server = createServer((request, response) => {
    if (!admits(request)) return response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('no');
    const { port, pathname, search } = new URL(request.url ?? '');
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = sendOn(
      { host: '127.0.0.1', port, path: pathname + search, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    return request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    if (!admits(request)) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const target = connect(Number(new URL(`http://${request.url}`).port || 80), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    }
    return target;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  proxy.port = (server.address() as AddressInfo).port;
  proxy.url = `http://127.0.0.1:${proxy.port}`;
  return proxy;
}
