import type { FleetScope } from '../fleet/store.ts';
import { type PacingChoice, type RegistrationRequest, registerFleet } from '../registration/register.ts';
import type { RegistrationSummary } from '../registration/summary.ts';
import { openFleetDatabase } from '../store/open.ts';
import { createSqliteFleetStore } from '../store/sqlite-fleet-store.ts';
import { connectVtn, type VtnOptions } from './connect.ts';

/** Requests in flight where nothing else is asked for. */
export const defaultConcurrency = 64;

/** What to register, where, and how fast. */
export interface RegisterOptions
  extends Omit<VtnOptions, 'connections'>,
    Pick<RegistrationRequest, 'includeDisabled' | 'dryRun' | 'retry' | 'signal' | 'onEvent'> {
  /** The fleet database (SQLite). Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Only these VENs, or the first N by name. Default: all. */
  readonly scope?: FleetScope | undefined;
  /** Default: a window of 64 requests. */
  readonly pacing?: PacingChoice | undefined;
}

export const defaultDbPath = './config/resources.db';

/**
 * Registers every load of a fleet database that is not registered yet: opens the database, runs
 * `registerFleet` and closes everything. Throws VenfleetErrors.
 */
export async function register(options: RegisterOptions): Promise<RegistrationSummary> {
  const pacing = options.pacing ?? { kind: 'window', concurrency: defaultConcurrency };
  const connections = pacing.kind === 'window' ? pacing.concurrency : pacing.batchSize;
  const { transport, profile, checkVersion } = connectVtn({ ...options, connections });
  try {
    const store = createSqliteFleetStore(await openFleetDatabase(options.dbPath ?? defaultDbPath));
    try {
      return await registerFleet({
        ...options,
        store,
        transport,
        profile,
        pacing,
        beforeSending: checkVersion,
      });
    } finally {
      await store.close();
    }
  } finally {
    await transport.close();
  }
}
