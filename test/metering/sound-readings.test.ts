import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { soundReadings } from '../../src/metering/sound-readings.ts';
import { hourly, type Row, start } from '../support/meter-file.ts';

const nowMs = Date.UTC(2026, 0, 1);

function sound(rows: readonly Row[], stepMs?: number) {
  const raw = {
    seconds: Float64Array.from(rows, ([seconds]) => seconds),
    watts: Float64Array.from(rows, ([, watts]) => watts),
  };
  return soundReadings(raw, { nowMs, stepMs });
}

/** The readings as rows again, the step in seconds, and what was mended, without what is 0. */
function mend(rows: readonly Row[], stepMs?: number) {
  const read = sound(rows, stepMs);
  if (!read.ok) return read.problem;
  const { startsMs, watts } = read.readings;
  return {
    rows: Array.from(startsMs, (ms, n) => [ms / 1000, watts[n]]),
    step: read.readings.stepMs / 1000,
    mended: Object.fromEntries(Object.entries(read.mended).filter(([, count]) => count !== 0)),
  };
}

suite('rows become sound readings', () => {
  test('sound rows stay as they are', () => {
    assert.deepEqual(mend(hourly(5)), { rows: hourly(5), step: 3600, mended: { rows: 5 } });
    assert.deepEqual(mend([]), { rows: [], step: 3600, mended: {} });
    assert.deepEqual(mend([[start, -250.5]]), { rows: [[start, -250.5]], step: 3600, mended: { rows: 1 } });
  });

  test('two readings that are days apart are a gap, not a step', () => {
    const rows: Row[] = [
      [start, 1],
      [start + 701 * 3600, 2],
    ];
    assert.deepEqual(mend(rows), { rows, step: 3600, mended: { rows: 2, gaps: 1 } });
    const daily: Row[] = [
      [start, 1],
      [start + 86_400, 2],
    ];
    assert.deepEqual(mend(daily), { rows: daily, step: 86_400, mended: { rows: 2 } });
  });

  test('what is no number, or no time, is left out', () => {
    const [a, b, c, d, e, f] = hourly(6) as [Row, Row, Row, Row, Row, Row];
    const rows: Row[] = [
      a,
      [b[0], Number.NaN],
      [Number.NaN, 5],
      c,
      [d[0], Number.POSITIVE_INFINITY],
      e,
      f,
      [0, 0],
    ];
    assert.deepEqual(mend(rows), {
      rows: [a, c, e, f],
      step: 7200,
      mended: { rows: 8, notNumbers: 4 },
    });
    assert.deepEqual(mend([[-1e300, 1], a]), { rows: [a], step: 3600, mended: { rows: 2, notNumbers: 1 } });
  });

  test('rows are put in order, and of one time the last counts', () => {
    const [a, b, c, d] = hourly(4) as [Row, Row, Row, Row];
    assert.deepEqual(mend([a, c, b, [b[0], 7], d, [a[0], 8]]), {
      rows: [[a[0], 8], [b[0], 7], c, d],
      step: 3600,
      mended: { rows: 6, duplicates: 2, outOfOrder: 2 },
    });
  });

  test('times are rounded to milliseconds, before they are compared', () => {
    assert.deepEqual(
      mend([
        [start, 1],
        [start + 0.0004, 2],
        [start + 60.0126, 3],
      ]),
      {
        rows: [
          [start, 2],
          [start + 60.013, 3],
        ],
        step: 60.013,
        mended: { rows: 3, duplicates: 1 },
      },
    );
  });

  test('what begins later than now is no reading yet', () => {
    const now = nowMs / 1000;
    assert.deepEqual(
      mend([
        [now - 3600, 1],
        [now, 2],
        [now + 0.001, 3],
        [4e9, 4],
        [1e300, 5],
      ]),
      {
        rows: [
          [now - 3600, 1],
          [now, 2],
        ],
        step: 3600,
        mended: { rows: 5, inFuture: 3 },
      },
    );
  });

  test('the step is the usual distance, and a gap is a place where a step is missing', () => {
    const quarters = hourly(9).map(([, watts], n): Row => [start + 900 * n, watts]);
    const holed = quarters.filter((_, n) => n !== 2 && n !== 5 && n !== 6);
    assert.deepEqual(mend(holed), { rows: holed, step: 900, mended: { rows: 6, gaps: 2 } });
    // As many of the one as of the other: the smaller one, so that nothing is stretched over a gap.
    const two: Row[] = [
      [start, 1],
      [start + 7200, 2],
      [start + 10_800, 3],
    ];
    assert.deepEqual(mend(two), { rows: two, step: 3600, mended: { rows: 3, gaps: 1 } });
    const jittery: Row[] = [0, 60, 119, 180, 240, 300, 395].map((at) => [start + at, at]);
    assert.deepEqual(mend(jittery), { rows: jittery, step: 60, mended: { rows: 7, gaps: 1 } });
  });

  test('one reading alone lasts as long as is said', () => {
    assert.deepEqual(mend([[start, 1]], 900_000), { rows: [[start, 1]], step: 900, mended: { rows: 1 } });
  });

  test('times in another unit are named', () => {
    for (const [factor, unit] of [
      [1e3, 'milliseconds'],
      [1e6, 'microseconds'],
      [1e9, 'nanoseconds'],
    ] as const) {
      const rows = hourly(5).map(([time, watts]): Row => [time * factor, watts]);
      assert.equal(mend(rows), `its times look like ${unit}; they must be Unix seconds`);
    }
    const [a, b, [time, watts]] = hourly(3) as [Row, Row, Row];
    assert.deepEqual(mend([a, b, [time * 1000, watts]]), {
      rows: [a, b],
      step: 3600,
      mended: { rows: 3, inFuture: 1 },
    });
  });

  test('every row is accounted for, whatever the rows are', () => {
    const time = fc.oneof(
      fc.integer({ min: 0, max: 20 }).map((hour) => start + 3600 * hour),
      fc.double({ min: start, max: start + 10 }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 4e9, 1e17, 1e300),
    );
    const watts = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY));
    fc.assert(
      fc.property(fc.array(fc.tuple(time, watts), { maxLength: 60 }), (rows) => {
        const read = sound(rows);
        if (!read.ok) return read.problem.startsWith('its times look like');
        const { readings, mended } = read;
        const { startsMs, watts, stepMs } = readings;
        assert.equal(mended.rows, startsMs.length + mended.notNumbers + mended.duplicates + mended.inFuture);
        assert.equal(mended.rows, rows.length);
        assert.equal(watts.length, startsMs.length);
        assert.ok(stepMs > 0 && Number.isInteger(stepMs));
        assert.ok(
          watts.every(Number.isFinite) && startsMs.every((ms) => Number.isInteger(ms) && ms <= nowMs),
        );
        for (let n = 1; n < startsMs.length; n++) assert.ok((startsMs[n] ?? 0) > (startsMs[n - 1] ?? 0));
        return true;
      }),
    );
  });
});
