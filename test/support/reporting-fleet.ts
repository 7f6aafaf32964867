import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { register } from '../../src/api/register.ts';
import { type ReportAnchor, type ReportHistoryOptions, reportHistory } from '../../src/api/report-history.ts';
import type { ReportSummary } from '../../src/metering/report-events.ts';
import type { ProfileName } from '../../src/profiles/choose-profile.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import { checksumOf, type PointsLine, pointsPage } from '../simulator/points.ts';
import { pythonDatabase, readLoads, sitesOf, type TestSite, temporaryFolder } from './fleet-database.ts';
import { hourly, type Row, type Series, writeMeterFile } from './meter-file.ts';
import { simulatorFor } from './simulator.ts';

export const quickRetry = { maxAttempts: 10, baseMs: 5, capMs: 20, graceMs: 20 };
export const components = ['load_0', 'load_1', 'load_2', 'load_3', 'load_4', 'load_5'];
export const allProfiles: readonly ProfileName[] = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'];
export const openAdrProfiles: readonly ProfileName[] = ['openadr-3.0', 'openadr-3.1'];

/** A registered fleet, its meter file, and the VTN that it is registered on. */
export interface ReportingFleet {
  readonly profile: ProfileName;
  readonly dbPath: string;
  readonly meterData: string;
  readonly simulator: Simulator;
  readonly anchor: ReportAnchor | undefined;
}

export interface FleetSetUp {
  readonly profile?: ProfileName;
  readonly simulator?: SimulatorOptions;
  readonly sites?: readonly TestSite[];
  /** By meter and component, in the place of 48 hourly readings; null: the file has no such meter. */
  readonly meters?: Readonly<Record<string, Readonly<Record<string, Series>> | null>>;
  /** Series that the file does not have. */
  readonly without?: readonly (readonly [meter: string, component: string])[];
}

/** Makes one: five sites (unless others are given) with a meter and six loads each. */
export async function reportingFleet(t: TestContext, how: FleetSetUp = {}): Promise<ReportingFleet> {
  const {
    profile = 'flex-gateway',
    sites = sitesOf({ Aalborg: 3, Aarhus: 2 }),
    meters = {},
    without = [],
  } = how;
  const dbPath = pythonDatabase(t, sites);
  const simulator = await simulatorFor(t, { dialect: profile, ...how.simulator });
  await register({ dbPath, vtnUrl: simulator.url, profile, bearerToken: 'secret', retry: quickRetry });
  const meterData = join(temporaryFolder(t), 'meters.h5');
  await writeMeterFile(meterData, metersOf(dbPath, meters, without));
  const anchor = profile === 'flex-gateway' ? undefined : await createAnchor(simulator.url, profile);
  return { profile, dbPath, meterData, simulator, anchor };
}

/** A meter for each that the database names, with the usual series but for these. */
function metersOf(
  dbPath: string,
  others: NonNullable<FleetSetUp['meters']>,
  without: NonNullable<FleetSetUp['without']>,
) {
  const meters: Record<string, Record<string, Series>> = {};
  for (const { h5_meter_id: meter, load_component: component } of readLoads(dbPath)) {
    const other = others[meter];
    if (other === null || without.some((one) => one[0] === meter && one[1] === component)) continue;
    meters[meter] ??= { ...other };
    meters[meter][component] ??= hourly(48);
  }
  return meters;
}

/** Makes the program and the event that reports are filed under, as business logic does. */
export async function createAnchor(
  url: string,
  profile: ProfileName,
  token = 'secret',
): Promise<ReportAnchor> {
  const post = async (path: string, body: object): Promise<string> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 201, await response.clone().text());
    return ((await response.json()) as { id: string }).id;
  };
  const programId = await post('/programs', { objectType: 'PROGRAM', programName: 'Meter data' });
  const unused = [{ id: 0, payloads: [{ type: 'REQUIRED_BUT_NOT_USED', values: [0] }] }];
  const eventId = await post('/events', {
    objectType: 'EVENT',
    programID: programId,
    eventName: 'Meter data',
    ...(profile === 'openadr-3.0' && { intervals: unused }),
    reportDescriptors: [{ payloadType: 'USAGE', frequency: 0, repeat: -1 }],
  });
  return { programId, eventId };
}

