import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Timeline, TimelineSpan } from '../../../src/events/timeline/timeline.ts';
import { timelineOf } from '../../../src/events/timeline/timeline-of.ts';
import type { EventPeriod, GridEvent } from '../../../src/fleet/grid-event.ts';
import { casesOf } from '../../support/properties.ts';
import { event, from, interval, laidOut, lasts, now, payload, period } from './examples.ts';

/** All times are a few seconds after 1970, so that they meet, and every millisecond of them may be asked for. */
const anchorMs = 20;
const end = 400;
const ms = (n: number) => lasts({ seconds: n / 1_000 });
const anyStart = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.constant(now),
  fc.integer({ min: 0, max: 80 }).map(from),
);
const finite = fc.integer({ min: 0, max: 30 }).map(ms);
const anyLength = fc.oneof(
  { weight: 8, arbitrary: finite },
  fc.constant(null),
  fc.constant('infinite' as const),
);
const anyWidth = fc.option(fc.integer({ min: 0, max: 15 }).map(ms), { freq: 3 });
const anyPeriod = (length: fc.Arbitrary<EventPeriod['duration']> = anyLength) =>
  fc.record({ start: anyStart, duration: length, randomizeStart: anyWidth });
const anyPayloads = fc.array(
  fc.tuple(
    fc.constantFrom('PRICE', 'SIMPLE', 'x-own'),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  ),
  { maxLength: 3 },
);
const eventWith = (
  length: fc.Arbitrary<EventPeriod['duration']>,
  whole: fc.Arbitrary<GridEvent['duration']>,
) =>
  fc
    .record({
      period: fc.option(anyPeriod(length)),
      duration: whole,
      intervals: fc.array(fc.tuple(fc.option(anyPeriod(length), { freq: 2 }), anyPayloads), { maxLength: 6 }),
    })
    .map(({ period, duration, intervals }) =>
      event({
        period,
        duration,
        intervals: intervals.map(([own, payloads], n) =>
          interval(n, own, ...payloads.map(([type, values]) => payload(type, ...values))),
        ),
      }),
    );
const anyWhole = fc.option(
  fc.oneof(fc.integer({ min: 1, max: 200 }).map(ms), fc.constant('infinite' as const)),
);
const anyEvent = eventWith(anyLength, anyWhole);
/** Draws by number. */
const anyDraws = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 });
const context = (draws: readonly number[]) => ({ anchorMs, draw: (n: number) => draws[n + 1] ?? 0.5 });

const endOf = ({ untilMs }: TimelineSpan) => untilMs ?? Number.POSITIVE_INFINITY;
const byType = (one: TimelineSpan, other: TimelineSpan) => (one.type < other.type ? -1 : 1);
const all = (timeline: Timeline) => [...timeline.between(-end, end)];
const every = (check: (timeline: Timeline, of: GridEvent) => void) =>
  fc.assert(
    fc.property(anyEvent, anyDraws, (of, draws) => check(laidOut(of, context(draws)).timeline, of)),
    { numRuns: casesOf(400) },
  );

test('at any time there is what there is from then to a millisecond later, and of each type one', () => {
  every((timeline) => {
    for (let at = -20; at < end; at += 3) {
      const spans = timeline.at(at).toSorted(byType);
      assert.deepEqual([...timeline.between(at, at + 1)].sort(byType), spans);
      assert.equal(new Set(spans.map(({ type }) => type)).size, spans.length);
      for (const span of spans) assert.ok(span.fromMs <= at && at < endOf(span));
    }
  });
});

test('spans of one type never overlap, have a length, and come in the order of their beginning', () => {
  every((timeline) => {
    const until = new Map<string, number>();
    let last = Number.NEGATIVE_INFINITY;
    for (const span of all(timeline)) {
      assert.ok(span.fromMs >= last);
      last = span.fromMs;
      assert.ok(endOf(span) > span.fromMs);
      assert.ok(span.fromMs >= (until.get(span.type) ?? last));
      until.set(span.type, endOf(span));
    }
  });
});

test('from one change to the next one everything stays as it is, and then something is new', () => {
  every((timeline) => {
    let at = -20;
    for (let next = timeline.nextChange(at); at < end && next !== undefined; next = timeline.nextChange(at)) {
      assert.ok(next > at);
      const before = timeline.at(next - 1);
      assert.deepEqual(timeline.at(at), before);
      assert.notDeepEqual(timeline.at(next), before);
      at = next;
    }
    if (at < end) assert.deepEqual(timeline.at(at), timeline.at(at + 10 * end));
  });
});

test('it begins with its first span, and ends with its last', () => {
  every((timeline) => {
    const spans = all(timeline);
    assert.equal(timeline.startMs, spans[0]?.fromMs ?? null);
    const { endMs } = timeline;
    if (endMs !== null && endMs < end) assert.equal(endMs, Math.max(...spans.map(endOf)));
    if (endMs === null && spans.length > 0)
      assert.ok(spans.some(({ untilMs }) => untilMs === null) || timeline.nextChange(1e9) !== undefined);
    if (endMs !== null) assert.equal(timeline.nextChange(endMs), undefined);
  });
});

test('a part of it is that part of the whole', () => {
  const edge = fc.integer({ min: -20, max: end });
  fc.assert(
    fc.property(anyEvent, anyDraws, edge, edge, (of, draws, one, other) => {
      const { timeline } = laidOut(of, context(draws));
      const [fromMs, untilMs] = [Math.min(one, other), Math.max(one, other)];
      const part = all(timeline).filter((span) => span.fromMs < untilMs && endOf(span) > fromMs);
      assert.deepEqual([...timeline.between(fromMs, untilMs)], fromMs < untilMs ? part : []);
    }),
  );
});

