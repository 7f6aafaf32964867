import type { TestContext } from 'node:test';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { sitesOf } from './fleet-database.ts';
import { hourly } from './meter-file.ts';
import { quickRetry, type ReportingFleet, reportingFleet } from './reporting-fleet.ts';

/** A small fleet, and how its VTN is spoken to. */
export interface FleetToReport extends ReportingFleet {
  readonly vtn: {
    readonly vtnUrl: string;
    readonly profile: ReportingFleet['profile'];
    readonly bearerToken: string;
    readonly retry: typeof quickRetry;
  };
}

/** Some sites of each VEN, two loads each, of which the meter file has so many hours. Its anchor is not that of `prepareReports`. */
export async function fleetToReport(
  t: TestContext,
  {
    dialect: profile = 'openadr-3.1',
    vens = { Aalborg: 2, Aarhus: 1 },
    hours = 24,
    ...simulator
  }: SimulatorOptions & { vens?: Readonly<Record<string, number>>; hours?: number } = {},
): Promise<FleetToReport> {
  const loads = { load_0: 'Base Load', load_1: 'Water Heater' };
  const sites = sitesOf(vens).map((site) => ({ ...site, loads }));
  const series = { load_0: hourly(hours), load_1: hourly(hours) };
  // Test sites have the meters meter_0 to meter_6.
  const meters = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`meter_${n}`, series]));
  const fleet = await reportingFleet(t, { profile, simulator, sites, meters });
  const vtn = { vtnUrl: fleet.simulator.url, profile, bearerToken: 'secret', retry: quickRetry };
  return { ...fleet, vtn };
}
