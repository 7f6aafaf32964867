import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawFrom, isRandomized } from '../../../src/events/timeline/draws.ts';
import { loadTimelines } from '../../../src/events/timeline/timeline-of.ts';
import type { GridEvent } from '../../../src/fleet/grid-event.ts';
import {
  dayMs,
  event,
  from,
  hours,
  interval,
  laidOut,
  lasts,
  noTime,
  payload,
  period,
  shown,
  spansOf,
} from './examples.ts';

const price = (value: number) => payload('PRICE', value);
const minutes = (n: number) => lasts({ minutes: n });
/** The draws by their numbers; 0 is the earliest, 1 the latest. */
const drawing = (draws: Record<number, number>) => ({ draw: (n: number) => draws[n] ?? 0.5 });
const drawnDay = period({ start: from(dayMs), duration: hours(1), randomizeStart: minutes(10) });

test('a load draws the same every time, and another than the others', () => {
  const draw = drawFrom('seed', 'load-1');
  assert.equal(draw(-1), drawFrom('seed', 'load-1')(-1));
  const others = [draw(0), drawFrom('seed', 'load-2')(-1), drawFrom('other', 'load-1')(-1)];
  assert.equal(new Set([draw(-1), ...others]).size, 4);
  // What is drawn for events that are out must not change with a new version of the program.
  assert.equal(draw(-1), 0.6394796798928581);
});

test('draws are spread evenly', () => {
  const draws = Array.from({ length: 10_000 }, (_, n) => drawFrom('seed', `load-${n}`)(-1));
  for (let tenth = 0; tenth < 10; tenth++) {
    const howMany = draws.filter((draw) => Math.floor(draw * 10) === tenth).length;
    assert.ok(Math.abs(howMany - 1_000) < 120, `${howMany} in tenth ${tenth}`);
  }
});

const cases: [what: string, of: Partial<GridEvent>, draws: Record<number, number>, spans: string[]][] = [
  [
    "7.3: the event's draw moves all of it, absolute starts, too",
    {
      period: drawnDay,
      intervals: [
        interval(0, null, price(0)),
        interval(1, null, price(1)),
        interval(2, { start: from(dayMs + 3 * 3_600_000) }, price(2)),
      ],
    },
    { [-1]: 1 },
    ['PRICE 0 0:10-1:10', 'PRICE 1 1:10-2:10', 'PRICE 2 3:10-4:10'],
  ],
  [
    'it may be earlier',
    { period: drawnDay, intervals: [interval(0, null, price(0))] },
    { [-1]: 0 },
    ['PRICE 0 -1:50-0:50'],
  ],
  [
    "the first interval's draw goes before the event's",
    {
      period: drawnDay,
      intervals: [interval(0, { randomizeStart: minutes(20) }, price(0)), interval(1, null, price(1))],
    },
    { [-1]: 0, 0: 1 },
    ['PRICE 0 0:20-1:20', 'PRICE 1 1:20-2:20'],
  ],
  [
    'an interval with a draw of its own takes along those that follow it, and no others',
    {
      period: drawnDay,
      intervals: [
        interval(0, null, price(0)),
        interval(1, { start: from(dayMs + 2 * 3_600_000), randomizeStart: minutes(4) }, price(1)),
        interval(2, null, price(2)),
        interval(3, { start: from(dayMs + 6 * 3_600_000) }, price(3)),
      ],
    },
    { [-1]: 1, 1: 0 },
    ['PRICE 0 0:10-1:10', 'PRICE 1 1:56-2:56', 'PRICE 2 2:56-3:56', 'PRICE 3 6:10-7:10'],
  ],
  [
    'one that follows without a gap, and draws later, leaves one; drawn earlier, it goes before the one it follows',
    {
      period: period({ start: from(dayMs), duration: hours(1) }),
      intervals: [
        interval(0, null, price(0)),
        interval(1, { randomizeStart: minutes(6) }, price(1)),
        interval(2, { randomizeStart: minutes(6) }, price(2)),
      ],
    },
    { 1: 1, 2: 0 },
    ['PRICE 0 0:00-1:00', 'PRICE 1 1:06-1:54', 'PRICE 2 1:54-2:54'],
  ],
  [
    'a width of zero is none',
    {
      period: drawnDay,
      intervals: [
        interval(0, { randomizeStart: noTime }, price(0)),
        interval(1, { randomizeStart: noTime }, price(1)),
      ],
    },
    { [-1]: 1, 0: 0, 1: 0 },
    ['PRICE 0 0:10-1:10', 'PRICE 1 1:10-2:10'],
  ],
  [
    'rounds are moved all alike, and their length stays',
    {
      period: drawnDay,
      duration: lasts({ hours: 2, minutes: 30 }),
      intervals: [interval(0, null, price(0))],
    },
    { [-1]: 1 },
    ['PRICE 0 0:10-1:10', 'PRICE 0 1:10-2:10', 'PRICE 0 2:10-2:40'],
  ],
  [
    'in a round, what a draw of its own moves out of it is cut off',
    {
      period: period({ start: from(dayMs), duration: hours(1) }),
      duration: hours(4),
      intervals: [interval(0, null, price(0)), interval(1, { randomizeStart: minutes(6) }, price(1))],
    },
    { 1: 1 },
    ['PRICE 0 0:00-1:00', 'PRICE 1 1:06-2:00', 'PRICE 0 2:00-3:00', 'PRICE 1 3:06-4:00'],
  ],
];
for (const [what, of, draws, spans] of cases) {
  test(what, () => {
    assert.deepEqual(spansOf(laidOut(event(of), drawing(draws)).timeline), spans);
  });
}

