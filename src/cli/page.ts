import { basename } from 'node:path';
import type { FleetKeeper } from '../api/keep/fleet-keeper.ts';
import type { KeeperMetrics } from '../api/metrics/keeper-metrics.ts';
import { type FleetViewsOptions, openFleetViews } from '../api/views/open-fleet-views.ts';
import type { Logger } from '../core/log.ts';
import { startServer } from '../server/start-server.ts';
import type { PageAccess } from './options/page-access.ts';
import { version } from './version.ts';

/** The page that shows how a fleet is kept. */
export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

interface PageOptions extends PageAccess {
  readonly keeper: FleetKeeper;
  readonly views: FleetViewsOptions;
  readonly metrics: KeeperMetrics;
  /** Readings of another time are reported. */
  readonly isReplay: boolean;
  readonly log: Logger;
}

/** Opens the page. Throws PAGE_OPEN, PAGE_TOKEN, PAGE_LISTEN. */
export async function openPage({
  keeper,
  views: of,
  metrics,
  token,
  log,
  ...access
}: PageOptions): Promise<Page> {
  const views = openFleetViews(of);
  metrics.attach(keeper, views);
  try {
    const server = await startServer({
      ...access,
      ...{ keeper, views, metrics: metrics.answer, pageToken: token, version, log },
      databaseName: basename(of.dbPath),
    });
    return {
      url: server.url,
      async close() {
        await server.close();
        await views.close();
      },
    };
  } catch (error) {
    await views.close();
    throw error;
  }
}
