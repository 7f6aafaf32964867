import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type LiveEvent, type ReportLiveOptions, reportLive } from '../../src/api/report-live.ts';
import { pointsPage } from '../simulator/points.ts';
import { execute, query } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { appendRows, hourly, start } from '../support/meter-file.ts';
import {
  allProfiles,
  assertTold,
  openAdrProfiles,
  quickRetry,
  type ReportingFleet,
  report,
  reportingFleet,
} from '../support/reporting-fleet.ts';
import { troubledVtn } from '../support/troubled-vtn.ts';

type Pass = Extract<LiveEvent, { type: 'pass' }>;

const hourMs = 3_600_000;
/** So many hours after the first reading of the meter file. */
const hoursIn = (hours: number) => new Date(start * 1000 + hours * hourMs);
const seriesIds = Array.from({ length: 5 }, (_, meter) => `meter_${meter}`).flatMap((meter) =>
  ['load_0', 'load_1', 'load_2', 'load_3', 'load_4', 'load_5'].map((load) => `${meter}/${load}`),
);

/** Reports as readings come, until a pass is what is waited for; the passes in which something was reported. */
async function liveUntil(
  { profile, dbPath, meterData, simulator, anchor }: ReportingFleet,
  isLast: (pass: Pass, all: readonly Pass[]) => boolean,
  options: Partial<ReportLiveOptions> = {},
) {
  const end = new AbortController();
  const passes: Pass[] = [];
  const to = { dbPath, meterData, vtnUrl: simulator.url, profile, ...(anchor && { anchor }) };
  const summary = await reportLive({
    ...to,
    bearerToken: 'secret',
    retry: quickRetry,
    signal: end.signal,
    onEvent(event) {
      if (event.type !== 'pass') return;
      if (event.summary.points + event.summary.failed > 0) passes.push(event);
      if (isLast(event, passes)) end.abort();
    },
    ...options,
  });
  return { passes, summary };
}

const pointsOf = (passes: readonly Pass[]) => passes.reduce((sum, { summary }) => sum + summary.points, 0);

for (const [profile, test] of inTurn(allProfiles)) {
  test(`${profile}: what is new of a file comes due, each reading once; the first time the newest alone`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    // Half an hour after hour 10 has begun: what began at hour 9 has ended last. An hour takes a second.
    const { passes, summary } = await liveUntil(fleet, (_, all) => pointsOf(all) >= 30 * 3, {
      replayFrom: hoursIn(10.5),
      speed: 3_600,
    });
    assert.deepEqual([summary.points, summary.success], [pointsOf(passes), true]);
    const hours = summary.points / 30;
    const stored = query(
      fleet.dbPath,
      'SELECT sum(points) AS points FROM venfleet_reported GROUP BY load_id',
    );
    assert.deepEqual(
      stored.map(({ points }) => points),
      Array.from({ length: 30 }, () => hours),
    );
    const told = hourly(48).slice(9, 9 + hours);
    if (profile !== 'flex-gateway') return assertTold(fleet, () => told);
    // In kW there, a reading at a time; when it began is all that is told of its interval.
    const lines = await pointsPage(fleet.simulator);
    assert.equal(lines.length, 30);
    for (const { kind, points, again, first } of lines)
      assert.deepEqual([kind, points, again, first], ['usage power', hours, 0, hoursIn(9).toISOString()]);
  });
}

for (const [profile, test] of inTurn(openAdrProfiles)) {
  test(`${profile}: what history left is caught up with, a report for each VEN and pass`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    await report(fleet, { to: hoursIn(5) });
    const { passes, summary } = await liveUntil(fleet, (_, all) => pointsOf(all) >= 30 * 5, {
      replayFrom: hoursIn(10.5),
    });
    assert.deepEqual([summary.points, summary.reports], [30 * 5, 2 * passes.length]);
    await assertTold(fleet, () => hourly(10));
  });
}

/** Rows that are appended to each series of a file that is reported live. */
async function appendHour(fleet: ReportingFleet, hour: number): Promise<void> {
  for (const id of seriesIds) await appendRows(fleet.meterData, id, hourly(1, start + hour * 3_600));
}

test('rows that are appended to the file are reported', async (t) => {
  const fleet = await reportingFleet(t, { profile: 'openadr-3.1' });
  let appended = false;
  await liveUntil(
    fleet,
    (_, all) => {
      if (pointsOf(all) === 30 && !appended) {
        appended = true;
        void appendHour(fleet, 48);
      }
      return pointsOf(all) >= 60;
    },
    // The file's last reading, of hour 47, has ended; an hour takes a second.
    { replayFrom: hoursIn(48.5), speed: 3_600 },
  );
  const rows = [...hourly(48).slice(47), ...hourly(1, start + 48 * 3_600)];
  await assertTold(fleet, () => rows);
});

test('loads that are registered, or come to the fleet, while readings are reported are reported without waiting for the next hour', async (t) => {
  const fleet = await reportingFleet(t, { profile: 'openadr-3.1' });
  const one = 'load_id = (SELECT min(load_id) FROM loads)';
  const other = 'load_id = (SELECT max(load_id) FROM loads)';
  execute(fleet.dbPath, `UPDATE loads SET registration_status = 'SUSPENDED' WHERE ${one}`);
  execute(
    fleet.dbPath,
    `CREATE TABLE later AS SELECT * FROM loads WHERE ${other}; DELETE FROM loads WHERE ${other}`,
  );
  const { summary } = await liveUntil(
    fleet,
    (_, all) => {
      if (pointsOf(all) === 28) {
        execute(fleet.dbPath, `UPDATE loads SET registration_status = 'APPROVED' WHERE ${one}`);
        execute(fleet.dbPath, 'INSERT INTO loads SELECT * FROM later');
      }
      return pointsOf(all) >= 30;
    },
    { replayFrom: hoursIn(10.5) },
  );
  assert.deepEqual([summary.points, summary.success], [30, true]);
});

test('a VTN that is down is waited for, and what came meanwhile is reported then', async (t: TestContext) => {
  const fleet = await reportingFleet(t, { profile: 'openadr-3.1' });
  let isDown = true;
  let refused = 0;
  const vtn = await troubledVtn(t, fleet.simulator.url, () => {
    if (!isDown) return 'pass';
    if (++refused > 60) isDown = false;
    return 'cut';
  });
  const { summary } = await liveUntil(fleet, (_, all) => pointsOf(all) >= 60, {
    replayFrom: hoursIn(10.5),
    speed: 3_600,
    ...sameVtnBehind(fleet, vtn.url),
  });
  assert.ok(refused > 60 && summary.success);
  await assertTold(fleet, () => hourly(48).slice(9, 9 + summary.points / 30));
});

/** The fleet is of the VTN at its own address; behind another one it is the same. */
function sameVtnBehind(fleet: ReportingFleet, url: string): { vtnUrl: string } {
  for (const table of ['venfleet_vtn', 'venfleet_vtns'])
    execute(fleet.dbPath, `UPDATE ${table} SET url = '${url}'`);
  return { vtnUrl: url };
}
