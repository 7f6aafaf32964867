import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { register } from '../../src/api/register.ts';
import { type ReportHistoryOptions, reportHistory } from '../../src/api/report-history.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import { checksumOf, pointsPage } from '../simulator/points.ts';
import { pythonDatabase, sitesOf, temporaryFolder } from '../support/fleet-database.ts';
import { hourly, type Row, type Series, writeMeterFile } from '../support/meter-file.ts';
import { simulatorFor } from '../support/simulator.ts';

const quickRetry = { maxAttempts: 10, baseMs: 5, capMs: 20, graceMs: 20 };
const components = ['load_0', 'load_1', 'load_2', 'load_3', 'load_4', 'load_5'];

interface Fleet {
  readonly dbPath: string;
  readonly meterData: string;
  readonly simulator: Simulator;
}

/** A registered fleet of five sites with a meter each, and its meter file; `series`: of the first meter, where others. */
async function setUp(
  t: TestContext,
  {
    simulator: how = {},
    series = {},
  }: { simulator?: SimulatorOptions; series?: Record<string, Series> } = {},
): Promise<Fleet> {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 3, Aarhus: 2 }));
  const simulator = await simulatorFor(t, how);
  await register({ dbPath, vtnUrl: simulator.url, bearerToken: 'secret', retry: quickRetry });
  const meterData = join(temporaryFolder(t), 'meters.h5');
  const usual = Object.fromEntries(components.map((component) => [component, hourly(48)]));
  // Test sites have the meters meter_0, meter_1, …
  const meters = Array.from({ length: 5 }, (_, n) => [
    `meter_${n}`,
    n === 0 ? { ...usual, ...series } : usual,
  ]);
  await writeMeterFile(meterData, Object.fromEntries(meters));
  return { dbPath, meterData, simulator };
}

function report({ dbPath, meterData, simulator }: Fleet, options: Partial<ReportHistoryOptions> = {}) {
  const vtnUrl = simulator.url;
  return reportHistory({ dbPath, meterData, vtnUrl, bearerToken: 'secret', retry: quickRetry, ...options });
}

/** What a resource should have been told of these rows. */
const told = (rows: readonly Row[]) => ({
  points: rows.length,
  checksum: checksumOf(rows.map(([seconds, watts]) => [Math.round(seconds * 1000), watts])),
});

/** What the simulator says that it was told of each load. */
async function toldOf({ simulator }: Fleet) {
  const page = await pointsPage(simulator);
  return new Map(
    page.map(({ externalId, points, checksum, again }) => [externalId, { points, checksum, again }]),
  );
}

test('every load gets each of its readings once, and a second run sends nothing', async (t) => {
  const fleet = await setUp(t);
  const summary = await report(fleet);
  const { loads, reported, failed, skipped, alreadyReported, left, points, pointsPlanned, success } = summary;
  assert.deepEqual(
    { loads, reported, failed, skipped, alreadyReported, left, points, pointsPlanned, success },
    {
      loads: 30,
      reported: 30,
      failed: 0,
      skipped: 0,
      alreadyReported: 0,
      left: 0,
      points: 30 * 48,
      pointsPlanned: 30 * 48,
      success: true,
    },
  );
  const held = await toldOf(fleet);
  assert.equal(held.size, 30);
  for (const one of held.values()) assert.deepEqual(one, { ...told(hourly(48)), again: 0 });
  const before = fleet.simulator.stats().requests;
  const second = await report(fleet);
  assert.deepEqual([second.alreadyReported, second.points, second.success], [30, 0, true]);
  assert.equal(fleet.simulator.stats().requests, before);
});
