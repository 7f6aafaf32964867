import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstructionView } from '../../src/server/schemas/events.ts';
import { beginOf, limitsAt, readingsWords, setpointsOf, setpointWords } from '../../src/web/plots/course.ts';

const start = Date.parse('2026-01-15T00:00:00.000Z');
const minute = 60_000;

function instruction(
  fromMin: number,
  untilMin: number | null,
  limitKw: number,
  end: InstructionView['end'] = 'handed',
) {
  const at = (minutes: number) => new Date(start + minutes * minute).toISOString();
  return {
    ...{ dispatchId: 'd', sink: 's', loadId: 'l', events: [], ended: null, reason: null, end },
    due: at(fromMin),
    until: untilMin === null ? null : at(untilMin),
    instruction: { setpoints: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [limitKw], limitKw }] },
  };
}

test('limits: the least that holds, from when to just before the end, and only what was handed over', () => {
  const times = [0, 10, 20, 30, 40].map((minutes) => start + minutes * minute);
  assert.deepEqual(limitsAt(times, [instruction(10, 30, 3), instruction(20, null, 2)]), [
    null,
    3_000,
    2_000,
    2_000,
    2_000,
  ]);
  assert.deepEqual(limitsAt(times, [instruction(10, 30, 3, 'missed')]), [null, null, null, null, null]);
  assert.deepEqual(limitsAt(times, []), [null, null, null, null, null]);
});

test('a range begins so long before the end', () => {
  assert.equal(beginOf('day', '2026-01-15T00:00:00.000Z'), '2026-01-14T00:00:00.000Z');
  assert.equal(beginOf('all', '2026-01-15T00:00:00.000Z'), undefined);
});

test('readings in a sentence have units, and say what is missing', () => {
  const about = {
    unit: 'W',
    stepMs: 15 * minute,
    from: null,
    until: null,
    reportedUntil: null,
    problem: null,
  } as const;
  const words = readingsWords({
    ...about,
    points: [
      [start, 100],
      [start + 15 * minute, null],
      [start + 30 * minute, 2_000],
    ],
  });
  assert.match(words, /^2 means of 15 min from .*: between 100 W and 2 kW, 1.1 kW on average, 1 missing\.$/);
  assert.equal(readingsWords({ ...about, points: [] }), 'There are no readings in this time.');
});

test('setpoints in words', () => {
  const setpoint = {
    type: 'IMPORT_CAPACITY_LIMIT',
    values: [20],
    units: 'KW',
    limitKw: 3.5,
    reason: 'its part',
  };
  assert.equal(setpointWords(setpoint), 'IMPORT_CAPACITY_LIMIT 20 KW: takes at most 3.5 kW (its part)');
  assert.equal(setpointWords({ type: 'SIMPLE', values: [2], units: null }), 'SIMPLE 2');
});

test('what is no setpoint is left out', () => {
  assert.deepEqual(setpointsOf({ setpoints: [null, 1, { type: 'A' }, { type: 'A', values: [1] }] }), [
    { type: 'A', values: [1] },
  ]);
  assert.deepEqual(setpointsOf({}), []);
});
