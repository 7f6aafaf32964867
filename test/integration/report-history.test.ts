import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { register } from '../../src/api/register.ts';
import type { ReportSummary } from '../../src/metering/report-events.ts';
import { execute, readLoads, sitesOf } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { appendRows, hourly, start } from '../support/meter-file.ts';
import {
  allProfiles,
  assertSums,
  assertTold,
  heldBy,
  openAdrProfiles,
  quickRetry,
  report,
  reportingFleet,
} from '../support/reporting-fleet.ts';

const countsOf = (summary: ReportSummary) => {
  const { loads, reported, failed, skipped, alreadyReported, left, points, pointsPlanned } = summary;
  return { loads, reported, failed, skipped, alreadyReported, left, points, pointsPlanned };
};
const none = { reported: 0, failed: 0, skipped: 0, alreadyReported: 0, left: 0, points: 0, pointsPlanned: 0 };

for (const [profile, test] of inTurn(allProfiles)) {
  test(`${profile}: every load gets each of its readings once, and a second run sends nothing`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const summary = await report(fleet);
    const all = 30 * 48;
    assert.deepEqual(countsOf(summary), {
      ...none,
      loads: 30,
      reported: 30,
      points: all,
      pointsPlanned: all,
    });
    assert.equal(summary.success, true);
    assertSums(summary);
    await assertTold(fleet, () => hourly(48));
    const before = fleet.simulator.stats().requests;
    const second = await report(fleet);
    assert.deepEqual(countsOf(second), { ...none, loads: 30, alreadyReported: 30 });
    assert.equal(second.success, true);
    assert.equal(fleet.simulator.stats().requests, before);
  });

  test(`${profile}: of a file that has grown only what is new is sent, also where a series begins anew`, async (t) => {
    const fleet = await reportingFleet(t, { profile, meters: { meter_1: { load_2: hourly(0) } } });
    assert.equal((await report(fleet)).skipped, 1);
    const more = hourly(30, start + 48 * 3600);
    await appendRows(fleet.meterData, 'meter_0/load_3', more);
    await appendRows(fleet.meterData, 'meter_1/load_2', hourly(5));
    const summary = await report(fleet);
    assert.deepEqual(countsOf(summary), {
      ...{ ...none, loads: 30, reported: 2, alreadyReported: 28 },
      ...{ points: 35, pointsPlanned: 35 },
    });
    await assertTold(fleet, ({ h5_meter_id: meter, load_component: component }) => {
      if (meter === 'meter_0' && component === 'load_3') return [...hourly(48), ...more];
      return hourly(meter === 'meter_1' && component === 'load_2' ? 5 : 48);
    });
  });

  test(`${profile}: the span, the components, the loads and the VENs that were chosen, and the rest later`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const { simulator } = fleet;
    const day = (n: number) => new Date((start + 24 * 3600 * n) * 1000);
    const loadIds = readLoads(fleet.dbPath)
      .filter((load) => load.load_component === 'load_4')
      .map(({ load_id }) => load_id);
    const scopes = [
      [{ from: day(1), to: day(2), components: ['load_1', 'load_2'] }, 10, 24],
      [{ to: day(1), loadIds: loadIds.slice(0, 2) }, 2, 24],
      [{ scope: { vens: ['Aarhus'] }, to: day(1) }, 12, 24],
      [{ scope: { limitVens: 1 }, components: ['load_5'], from: day(3) }, 0, 0],
    ] as const;
    for (const [options, reported, hours] of scopes) {
      const dry = await report(fleet, { ...options, dryRun: true });
      const requests = simulator.stats().requests;
      const summary = await report(fleet, options);
      assertSums(summary);
      assert.deepEqual([summary.reported, summary.points], [reported, reported * hours]);
      assert.deepEqual([dry.left, dry.pointsPlanned, dry.points], [reported, reported * hours, 0]);
      assert.equal(simulator.stats().requests === requests, reported === 0);
    }
    const rest = await report(fleet);
    assert.deepEqual([rest.reported, rest.alreadyReported, rest.success], [26, 4, true]);
    await assertTold(fleet, () => hourly(48));
  });

  test(`${profile}: what is not registered, suspended or disabled is skipped, and told so`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    execute(
      fleet.dbPath,
      `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'
         WHERE load_component = 'load_0';
       UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_component = 'load_1';
       UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00002';`,
    );
    const summary = await report(fleet);
    assertSums(summary);
    assert.deepEqual([summary.reported, summary.skipped, summary.failed], [16, 14, 0]);
    assert.deepEqual(summary.skippedFor, { 'not registered': 4, 'suspended or disabled': 10 });
    assert.equal(summary.success, true);
    const { held } = await heldBy(fleet);
    assert.equal(held.size, 16);
  });

  test(`${profile}: --again sends all of the span once more, and in the end all counts as reported`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    await report(fleet);
    const again = await report(fleet, { again: true });
    assert.deepEqual([again.reported, again.points], [30, 30 * 48]);
    assertSums(again);
    // A report of OpenADR takes the place of the one with its name; the gateway overwrites point by point.
    await assertTold(fleet, () => hourly(48), { again: profile === 'flex-gateway' });
    if (profile === 'flex-gateway') assert.equal((await heldBy(fleet)).again, 30 * 48);
    assert.equal((await report(fleet)).alreadyReported, 30);
  });

  test(`${profile}: negative power reaches the VTN as what it is`, async (t) => {
    const rows = hourly(48).map(([seconds, watts], n) => [seconds, n % 5 === 0 ? -watts : watts] as const);
    const fleet = await reportingFleet(t, { profile, meters: { meter_3: { load_2: rows } } });
    assert.equal((await report(fleet)).success, true);
    await assertTold(fleet, ({ h5_meter_id: meter, load_component: component }) =>
      meter === 'meter_3' && component === 'load_2' ? rows : hourly(48),
    );
  });
}

