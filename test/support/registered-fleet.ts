import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { register } from '../../src/api/register.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import { pythonDatabase, sitesOf, temporaryFolder } from './fleet-database.ts';
import { hourly, writeMeterFile } from './meter-file.ts';
import { simulatorFor } from './simulator.ts';

export const quickRetry = { maxAttempts: 10, baseMs: 5, capMs: 20, graceMs: 20 };

/** What a job on a fleet takes: its database, its meter file, and its VTN. */
export interface FleetToReport {
  readonly simulator: Simulator;
  readonly dbPath: string;
  readonly meterData: string;
  readonly vtn: {
    readonly vtnUrl: string;
    readonly profile: 'flex-gateway' | 'openadr-3.0' | 'openadr-3.1';
    readonly bearerToken: string;
    readonly retry: typeof quickRetry;
  };
}

/** A registered fleet of some sites of each VEN, two loads each, of which the meter file has so many hours. */
export async function fleetToReport(
  t: TestContext,
  {
    dialect = 'openadr-3.1',
    vens = { Aalborg: 2, Aarhus: 1 },
    hours = 24,
    ...how
  }: SimulatorOptions & { vens?: Readonly<Record<string, number>>; hours?: number } = {},
): Promise<FleetToReport> {
  const twoLoads = { load_0: 'Base Load', load_1: 'Water Heater' };
  const dbPath = pythonDatabase(
    t,
    sitesOf(vens).map((site) => ({ ...site, loads: twoLoads })),
  );
  const simulator = await simulatorFor(t, { dialect, ...how });
  const vtn = { vtnUrl: simulator.url, profile: dialect, bearerToken: 'secret', retry: quickRetry };
  await register({ dbPath, ...vtn });
  const meterData = join(temporaryFolder(t), 'meters.h5');
  // Test sites have the meters meter_0 to meter_6.
  const series = { load_0: hourly(hours), load_1: hourly(hours) };
  const meters = Array.from({ length: 7 }, (_, n) => [`meter_${n}`, series]);
  await writeMeterFile(meterData, Object.fromEntries(meters));
  return { simulator, dbPath, meterData, vtn };
}
