import { DatabaseSync } from 'node:sqlite';
import type { FleetStore } from '../fleet-store.ts';
import { withDatabaseErrors } from './errors.ts';
import { prepareLeftBehind } from './journal.ts';
import { createPatience } from './lock-wait.ts';
import { prepareReadSites } from './read-sites.ts';

/** The part of the store that reads sites. */
export type SiteReader = Pick<FleetStore, 'sitesOfVen' | 'close'>;

/**
 * Reads sites over a connection of its own, for a thread of its own. It must be opened before the run notes what
 * it sends: what stands in the journal by then is taken for what an earlier run left behind. The database must
 * have been opened by `openFleetDatabase` before, which checks it.
 */
export function openSiteReader(path: string): Promise<SiteReader> {
  return withDatabaseErrors(path, () => {
    const sqlite = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    const columns = sqlite.prepare('SELECT name FROM pragma_table_info(?)').all('resources');
    const siteColumns = new Set(columns.map(({ name }) => name as string));
    const readSites = prepareReadSites({ sqlite, siteColumns });
    const leftBehind = prepareLeftBehind(sqlite)();
    const patiently = createPatience({ path, sqlite });
    return {
      sitesOfVen: (venName, after, limit) => patiently(() => readSites(venName, after, limit, leftBehind)),
      close: () => withDatabaseErrors(path, () => sqlite.close()),
    };
  });
}
