import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { sitesOf, writePythonDatabase } from '../support/fleet-database.ts';
import { type Audit, audit } from './audit.ts';
import { type Scenario, vtnOptions } from './scenarios.ts';
import { type SlowPath, startSlowPath } from './slow-path.ts';
import { type KillPlan, runVictim, type VictimEnd, type VictimOptions } from './victim.ts';

/** Milliseconds by which a request may reach the VTN late, and the program's `--grace`, which covers them. */
export const holdMs = 300;
export const graceSeconds = 0.8;

export interface CampaignOptions {
  readonly scenarios: readonly Scenario[];
  readonly kills: number;
  readonly seed: number;
  /** VENs of a fleet, with four sites of six loads each. */
  readonly vens: number;
  /** Milliseconds after which no further kill is made. */
  readonly timeLimitMs: number;
}

/** One fleet brought to its end, through however many kills. */
export interface FleetReport extends Audit {
  readonly scenario: string;
  readonly kills: number;
  /** Loads that were sent, all runs together; those above the fleet's size were sent again. */
  readonly sent: number;
  /** Requests held back on their way, and those whose sender was cut off. */
  readonly held: number;
  readonly abandoned: number;
  readonly seconds: number;
  /** What runs said that ended by themselves with an error. */
  readonly complaints: readonly string[];
  /** Nothing lost, doubled, wrong or left, and no run complained. */
  readonly ok: boolean;
}

/**
 * Kills the program over and over, fleet after fleet, each on a VTN of the next kind, until it was killed so
 * many times; the last fleet too is let to its end. Yields what became of each fleet.
 */
export async function* campaign(options: CampaignOptions): AsyncGenerator<FleetReport> {
  const random = seededRandom(options.seed);
  const deadline = performance.now() + options.timeLimitMs;
  let left = options.kills;
  for (let number = 0; left > 0 && performance.now() < deadline; number++) {
    const scenario = options.scenarios[number % options.scenarios.length] as Scenario;
    const report = await oneFleet(scenario, options, left, deadline, random);
    left -= report.kills;
    yield report;
  }
}

async function oneFleet(
  scenario: Scenario,
  options: CampaignOptions,
  mostKills: number,
  deadline: number,
  random: Random,
): Promise<FleetReport> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-crash-'));
  const simulator = await startSimulator(vtnOptions(scenario, options.seed));
  const path = await startSlowPath({
    target: simulator.url,
    random,
    holdShare: 0.1,
    holdMs,
    abandonShare: 0.02,
  });
  try {
    const dbPath = join(folder, 'resources.db');
    const vens = Array.from({ length: options.vens }, (_, index) => [`VEN ${index}`, 4] as const);
    writePythonDatabase(dbPath, sitesOf(Object.fromEntries(vens)));
    const isThing = (kind: string) => kind.startsWith('POST') && kind.endsWith('/resources');
    const { profile } = scenario;
    const victim = { command: ['register'], isThing, dbPath, profile, path, graceSeconds };
    const ends = await untilFinished(victim, mostKills, deadline, random);
    await path.idle();
    return reportOf(scenario, await audit(dbPath, simulator.url), ends, path, performance.now() - startedAt);
  } finally {
    await path.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills and restarts until a run ends by itself; what failed is given a few more runs. */
export async function untilFinished(
  victim: VictimOptions,
  mostKills: number,
  deadline: number,
  random: Random,
): Promise<VictimEnd[]> {
  const ends: VictimEnd[] = [];
  for (let kills = 0, peaceful = 0; peaceful < 5; ) {
    const plan = kills < mostKills && performance.now() < deadline ? drawPlan(kills, random) : undefined;
    const end = await runVictim(victim, plan);
    ends.push(end);
    if (end.killed) kills++;
    else peaceful++;
    if (!end.killed && end.exitCode !== 1) break;
  }
  return ends;
}

/** A fresh database is first killed while the program makes its tables; later kills fall anywhere. */
function drawPlan(kills: number, random: Random): KillPlan {
  const draw = kills === 0 ? 0 : random();
  if (draw < 0.1) return { after: 'database', afterMs: random() * 25 };
  if (draw < 0.2) return { after: 'spawn', afterMs: random() * 500 };
  if (draw < 0.35) return { after: 'first request', afterMs: random() * 80 };
  if (draw < 0.5) return { after: 'first thing', afterMs: 60 + random() * 100 };
  return { after: 'first thing', afterMs: random() * 1_000 };
}

function reportOf(
  scenario: Scenario,
  found: Audit,
  ends: readonly VictimEnd[],
  path: SlowPath,
  elapsedMs: number,
): FleetReport {
  const complaints = complaintsOf(ends);
  const { lost, duplicated, wrong, left } = found;
  return {
    ...found,
    scenario: scenario.name,
    kills: ends.filter((end) => end.killed).length,
    sent: ends.reduce((sum, end) => sum + end.sent, 0),
    held: path.held,
    abandoned: path.abandoned,
    seconds: Math.round(elapsedMs / 100) / 10,
    complaints,
    ok: lost + duplicated + wrong + left === 0 && complaints.length === 0,
  };
}

/** What runs said that ended by themselves with an error. */
export function complaintsOf(ends: readonly VictimEnd[]): string[] {
  return ends
    .filter((end) => !end.killed && end.exitCode !== 0 && end.exitCode !== 1)
    .map((end) => `exit code ${end.exitCode}: ${end.stderr}`);
}
