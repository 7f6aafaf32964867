import type { TestContext } from 'node:test';
import type { Logger } from '../../src/core/log.ts';
import { type ServerOptions, startServer } from '../../src/server/start-server.ts';
import { createPageFleet, createPageKeeper, type PageFleet, type PageKeeper } from './page-fleet.ts';

export const pageToken = 'a-token-of-the-page-0123456789';

export interface PageServer {
  readonly url: string;
  readonly fleet: PageFleet;
  readonly made: PageKeeper;
  readonly logged: { level: string; fields: object; text: string }[];
  close(): Promise<void>;
  /** Asks the API. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A real server on loopback, of a fleet in memory. */
export async function pageServer(t: TestContext, options: Partial<ServerOptions> = {}): Promise<PageServer> {
  const fleet = createPageFleet();
  const made = createPageKeeper();
  const logged: PageServer['logged'] = [];
  const noting = (level: string) => (fields: object, text: string) => {
    logged.push({ level, fields, text });
  };
  const log: Logger = {
    error: noting('error'),
    warn: noting('warn'),
    info: noting('info'),
    debug: noting('debug'),
  };
  const server = await startServer({
    ...{ keeper: made.keeper, views: fleet.views, port: 0, version: '1.2.3', log },
    databaseName: '/var/lib/venfleet/fleet.db',
    ...options,
  });
  t.after(() => server.close());
  return {
    url: server.url,
    ...{ fleet, made, logged },
    close: server.close,
    get: (path, headers = {}) => fetch(`${server.url}/api/v1/${path}`, { headers }),
    post: (path, body, headers = {}) =>
      fetch(`${server.url}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