const later = (start: EventPeriod['start'], by: number) =>
  start?.kind === 'at' ? from(start.ms + by) : start;
test('if "now" and all starts are later, everything is', () => {
  fc.assert(
    fc.property(anyEvent, anyDraws, fc.integer({ min: 1, max: 1e9 }), (of, draws, by) => {
      const moved = (own: EventPeriod | null) => own && { ...own, start: later(own.start, by) };
      const intervals = of.intervals.map((one) => ({ ...one, period: moved(one.period) }));
      const { timeline } = laidOut(
        { ...of, period: moved(of.period), intervals },
        { ...context(draws), anchorMs: anchorMs + by },
      );
      assert.deepEqual(
        [...timeline.between(by - end, by + end)],
        all(laidOut(of, context(draws)).timeline).map((span) => ({
          ...span,
          fromMs: span.fromMs + by,
          untilMs: span.untilMs === null ? null : span.untilMs + by,
        })),
      );
    }),
  );
});

/** One after the other, from `start` on. */
const inRow = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), anyPayloads), {
  minLength: 1,
  maxLength: 4,
});
test('going round is what the intervals are if they are written down again and again, and cut off', () => {
  fc.assert(
    fc.property(inRow, fc.integer({ min: 1, max: 300 }), (row, lengthMs) => {
      const once = row.map(([length, payloads], n) =>
        interval(n, { duration: ms(length) }, ...payloads.map(([type, values]) => payload(type, ...values))),
      );
      const start = period({ start: from(10) });
      const looped = laidOut(event({ period: start, duration: ms(lengthMs), intervals: once })).timeline;
      const unrolled = laidOut(
        event({
          period: start,
          duration: ms(lengthMs),
          intervals: Array.from({ length: 300 }, () => once).flat(),
        }),
      ).timeline;
      assert.deepEqual(all(looped), all(unrolled));
      assert.equal(looped.endMs, unrolled.endMs);
      const endless = laidOut(event({ period: start, duration: 'infinite', intervals: once })).timeline;
      const cut = [...endless.between(-end, 10 + lengthMs)].map((span) => ({
        ...span,
        untilMs: Math.min(endOf(span), 10 + lengthMs),
      }));
      assert.deepEqual(all(looped), cut);
    }),
  );
});

test('of what is said of a time, the last in the list counts', () => {
  // All of them say how long they last: otherwise that depends on the others.
  const single = eventWith(finite, fc.constant(null)).map((of) => ({
    ...of,
    period: of.period ?? period({ duration: ms(5) }),
    intervals: of.intervals.map((one) => ({
      ...one,
      payloads: one.payloads.map((said) => ({ ...said, type: 'x-own' })),
    })),
  }));
  fc.assert(
    fc.property(single, (of) => {
      const { timeline } = laidOut(of, { anchorMs });
      // Each interval by itself, at its time among the others.
      const alone = of.intervals.map((_, n) => {
        const intervals = of.intervals.map((one, m) => (m === n ? one : { ...one, payloads: [] }));
        return laidOut({ ...of, intervals }, { anchorMs }).timeline;
      });
      for (let at = 0; at < end; at += 3) {
        const last = alone.findLast((one) => one.at(at).length > 0);
        assert.deepEqual(
          timeline.at(at).map(({ values, intervalId }) => [intervalId, values]),
          (last?.at(at) ?? []).map(({ values, intervalId }) => [intervalId, values]),
        );
      }
    }),
  );
});

test('the event as a whole cuts off, and changes nothing before', () => {
  const lengthOf = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(eventWith(finite, fc.constant(null)), lengthOf, (of, lengthMs) => {
      const whole = laidOut(of, { anchorMs }).timeline;
      const cut = laidOut({ ...of, duration: ms(lengthMs) }, { anchorMs }).timeline;
      const overMs = Math.max(...all(cut).map(endOf));
      for (let at = 0; at < overMs; at += 3)
        if (at < (whole.endMs ?? 0))
          assert.deepEqual(
            cut.at(at).map(({ values }) => values),
            whole.at(at).map(({ values }) => values),
          );
    }),
  );
});

test('whatever an event is like, there is a timeline, or a reason', () => {
  const anyNumber = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(Number.NaN, -1, 1e300, Number.POSITIVE_INFINITY),
  );
  const wild = fc.record({
    start: fc.option(fc.oneof(fc.constant(now), anyNumber.map(from))),
    duration: fc.option(
      fc.oneof(
        fc.constant('infinite' as const),
        anyNumber.map((days) => lasts({ days })),
        anyNumber.map((months) => lasts({ months })),
      ),
    ),
    randomizeStart: fc.option(anyNumber.map((seconds) => lasts({ seconds }))),
  });
  fc.assert(
    fc.property(
      fc.option(wild),
      fc.array(fc.tuple(fc.option(wild), anyPayloads)),
      fc.option(wild),
      (own, rows, whole) => {
        const result = timelineOf(
          event({
            period: own,
            duration: whole?.duration ?? null,
            intervals: rows.map(([one, payloads], n) =>
              interval(n, one, ...payloads.map(([type, values]) => payload(type, ...values))),
            ),
          }),
          { anchorMs, draw: () => 0.25 },
        );
        if (!result.ok) return assert.match(result.problem, /^[a-z]/);
        const { startMs, endMs } = result.timeline;
        assert.ok(
          (startMs === null || Number.isFinite(startMs)) && (endMs === null || Number.isFinite(endMs)),
        );
        assert.ok(
          result.timeline.at(anchorMs).every((span) => span.fromMs <= anchorMs && anchorMs < endOf(span)),
        );
      },
    ),
  );
});