test('loads share a timeline where nothing is drawn', () => {
  const of = event({
    period: { ...drawnDay, randomizeStart: null },
    intervals: [interval(0, null, price(0))],
  });
  const all = loadTimelines(of, { anchorMs: 0, seed: 's' });
  assert.ok(all.ok);
  assert.deepEqual([isRandomized(of), all.isShared], [false, true]);
  assert.equal(all.of('a'), all.of('b'));
  assert.deepEqual(spansOf(all.of('a')), ['PRICE 0 0:00-1:00']);
});

const byInterval = event({
  period: drawnDay,
  intervals: [interval(0, null, price(0)), interval(1, { randomizeStart: minutes(20) }, price(1))],
});
const asWhole = event({ period: drawnDay, duration: hours(3), intervals: [interval(0, null, price(0))] });
for (const one of [asWhole, byInterval]) {
  test(`a load's own timeline is the one with its draws: ${one === asWhole ? 'of the event' : 'of intervals'}`, () => {
    const all = loadTimelines(one, { anchorMs: dayMs, seed: 'seed' });
    assert.ok(all.ok);
    assert.deepEqual([isRandomized(one), all.isShared], [true, false]);
    assert.equal(all.nominal.startMs, dayMs);
    for (const loadId of ['a', 'b', 'c']) {
      const { timeline } = laidOut(one, { draw: drawFrom('seed', loadId) });
      const own = all.of(loadId);
      assert.deepEqual(spansOf(own), spansOf(timeline));
      assert.deepEqual([own.startMs, own.endMs], [timeline.startMs, timeline.endMs]);
      const midMs = (own.startMs ?? 0) + 90 * 60_000;
      assert.deepEqual(own.at(midMs).map(shown), timeline.at(midMs).map(shown));
      assert.equal(own.nextChange(midMs), timeline.nextChange(midMs));
    }
    assert.notEqual(all.of('a').startMs, all.of('b').startMs);
  });
}

test('an event that cannot be drawn has a reason, before any load is asked for', () => {
  const of = event({
    period: { ...drawnDay, randomizeStart: 'infinite' },
    intervals: [interval(0, null, price(0))],
  });
  const problem = 'the start of the event may be drawn from too long a time';
  assert.deepEqual(loadTimelines(of, { anchorMs: 0, seed: 's' }), { ok: false, problem });
});
