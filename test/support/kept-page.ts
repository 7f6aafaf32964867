import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openFleetViews } from '../../src/api/views/open-fleet-views.ts';
import { withFleetKeeper } from '../../src/api/with-fleet-keeper.ts';
import type { Logger } from '../../src/core/log.ts';
import { startServer } from '../../src/server/start-server.ts';
import { temporaryFolder } from './fleet-database.ts';

export const pageToken = 'a-token-of-the-page-0123456789';

interface KeptPageOptions {
  readonly dbPath: string;
  /** An OpenADR 3.1 VTN. */
  readonly vtnUrl: string;
  readonly pageFolder: string;
  readonly port: number;
}

/** Keeps a fleet, and has the server of its page: what `venfleet serve` makes of the same options. */
export async function keptPage(t: TestContext, { dbPath, vtnUrl, pageFolder, port }: KeptPageOptions) {
  const log: Logger = { error: console.error, warn() {}, info() {}, debug() {} };
  const options = {
    ...{ vtnUrl, profile: 'openadr-3.1' as const, bearerToken: 'x', dbPath, log },
    events: {
      sinks: [{ kind: 'file', name: 'file', path: join(temporaryFolder(t), 'told.ndjson') }],
      pollSeconds: 1,
    },
  } as const;
  const end = new AbortController();
  const opened = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const ended = withFleetKeeper({ ...options, signal: end.signal }, async (keeper) => {
    const views = openFleetViews({ dbPath, profile: 'openadr-3.1' });
    const server = await startServer({
      ...{
        keeper,
        views,
        log,
        pageFolder,
        pageToken,
        port,
        version: '1.2.3',
        databaseName: 'resources.db',
      },
      allowActions: true,
    });
    opened.resolve(server.url);
    await begun.promise;
    await keeper.run();
    await server.close();
    await views.close();
  });
  ended.catch(opened.reject);
  const stop = () => {
    begun.resolve();
    end.abort();
    return ended;
  };
  t.after(stop);
  return { url: await opened.promise, begin: begun.resolve, stop };
}
