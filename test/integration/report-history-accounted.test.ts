/** Whatever the fleet, the file and the VTN are like: what a summary says adds up, and the VTN holds what it says. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { ReportSummary } from '../../src/metering/report-events.ts';
import type { SeriesEncoder } from '../../src/metering/series-encoder.ts';
import { execute, readLoads, sitesOf } from '../support/fleet-database.ts';
import { inTurn, triesAll } from '../support/in-turn.ts';
import { hourly, type Row, type Series, start } from '../support/meter-file.ts';
import { reporter } from '../support/reporter.ts';
import {
  allProfiles,
  assertSums,
  components,
  heldBy,
  quickRetry,
  reportingFleet,
  toldOf,
} from '../support/reporting-fleet.ts';

/** What of a series is handed over wrongly: `lose` a piece, or a series altogether; or tell a piece `twice`. */
const mistakes: Readonly<Record<string, (encoder: SeriesEncoder) => SeriesEncoder>> = {
  'a piece of each series is lost': (encoder) => ({
    ...encoder,
    encode: async (...query) => (await encoder.encode(...query)).slice(0, -1),
  }),
  'one series is lost altogether': (encoder) => ({
    ...encoder,
    encode: async (key, ...query) =>
      key.meterId === 'meter_1' && key.component === 'load_2' ? [] : encoder.encode(key, ...query),
  }),
  'the first piece of a series comes twice': (encoder) => ({
    ...encoder,
    encode: async (...query) => {
      const pieces = await encoder.encode(...query);
      return [...pieces.slice(0, 1), ...pieces];
    },
  }),
};

for (const [profile, test] of inTurn(allProfiles)) {
  for (const [what, spoil] of Object.entries(mistakes)) {
    test(`${profile}: it is no success if ${what}`, async (t) => {
      const fleet = await reportingFleet(t, { profile });
      const run = reporter(fleet);
      const mostBytes = 3_000;
      await assert.rejects(run({ mostBytes, spoil }), {
        code: 'LOADS_UNACCOUNTED',
        message: /of Aa(lborg|rhus)/,
      });
      const next = await run({ mostBytes });
      assertSums(next);
      assert.deepEqual([next.failed, next.left], [0, 0]);
    });
  }

  test(`${profile}: a load that failed must have all of its readings accounted for as well`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    fleet.simulator.set({ errorRate: 1, errorAfterShare: 0, errorStatuses: [400] });
    const spoil = mistakes['a piece of each series is lost'];
    await assert.rejects(reporter(fleet)({ mostBytes: 3_000, maxFailures: 0, spoil }), {
      code: 'LOADS_UNACCOUNTED',
    });
  });
}

/** A day of hours, so that it is clear how long an interval lasts, and then whatever comes; half of it below zero. */
const rowsOf = fc.oneof(
  fc.constant(hourly(48)),
  fc.constant([]),
  fc
    .uniqueArray(fc.integer({ min: 24, max: 1_500 }), { maxLength: 40 })
    .map((later) => [...hourly(24).keys(), ...later.sort((a, b) => a - b)])
    .map((hours) => hours.map((hour): Row => [start + hour * 3600, hour % 2 === 0 ? hour + 1 : -hour])),
);

