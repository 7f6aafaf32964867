import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { register } from '../../src/api/register.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import type { ProfileName } from '../../src/profiles/choose-profile.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { query, readLoads, sitesOf, writePythonDatabase } from '../support/fleet-database.ts';
import { hourly, type Row, writeMeterFile } from '../support/meter-file.ts';
import { createAnchor, heldBy, type ReportingFleet, toldOf } from '../support/reporting-fleet.ts';
import { complaintsOf, graceSeconds, holdMs, untilFinished } from './campaign.ts';
import { vtnOptions } from './scenarios.ts';
import { startSlowPath } from './slow-path.ts';
import type { VictimOptions } from './victim.ts';

export interface ReportCampaignOptions {
  readonly profiles: readonly ProfileName[];
  readonly kills: number;
  readonly seed: number;
  /** VENs of a fleet, with two sites of six loads each. */
  readonly vens: number;
  /** Readings of each series. */
  readonly hours: number;
  /** Milliseconds after which no further kill is made. */
  readonly timeLimitMs: number;
}

/** One fleet whose history was reported, through however many kills. */
export interface ReportedFleet {
  readonly profile: ProfileName;
  readonly kills: number;
  readonly loads: number;
  /** Reports that were sent, all runs together. */
  readonly sent: number;
  /** Loads of which the VTN was not told each reading, or other readings. */
  readonly wrong: number;
  /** Readings that it was told more than once: 0 where it can be asked what it has. */
  readonly again: number;
  /** Reports that are still noted as perhaps sent. */
  readonly left: number;
  readonly seconds: number;
  readonly complaints: readonly string[];
  readonly ok: boolean;
}

/** Kills `venfleet report history` over and over, fleet after fleet, each on a VTN of the next kind; see `campaign`. */
export async function* reportCampaign(options: ReportCampaignOptions): AsyncGenerator<ReportedFleet> {
  const random = seededRandom(options.seed);
  const deadline = performance.now() + options.timeLimitMs;
  let left = options.kills;
  for (let number = 0; left > 0 && performance.now() < deadline; number++) {
    const profile = options.profiles[number % options.profiles.length] as ProfileName;
    const reported = await oneFleet(profile, options, left, deadline, random);
    left -= reported.kills;
    yield reported;
  }
}

async function oneFleet(
  profile: ProfileName,
  { seed, vens, hours }: ReportCampaignOptions,
  mostKills: number,
  deadline: number,
  random: Random,
): Promise<ReportedFleet> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-crash-'));
  const simulator = await startSimulator({ dialect: profile, seed });
  const path = await startSlowPath({
    target: simulator.url,
    random,
    holdShare: 0.1,
    holdMs,
    abandonShare: 0.02,
  });
  try {
    const dbPath = join(folder, 'resources.db');
    const meterData = join(folder, 'meters.h5');
    const names = Array.from({ length: vens }, (_, index) => [`VEN ${index}`, 2] as const);
    writePythonDatabase(dbPath, sitesOf(Object.fromEntries(names)));
    const retry = { maxAttempts: 10, baseMs: 20, capMs: 200, graceMs: graceSeconds * 1000 };
    await register({ dbPath, vtnUrl: path.url, profile, bearerToken: 'crash-test', retry });
    await writeMeterFile(meterData, metersOf(dbPath, hours));
    const anchor = profile === 'flex-gateway' ? undefined : await createAnchor(simulator.url, profile);
    const fleet = { profile, dbPath, meterData, simulator, anchor };
    const { dialect: _, ...faults } = vtnOptions({ name: profile, profile, duplicates: '409' }, seed);
    const { seed: __, ...switches } = faults;
    simulator.set(switches);
    const victim = { ...victimOf(fleet), path, graceSeconds };
    const ends = await untilFinished(victim, mostKills, deadline, random);
    await path.idle();
    const held = await audit(fleet, hours);
    const complaints = complaintsOf(ends);
    const mayBeAgain = profile === 'flex-gateway';
    return {
      profile,
      ...held,
      kills: ends.filter(({ killed }) => killed).length,
      sent: ends.reduce((sum, end) => sum + end.sent, 0),
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      complaints,
      ok: held.wrong + held.left + (mayBeAgain ? 0 : held.again) + complaints.length === 0,
    };
  } finally {
    await path.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function victimOf({ profile, dbPath, meterData, anchor }: ReportingFleet) {
  const filedUnder = anchor ? ['--program', anchor.programId, '--event', anchor.eventId] : [];
  return {
    // Small bodies, so that there are many reports.
    command: ['report', 'history', '--meter-data', meterData, '--max-body', '8000', ...filedUnder],
    isThing: (kind) => kind === 'POST /reports' || kind === 'POST /report_data/bulk',
    dbPath,
    profile,
  } satisfies Partial<VictimOptions>;
}

/** Other readings for each series. */
function rowsOf(meter: string, component: string, hours: number): Row[] {
  const more = Number(meter.replace(/\D/g, '')) * 1_000 + Number(component.replace(/\D/g, '')) * 100_000;
  return hourly(hours).map(([seconds, watts]) => [seconds, watts + more]);
}

function metersOf(dbPath: string, hours: number) {
  const meters: Record<string, Record<string, Row[]>> = {};
  for (const { h5_meter_id: meter, load_component: component } of readLoads(dbPath)) {
    meters[meter] ??= {};
    meters[meter][component] ??= rowsOf(meter, component, hours);
  }
  return meters;
}

/** Compares what the VTN was told of every load with the meter file. */
async function audit(fleet: ReportingFleet, hours: number) {
  const { held, again } = await heldBy(fleet);
  const loads = readLoads(fleet.dbPath);
  const wrong = loads.filter(({ load_id: loadId, h5_meter_id: meter, load_component: component }) => {
    const expected = toldOf(fleet.profile, rowsOf(meter, component, hours));
    return !isDeepStrictEqual({ ...held.get(loadId) }, expected);
  }).length;
  const left = query(fleet.dbPath, 'SELECT * FROM venfleet_reports_sending').length;
  return { loads: loads.length, wrong, again, left };
}
