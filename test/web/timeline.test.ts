import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventLine } from '../../src/server/schemas/events.ts';
import { phaseOf, ticksOf, timelineOf } from '../../src/web/timeline.ts';

const hour = 3_600_000;
const start = Date.parse('2026-01-15T00:00:00.000Z');
const span = { from: start, until: start + 10 * hour };

function event(
  eventId: string,
  from: number | null,
  until: number | null,
  more: Partial<EventLine> = {},
): EventLine {
  const at = (hours: number | null) => (hours === null ? null : new Date(start + hours * hour).toISOString());
  return {
    eventId,
    name: null,
    programId: null,
    state: 'current',
    version: 1,
    firstReceived: null,
    starts: at(from),
    ends: at(until),
    loads: null,
    instructions: { due: 0, handed: 0, late: 0, missed: 0, replaced: 0, open: 0 },
    answers: { sent: 0, sending: 0, failed: 0 },
    reports: { asked: 0, sent: 0, alreadyThere: 0, failed: 0, notSent: 0 },
    forMeterData: false,
    problem: null,
    ...more,
  };
}

test('events that do not overlap share a lane', () => {
  const { bars, lanes } = timelineOf([event('c', 4, 6), event('a', 0, 2), event('b', 1, 4)], span);
  assert.equal(lanes, 2);
  assert.deepEqual(
    bars.map(({ event, lane, left, width }) => [event.eventId, lane, left, width]),
    [
      ['a', 0, 0, 20],
      ['b', 1, 10, 30],
      ['c', 0, 40, 20],
    ],
  );
});

test('what goes on beyond the span is cut, what is outside is left out, and so is what has no beginning', () => {
  const events = [
    event('cut', -5, 5),
    event('endless', 9, null),
    event('before', -5, 0),
    event('after', 10, 11),
    event('none', null, null),
  ];
  const { bars } = timelineOf(events, span);
  assert.deepEqual(
    bars.map(({ event, left, width, isCutLeft, isCutRight }) => [
      event.eventId,
      left,
      width,
      isCutLeft,
      isCutRight,
    ]),
    [
      ['cut', 0, 50, true, false],
      ['endless', 90, 10, false, true],
    ],
  );
});

test('no two bars of a lane overlap', () => {
  const events = Array.from({ length: 60 }, (_, at) =>
    event(String(at), ((at * 37) % 100) / 10, ((at * 37) % 100) / 10 + 1 + (at % 4)),
  );
  const { bars, lanes } = timelineOf(events, { from: start, until: start + 20 * hour });
  assert.equal(bars.length, 60);
  for (let lane = 0; lane < lanes; lane++) {
    const here = bars.filter((bar) => bar.lane === lane).sort((one, other) => one.left - other.left);
    for (const [at, bar] of here.entries())
      if (at > 0) assert.ok(bar.left >= here[at - 1]!.left + here[at - 1]!.width - 1e-9);
  }
});

test('ticks stand at full hours of the zone, and are not too many', () => {
  const ticks = ticksOf({ from: start + hour / 2, until: start + 24.5 * hour }, 2 * hour, 8);
  assert.deepEqual(
    ticks.map(({ at }) => new Date(at).toISOString().slice(11, 16)),
    ['01:00', '04:00', '07:00', '10:00', '13:00', '16:00', '19:00', '22:00'],
  );
  const short = ticksOf({ from: start, until: start + 24.5 * hour }, 0, 9);
  assert.equal(short.at(-1)?.at, start + 21 * hour, 'one at the very end has no room for its time');
  assert.ok(ticksOf({ from: start, until: start + 14 * 24 * hour }, 0, 8).length <= 8);
});

test('phases: by the clock, as the VTN has it, and what cannot be acted on', () => {
  const now = start + 5 * hour;
  assert.equal(phaseOf(event('a', 4, 6), now), 'running');
  assert.equal(phaseOf(event('a', 4, null), now), 'running');
  assert.equal(phaseOf(event('a', 6, 7), now), 'upcoming');
  assert.equal(phaseOf(event('a', 4, 5), now), 'over');
  assert.equal(phaseOf(event('a', 4, 6, { state: 'cancelled' }), now), 'cancelled');
  assert.equal(phaseOf(event('a', 4, 6, { state: 'vanished' }), now), 'vanished');
  assert.equal(phaseOf(event('a', 4, 6, { problem: 'it has no interval' }), now), 'unclear');
  assert.equal(phaseOf(event('a', null, null), now), 'idle');
});