const scenario = fc.record({
  profile: fc.constantFrom(...allProfiles),
  sites: fc.array(fc.constantFrom('Aalborg', 'Aarhus', 'Ærø'), { minLength: 1, maxLength: 4 }),
  series: fc.array(fc.tuple(fc.integer({ min: 0, max: 23 }), rowsOf), { maxLength: 6 }),
  missing: fc.option(fc.integer({ min: 0, max: 3 })),
  off: fc.array(fc.integer({ min: 0, max: 23 }), { maxLength: 4 }),
  mostBytes: fc.constantFrom(2_500, 9_000, 2_000_000),
  faults: fc.record({
    dropRate: fc.constantFrom(0, 0, 0.2),
    errorRate: fc.constantFrom(0, 0.3),
    nonsenseRate: fc.constantFrom(0, 0, 0.2),
    shortCount: fc.constantFrom(0, 0.3),
    maxBodyBytes: fc.constantFrom(0, 4_000),
    // A VTN that refuses what it has carried out (4xx) lies, and is believed.
    errors: fc.constantFrom(
      { errorStatuses: [500, 502, 503], errorAfterShare: 0.5 },
      { errorStatuses: [400, 422, 503], errorAfterShare: 0 },
    ),
  }),
  stopAfter: fc.option(fc.integer({ min: 0, max: 20 })),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

test('sums add up, and the VTN holds what they say, whatever the fleet, the file and the faults', async (t) => {
  await fc.assert(
    fc.asyncProperty(scenario, (one) => holds(t, one)),
    { numRuns: Number(process.env.TEST_VENFLEET_RUNS ?? (triesAll ? 12 : 6)) },
  );
});

async function holds(t: TestContext, one: Scenario): Promise<void> {
  const { profile, mostBytes, stopAfter } = one;
  const meters: Record<string, Record<string, Series> | null> = {};
  const rows = new Map<string, readonly Row[]>();
  for (const [at, series] of one.series) {
    const [meter, component] = [`meter_${Math.floor(at / 6)}`, components[at % 6] as string];
    meters[meter] = { ...meters[meter], [component]: series };
    rows.set(`${meter}/${component}`, series);
  }
  if (one.missing !== null) meters[`meter_${one.missing}`] = null;
  const counts = Object.fromEntries(
    one.sites.map((ven) => [ven, one.sites.filter((other) => other === ven).length]),
  );
  const fleet = await reportingFleet(t, { profile, sites: sitesOf(counts), meters });
  const all = readLoads(fleet.dbPath);
  for (const at of one.off) {
    const load = all[at % all.length];
    execute(
      fleet.dbPath,
      `UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_id = '${load?.load_id}'`,
    );
  }
  const { simulator } = fleet;
  const nonsense = ['truncated-json', 'html', 'missing-id', 'empty-200', 'drop'] as const;
  const { errors, ...faults } = one.faults;
  simulator.set({ ...faults, ...errors, nonsense: [...nonsense] });
  const stop = new AbortController();
  let requests = 0;
  const run = reporter(fleet, { retry: { ...quickRetry, graceMs: 10 } });
  const first = await run({
    mostBytes,
    maxFailures: 0,
    signal: stop.signal,
    spoil: (encoder) => ({
      ...encoder,
      encode(...query) {
        if (stopAfter !== null && ++requests > stopAfter) stop.abort();
        return encoder.encode(...query);
      },
    }),
  });
  assertSums(first);
  assertPoints(first);
  assert.equal(first.loads, all.length);
  simulator.reset();
  const last = await run({ mostBytes, maxFailures: 0 });
  assertSums(last);
  assertPoints(last);
  const isMissing = (meter: string) => one.missing !== null && meter === `meter_${one.missing}`;
  const { held, again } = await heldBy(fleet);
  let points = 0;
  for (const {
    load_id: loadId,
    h5_meter_id: meter,
    load_component: component,
    registration_status: status,
  } of readLoads(fleet.dbPath)) {
    const expected = isMissing(meter) ? [] : (rows.get(`${meter}/${component}`) ?? hourly(48));
    if (status === 'SUSPENDED') continue;
    points += expected.length;
    assert.deepEqual({ ...held.get(loadId) }, expected.length > 0 ? toldOf(profile, expected) : {}, loadId);
  }
  if (profile !== 'flex-gateway') assert.equal(again, 0);
  // What was found on the VTN by the second job, it did not send itself.
  if (last.inDoubt.found + first.inDoubt.found === 0) assert.equal(first.points + last.points, points);
  assert.equal(last.left, 0);
  const why = last.failures.filter(({ reason }) => reason !== 'no such meter in the file');
  assert.deepEqual(why, [], 'all faults are over');
}

/** A job that was not stopped has sent or failed all that it planned. */
function assertPoints({ points, pointsFailed, pointsPlanned, interrupted, perVen }: ReportSummary): void {
  const done = points + pointsFailed;
  assert.ok(interrupted ? done <= pointsPlanned : done === pointsPlanned, `${done} of ${pointsPlanned}`);
  assert.equal(
    perVen.reduce((sum, one) => sum + one.points, 0),
    points,
  );
}
