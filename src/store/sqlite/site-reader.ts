import { DatabaseSync } from 'node:sqlite';
import type { FleetReader, ReaderAddress } from '../fleet-reader.ts';
import { withDatabaseErrors } from './errors.ts';
import { readFleetSchema } from './fleet-schema.ts';
import { createLockWait } from './lock-wait.ts';
import { prepareReadSites } from './read-sites.ts';

/**
 * Reads sites over a connection of its own, for a thread of its own. The database must have been opened by
 * `openFleetDatabase` before, which checks it.
 */
export function openSiteReader({ path, exclusive }: ReaderAddress): Promise<FleetReader> {
  return withDatabaseErrors(path, () => {
    const sqlite = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    const readSites = prepareReadSites({ sqlite, schema: readFleetSchema(sqlite, path) });
    const whenUnlocked = createLockWait({ path, sqlite });
    return {
      sitesOfVen: (venName, after, limit) => whenUnlocked(() => readSites(venName, after, limit, exclusive)),
      close: () => withDatabaseErrors(path, () => sqlite.close()),
    };
  });
}