test('a resource of the gateway that was made anew is told everything anew, the others nothing', async (t) => {
  const fleet = await reportingFleet(t);
  await report(fleet);
  const { dbPath, simulator } = fleet;
  const [load] = readLoads(dbPath);
  const id = load?.vtn_resource_id;
  const response = await fetch(`${simulator.url}/resources/${id}`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer secret' },
  });
  assert.ok(response.ok, String(response.status));
  execute(
    dbPath,
    `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE vtn_resource_id = '${id}'`,
  );
  await register({ dbPath, vtnUrl: simulator.url, bearerToken: 'secret', retry: quickRetry });
  assert.notEqual(readLoads(dbPath)[0]?.vtn_resource_id, id);
  const summary = await report(fleet);
  assert.deepEqual([summary.reported, summary.alreadyReported, summary.points], [1, 29, 48]);
  await assertTold(fleet, () => hourly(48));
});

for (const [profile, test] of inTurn(openAdrProfiles)) {
  test(`${profile}: VENs send their reports with credentials of their own; one without fails alone`, async (t) => {
    const { fleet, venCredentials } = await fleetOfVens(t, profile);
    const { Aarhus, ...incomplete } = venCredentials;
    const first = await report(fleet, { venCredentials: incomplete });
    assertSums(first);
    assert.deepEqual([first.reported, first.failed], [18, 12]);
    assert.match(first.failures[0]?.reason ?? '', /credentials.*Aarhus/);
    const second = await report(fleet, { venCredentials: { ...incomplete, ...(Aarhus && { Aarhus }) } });
    assert.deepEqual([second.reported, second.alreadyReported, second.success], [12, 18, true]);
    await assertTold(fleet, () => hourly(48));
  });

  test(`${profile}: several measures in one report`, async (t) => {
    const fleet = await reportingFleet(t, { profile, sites: sitesOf({ Aalborg: 1 }) });
    await report(fleet, { measures: ['USAGE', 'READING', 'DEMAND'] });
    const { held } = await heldBy(fleet);
    for (const told of held.values()) {
      assert.deepEqual(Object.keys(told).sort(), ['DEMAND', 'READING', 'USAGE']);
      // In an hour, as many kWh as kW.
      assert.equal(new Set(Object.values(told).map((one) => JSON.stringify(one))).size, 1);
    }
    assert.equal((await report(fleet, { measures: ['DEMAND', 'READING', 'USAGE'] })).alreadyReported, 6);
    assert.equal((await report(fleet, { dryRun: true })).left, 6, 'another measure is another report');
  });
}

/** A fleet whose VENs have a client each, on a VTN that takes reports of VENs alone. */
async function fleetOfVens(t: TestContext, profile: (typeof openAdrProfiles)[number]) {
  const fleet = await reportingFleet(t, { profile });
  const venCredentials: Record<string, { clientId: string; clientSecret: string }> = {};
  const { simulator } = fleet;
  const response = await fetch(`${simulator.url}/vens`, { headers: { authorization: 'Bearer secret' } });
  for (const { id, venName } of (await response.json()) as { id: string; venName: string }[]) {
    const client = { clientId: `as-${venName}`, clientSecret: 'secret' };
    simulator.addClient({ ...client, role: 'VEN', venIds: [id] });
    venCredentials[venName] = client;
  }
  return { fleet, venCredentials };
}

for (const [profile, test] of inTurn(allProfiles)) {
  test(`${profile}: bodies may be compressed, where the VTN takes it`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    assert.equal((await report(fleet, { compress: 'gzip' })).points, 30 * 48);
    await assertTold(fleet, () => hourly(48));
    fleet.simulator.set({ acceptGzip: false });
    await assert.rejects(report(fleet, { compress: 'gzip', again: true, maxFailures: 3 }), {
      code: 'TOO_MANY_FAILURES',
      message: /415/,
      hint: /--compress/,
    });
  });
}
