/** Meter files as they are found: what is sound in them is reported, what is not is counted, and no load is passed over. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Group } from 'h5wasm/node';
import { sitesOf, temporaryFolder } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { addPower, hourly, type Row, type Series, start } from '../support/meter-file.ts';
import { reporter } from '../support/reporter.ts';
import { allProfiles, assertSums, assertTold, report, reportingFleet } from '../support/reporting-fleet.ts';

const hours = (count: number, change: (row: Row, n: number) => Row | undefined): Row[] =>
  hourly(count)
    .map(change)
    .filter((row) => row !== undefined);
const quarters = Array.from({ length: 100 }, (_, n) => [start + 900 * n, 4 * n] as const);
const dataset = (type: string, rows: readonly Row[]) => (load: Group) => {
  const data = rows.flat();
  const ofType = type === '<f4' ? Float32Array.from(data) : Float64Array.from(data);
  load.create_dataset({ name: 'power', data: ofType, shape: [rows.length, 2], dtype: type });
};

/** A series as the file has it, and what is to be told of it; a text: why its loads fail instead. */
type Trap = readonly [file: Series | null, told: readonly Row[] | string];

const traps: Readonly<Record<string, Trap>> = {
  'no numbers': [
    hours(30, ([at, watts], n) =>
      n % 7 === 3 ? [at, Number.NaN] : n === 11 ? [Number.NaN, 1] : [at, watts],
    ),
    hours(30, (row, n) => (n % 7 === 3 || n === 11 ? undefined : row)),
  ],
  infinite: [
    hours(4, ([at, watts], n) => [at, n === 2 ? Number.POSITIVE_INFINITY : watts]),
    hours(4, (row, n) => (n === 2 ? undefined : row)),
  ],
  gaps: [
    hours(90, (row, n) => (n % 10 < 8 ? row : undefined)),
    hours(90, (row, n) => (n % 10 < 8 ? row : undefined)),
  ],
  'rows in any order': [hourly(50).toReversed(), hourly(50)],
  // The last of them counts.
  duplicates: [[...hourly(20), ...hourly(20)].map(([at, watts], n) => [at, n < 20 ? 1 : watts]), hourly(20)],
  'single precision': [dataset('<f4', hourly(40)), hourly(40)],
  'one row': [hourly(1), hourly(1)],
  empty: [[], []],
  future: [[...hourly(10), [4_102_444_800, 1]], hourly(10)],
  'a component that is not there': [null, 'the meter has no load_'],
  milliseconds: [hourly(20).map(([at, watts]) => [at * 1000, watts]), 'its times look like milliseconds'],
  'wrong shape': [
    (load) => void load.create_dataset({ name: 'power', data: new Float64Array(21), shape: [3, 7] }),
    'its shape is (3, 7), not (N, 2)',
  ],
  text: [
    (load) => void load.create_dataset({ name: 'power', data: ['a', 'b', 'c', 'd'], shape: [2, 2] }),
    'it holds text, not numbers',
  ],
  'no dataset': [() => undefined, 'has no dataset "power"'],
  chunks: [(load) => addPower(load, hourly(60), 7), hourly(60)],
};

for (const [profile, test] of inTurn(allProfiles)) {
  test(`${profile}: whatever is wrong with a series, its sound readings are told, and its loads accounted for`, async (t) => {
    const names = Object.keys(traps);
    const trapAt = (meter: string, component: string): Trap | undefined => {
      const place = Number(meter.replace(/\D/g, '')) * 6 + Number(component.replace(/\D/g, ''));
      return traps[names[place] ?? ''];
    };
    const meters: Record<string, Record<string, Series>> = {};
    const without: [string, string][] = [];
    names.forEach((name, place) => {
      const [file] = traps[name] as Trap;
      const [meter, component] = [`meter_${Math.floor(place / 6)}`, `load_${place % 6}`];
      meters[meter] ??= {};
      if (file) meters[meter][component] = file;
      else without.push([meter, component]);
    });
    // Two sites for each meter; one meter is not in the file.
    const fleet = await reportingFleet(t, {
      profile,
      sites: sitesOf({ Aalborg: 8, Aarhus: 6 }),
      meters: { ...meters, meter_6: null },
      without,
    });
    const run = reporter(fleet);
    const summary = await run();
    assertSums(summary);
    const all = Object.values(traps);
    const failing = all.filter(([, told]) => typeof told === 'string').length * 2 + 12;
    assert.deepEqual([summary.loads, summary.failed, summary.skipped], [84, failing, 2]);
    assert.deepEqual(summary.skippedFor, { 'no readings': 2 });
    for (const [, told] of all) {
      if (typeof told === 'string')
        assert.ok(
          summary.reasons.some(({ reason }) => reason.includes(told)),
          told,
        );
    }
    const { rows, notNumbers, duplicates, inFuture, outOfOrder } = summary.mended;
    assert.deepEqual(
      { notNumbers, duplicates, inFuture, outOfOrder },
      { notNumbers: 6, duplicates: 20, inFuture: 1, outOfOrder: 50 },
    );
    assert.equal(summary.points, 2 * (rows - notNumbers - duplicates - inFuture));
    await assertTold(fleet, ({ h5_meter_id: meter, load_component: component }) => {
      const [, told] = trapAt(meter, component) ?? [null, hourly(meter === 'meter_6' ? 0 : 48)];
      return typeof told === 'string' ? [] : told;
    });
    const again = await run();
    assertSums(again);
    assert.deepEqual([again.failed, again.reported, again.points], [failing, 0, 0]);
  });

  test(`${profile}: quarters of an hour are quarters of a kWh`, async (t) => {
    const fleet = await reportingFleet(t, {
      profile,
      meters: { meter_0: { load_0: quarters } },
      sites: sitesOf({ Aalborg: 1 }),
    });
    const scope = { components: ['load_0'] };
    assert.equal((await reporter(fleet)({ scope })).points, 100);
    await assertTold(fleet, ({ load_component: one }) => (one === 'load_0' ? quarters : []), {
      stepHours: 0.25,
    });
  });
}

test('lines of a table that are no readings are counted and told, and the run does not count as a success', async (t) => {
  const fleet = await reportingFleet(t);
  const meterData = join(temporaryFolder(t), 'readings.csv');
  const good = 'meter_0,load_0,2025-01-15T08:00:00Z,100';
  writeFileSync(meterData, `h5_meter_id,load_component,time,w\n${good}\nmeter_0,load_0,yesterday,5\n`);
  const summary = await report(fleet, { meterData, components: ['load_0'], scope: { vens: ['Aalborg'] } });
  assert.equal(summary.points, 1);
  assert.equal(summary.badLines.number, 1);
  assert.equal(summary.badLines.first[0]?.line, 3);
  assert.equal(summary.success, false);
});