/** Reports the fleet's history, with quick retries. */
export function report(
  { profile, dbPath, meterData, simulator, anchor }: ReportingFleet,
  options: Partial<ReportHistoryOptions> = {},
): Promise<ReportSummary> {
  const token = options.credentials || options.venCredentials ? {} : { bearerToken: 'secret' };
  const to = { dbPath, meterData, vtnUrl: simulator.url, profile, ...(anchor && { anchor }), ...token };
  return reportHistory({ ...to, retry: quickRetry, ...options });
}

/** What a VTN should have been told of a load whose readings these are, by kind of line of the proof page. */
export function toldOf(profile: ProfileName, rows: readonly Row[], stepHours = 1): Told {
  const points = rows.map(([seconds, watts]) => [Math.round(seconds * 1000), watts] as const);
  if (profile === 'flex-gateway') return { bulk: sumOf(points) };
  const energy = points.filter(([, watts]) => watts >= 0);
  const power = points.filter(([, watts]) => watts < 0);
  const kilo = (watts: number) => Number((watts / 1000).toFixed(9));
  return {
    ...(energy.length > 0 && { USAGE: sumOf(energy.map(([ms, watts]) => [ms, kilo(watts * stepHours)])) }),
    ...(power.length > 0 && { READING: sumOf(power.map(([ms, watts]) => [ms, kilo(watts)])) }),
  };
}

export type Told = Readonly<Record<string, { points: number; checksum: string }>>;

const sumOf = (points: readonly (readonly [number, number])[]) => ({
  points: points.length,
  checksum: checksumOf(points),
});

/** What the VTN was told of each load, by load id; `again`: points that were told more than once. */
export async function heldBy(fleet: ReportingFleet): Promise<{ held: Map<string, Told>; again: number }> {
  const nameOf = await namesOfLoads(fleet);
  const lines = await pointsPage(fleet.simulator);
  const held = new Map<string, Record<string, { points: number; checksum: string }>>();
  let again = 0;
  for (const line of lines) {
    const loadId = nameOf.get(keyOf(line));
    assert.ok(loadId, `${JSON.stringify(line)} is of no load`);
    const told = held.get(loadId) ?? {};
    held.set(loadId, told);
    if (line.points > 0) told[line.kind] = { points: line.points, checksum: line.checksum };
    again += line.again;
  }
  return { held, again };
}

const keyOf = ({ ven, resource, kind }: PointsLine) =>
  kind === 'bulk' ? resource : JSON.stringify([ven, resource]);

/** Load ids by how the proof page names their resources. */
async function namesOfLoads({ dbPath, profile, simulator }: ReportingFleet): Promise<Map<string, string>> {
  const byResource = new Map(readLoads(dbPath).map((load) => [load.vtn_resource_id, load.load_id]));
  const names = new Map<string, string>();
  for (const { id, name, ven } of simulator.resources()) {
    const loadId = byResource.get(id);
    if (loadId) names.set(profile === 'flex-gateway' ? id : JSON.stringify([ven, name]), loadId);
  }
  return names;
}

/** Holds what the VTN was told of every load against `expected`; loads that are not in it were told nothing of. */
export async function assertTold(
  fleet: ReportingFleet,
  expected: (load: ReturnType<typeof readLoads>[number]) => readonly Row[],
  { again: mayBeAgain = false, stepHours = 1 } = {},
): Promise<void> {
  const { held, again } = await heldBy(fleet);
  for (const load of readLoads(fleet.dbPath)) {
    const rows = expected(load);
    const wanted = rows.length > 0 ? toldOf(fleet.profile, rows, stepHours) : undefined;
    assert.deepEqual(held.get(load.load_id), wanted, load.load_id);
  }
  if (!mayBeAgain) assert.equal(again, 0, 'points were told again');
}

/** The sums of a summary must account for every load and every reading. */
export function assertSums(summary: ReportSummary): void {
  const { loads, reported, failed, skipped, alreadyReported, left } = summary;
  const all = [summary, ...summary.perVen, ...summary.perComponent];
  for (const one of all) {
    assert.equal(
      one.reported + one.failed + one.skipped + one.alreadyReported + one.left,
      one.loads,
      JSON.stringify(one),
    );
  }
  for (const parts of [summary.perVen, summary.perComponent]) {
    const sum = (what: keyof typeof whole) => parts.reduce((total, one) => total + one[what], 0);
    const whole = { loads, reported, failed, skipped, alreadyReported, left, points: summary.points };
    for (const what of Object.keys(whole) as (keyof typeof whole)[])
      assert.equal(sum(what), whole[what], what);
  }
}
