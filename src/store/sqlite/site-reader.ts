import type { FleetReader, ReaderAddress } from '../fleet-reader.ts';
import { connect } from './connect.ts';
import { withDatabaseErrors } from './errors.ts';
import { readFleetSchema } from './fleet-schema.ts';
import { createLockWait } from './lock-wait.ts';
import { prepareReadSites } from './read-sites.ts';

/**
 * Reads sites over a connection of its own, for a thread of its own. The database must have been opened by
 * `openFleetDatabase` or `openToRead` before, which check it, and stay open for as long.
 */
export function openSiteReader({ path, file, identity, exclusive }: ReaderAddress): Promise<FleetReader> {
  return withDatabaseErrors(path, () => {
    const sqlite = connect(file, { identity, readOnly: true });
    const readSites = prepareReadSites({ sqlite, schema: readFleetSchema(sqlite, path) });
    const whenUnlocked = createLockWait({ path, sqlite });
    return {
      sitesOfVen: (venName, after, limit) => whenUnlocked(() => readSites(venName, after, limit, exclusive)),
      close: () => withDatabaseErrors(path, () => sqlite.close()),
    };
  });
}
