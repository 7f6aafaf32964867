import { type FleetStatus, fleetStatus } from '../monitoring/fleet-status.ts';
import { openFleetDatabase } from '../store/open.ts';
import { createSqliteStatistics } from '../store/sqlite-statistics.ts';
import { defaultDbPath } from './register.ts';

/** Where the fleet of a database stands. `samples`, `failures`: how many of each to list (default 5, 10). */
export async function status(
  options: { dbPath?: string | undefined; samples?: number; failures?: number } = {},
): Promise<FleetStatus> {
  const database = await openFleetDatabase(options.dbPath ?? defaultDbPath);
  try {
    const limits = { samples: options.samples ?? 5, failures: options.failures ?? 10 };
    return await fleetStatus(createSqliteStatistics(database), limits);
  } finally {
    await database.close();
  }
}
