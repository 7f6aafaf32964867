import type { FleetReader, ReaderAddress } from './fleet-reader.ts';
import { openSiteReader } from './sqlite/site-reader.ts';

/** Opens for reading what another thread has open already. Throws NOT_WRITABLE, DB_FAILED, DB_LOCKED. */
export function openReader(address: ReaderAddress): Promise<FleetReader> {
  return openSiteReader(address);
}
