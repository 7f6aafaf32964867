import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isWithin, nextTurn } from '../../../src/events/setpoints/daily-times.ts';
import {
  nextPolicyChange,
  participationAt,
  participationOf,
} from '../../../src/events/setpoints/participation.ts';
import { defaultPolicy, namesInPolicy } from '../../../src/events/setpoints/policy.ts';
import { readPolicy } from '../../../src/events/setpoints/read-policy.ts';
import { casesOf } from '../../support/properties.ts';
import { loadOf } from './loads.ts';

const policyOf = (file: object) => readPolicy({ timeZone: 'Europe/Copenhagen', ...file }, 'policy.json');
const at = (time: string) => Date.parse(time);
const iso = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16);

describe('who takes part', () => {
  const noon = at('2026-06-01T12:00:00Z');

  test('all by default, else the components that are named', () => {
    assert.equal(participationOf(loadOf('load_0'), defaultPolicy, noon), 'in');
    const policy = policyOf({ components: ['load_1'] });
    assert.equal(participationOf(loadOf('load_1'), policy, noon), 'in');
    assert.deepEqual(participationOf(loadOf('load_0'), policy, noon), { out: 'load_0 does not take part' });
  });

  test('whom an opt-out names in all that it says does not', () => {
    const outs = (entry: object) => {
      const { of } = participationAt(policyOf({ optOuts: [entry] }), noon);
      const loads = {
        a: loadOf('load_1'),
        b: loadOf('load_2'),
        c: loadOf('load_1', { siteId: 'site-2' }),
        d: loadOf('load_1', { venName: 'Aarhus', loadId: 'x' }),
      };
      return Object.entries(loads)
        .flatMap(([name, load]) => (of(load) === 'in' ? [] : [name]))
        .join('');
    };
    assert.equal(outs({ vens: ['Aalborg'] }), 'abc');
    assert.equal(outs({ vens: ['Aalborg', 'Aarhus'] }), 'abcd');
    assert.equal(outs({ sites: ['site-2'] }), 'c');
    assert.equal(outs({ loads: ['x'] }), 'd');
    assert.equal(outs({ components: ['load_1'] }), 'acd');
    assert.equal(outs({ vens: ['Aalborg'], components: ['load_1'] }), 'ac');
    assert.equal(outs({ vens: ['aalborg'] }), '');
    assert.equal(outs({ vens: ['Aarhus'], sites: ['site-2'] }), '');
    assert.equal(outs({ times: [{ from: '13:00', until: '15:00' }] }), 'abcd');
    assert.equal(outs({ times: [{ from: '15:00', until: '16:00' }] }), '');
    assert.equal(outs({ vens: ['Aarhus'], times: [{ from: '14:00', until: '14:01' }] }), 'd');
  });

  test('the reason is what the policy says, else what it goes by', () => {
    const out = (entry: object) => participationOf(loadOf('load_1'), policyOf({ optOuts: [entry] }), noon);
    assert.deepEqual(out({ sites: ['site-1'], reason: 'a hospital' }), { out: 'opted out: a hospital' });
    const times = [{ from: '00:00', until: '24:00' }];
    assert.deepEqual(out({ vens: ['Aalborg'], components: ['load_1'], times }), {
      out: 'opted out (VEN, component, time of day)',
    });
  });

  test('neighbours hear of components that are out, and share the list of them', () => {
    const policy = policyOf({
      optOuts: [
        { components: ['load_2', 'load_1'], times: [{ from: '13:00', until: '15:00' }] },
        { components: ['load_3'], vens: ['Aarhus'] },
        { components: ['load_4'], loads: ['id-load_4'] },
        { sites: ['site-9'] },
      ],
    });
    const then = participationAt(policy, noon);
    const list = then.componentsOut(loadOf('load_0'));
    assert.deepEqual(list, ['load_1', 'load_2']);
    assert.equal(then.componentsOut(loadOf('load_5', { siteId: 'site-3' })), list);
    assert.deepEqual(then.componentsOut(loadOf('load_0', { venName: 'Aarhus' })), [
      'load_1',
      'load_2',
      'load_3',
    ]);
    assert.deepEqual(participationAt(policy, noon + 3 * 3_600_000).componentsOut(loadOf('load_0')), []);
    assert.deepEqual(participationAt(defaultPolicy, noon).componentsOut(loadOf('load_0')), []);
  });

  test('the names that should be in the fleet can be asked for', () => {
    const policy = policyOf({
      components: ['load_1'],
      optOuts: [
        { vens: ['Aalborg'], loads: ['x'] },
        { vens: ['Aalborg'], sites: ['s'], components: ['load_2'] },
      ],
    });
    const expected = { vens: ['Aalborg'], sites: ['s'], loads: ['x'], components: ['load_1', 'load_2'] };
    assert.deepEqual(namesInPolicy(policy), expected);
    assert.deepEqual(namesInPolicy(defaultPolicy), { vens: [], sites: [], loads: [], components: [] });
  });
});

/** All turns in a stretch of time. */
function turns(times: object, from: string, until: string): (string | undefined)[] {
  const policy = policyOf({ optOuts: [{ times: [times] }] });
  const found: number[] = [];
  let ms = nextPolicyChange(policy, at(from));
  while (ms !== undefined && ms < at(until)) {
    found.push(ms);
    ms = nextPolicyChange(policy, ms);
  }
  return found.map(iso);
}

describe('when it changes', () => {
  test('never without times of day', () => {
    assert.equal(nextPolicyChange(defaultPolicy, 0), undefined);
    assert.equal(nextPolicyChange(policyOf({ optOuts: [{ vens: ['a'] }] }), 0), undefined);
    const always = { times: [{ from: '00:00', until: '24:00' }] };
    assert.equal(nextPolicyChange(policyOf({ optOuts: [always] }), 0), undefined);
  });

  test('with the first of all times, after the moment itself', () => {
    const optOuts = [
      { times: [{ from: '08:00', until: '10:00' }] },
      { times: [{ from: '09:00', until: '09:30' }], vens: ['a'] },
    ];
    const next = (time: string) => iso(nextPolicyChange(policyOf({ timeZone: 'UTC', optOuts }), at(time)));
    assert.equal(next('2026-06-01T08:00:00Z'), '2026-06-01T09:00');
    assert.equal(next('2026-06-01T09:00:00Z'), '2026-06-01T09:30');
    assert.equal(next('2026-06-01T10:00:00Z'), '2026-06-02T08:00');
    assert.equal(next('2026-06-01T07:59:59.999Z'), '2026-06-01T08:00');
  });

  test('over midnight, by the day on which it began', () => {
    const times = { from: '22:00', until: '06:00', days: ['fri'], timeZone: 'UTC' };
    const policy = policyOf({ optOuts: [{ times: [times] }] });
    const isOut = (time: string) => participationOf(loadOf('load_1'), policy, at(time)) !== 'in';
    // 2026-06-05 is a Friday.
    assert.deepEqual(
      ['05T05:59', '05T21:59', '05T22:00', '06T00:00', '06T05:59', '06T06:00', '06T22:00'].map((time) =>
        isOut(`2026-06-${time}:00Z`),
      ),
      [false, false, true, true, true, false, false],
    );
    assert.deepEqual(turns(times, '2026-06-01T00:00Z', '2026-06-13T00:00Z'), [
      '2026-06-05T22:00',
      '2026-06-06T06:00',
      '2026-06-12T22:00',
    ]);
  });

  test('by the clock on the wall, in summer and winter', () => {
    const times = { from: '17:00', until: '19:00' };
    assert.deepEqual(turns(times, '2026-10-24T00:00Z', '2026-10-26T00:00Z'), [
      '2026-10-24T15:00',
      '2026-10-24T17:00',
      '2026-10-25T16:00',
      '2026-10-25T18:00',
    ]);
  });

  test('when the clock is put forward, what it leaves out does not happen', () => {
    // 2026-03-29, 02:00 becomes 03:00 (01:00 UTC).
    const day = ['2026-03-28T12:00Z', '2026-03-29T12:00Z'] as const;
    assert.deepEqual(turns({ from: '02:15', until: '02:45' }, ...day), []);
    assert.deepEqual(turns({ from: '02:30', until: '03:30' }, ...day), [
      '2026-03-29T01:00',
      '2026-03-29T01:30',
    ]);
    assert.deepEqual(turns({ from: '01:30', until: '02:30' }, ...day), [
      '2026-03-29T00:30',
      '2026-03-29T01:00',
    ]);
    assert.deepEqual(turns({ from: '22:00', until: '06:00' }, ...day), [
      '2026-03-28T21:00',
      '2026-03-29T04:00',
    ]);
    // Every day but that one has it.
    assert.deepEqual(
      turns({ from: '02:15', until: '02:45', days: ['sun'] }, '2026-03-23T00:00Z', '2026-04-06T00:00Z'),
      ['2026-04-05T00:15', '2026-04-05T00:45'],
    );
  });

  test('when it is put back, what it shows twice happens twice', () => {
    // 2026-10-25, 03:00 becomes 02:00 (01:00 UTC).
    const day = ['2026-10-24T12:00Z', '2026-10-25T12:00Z'] as const;
    assert.deepEqual(turns({ from: '02:15', until: '02:45' }, ...day), [
      '2026-10-25T00:15',
      '2026-10-25T00:45',
      '2026-10-25T01:15',
      '2026-10-25T01:45',
    ]);
    assert.deepEqual(turns({ from: '01:00', until: '02:30' }, ...day), [
      '2026-10-24T23:00',
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
    ]);
    assert.deepEqual(turns({ from: '22:00', until: '06:00' }, ...day), [
      '2026-10-24T20:00',
      '2026-10-25T05:00',
    ]);
  });

  test('in other zones too: half hours, and clocks that change at midnight', () => {
    const india = { from: '00:00', until: '01:00', timeZone: 'Asia/Kolkata' };
    assert.deepEqual(turns(india, '2026-01-01T00:00Z', '2026-01-02T00:00Z'), [
      '2026-01-01T18:30',
      '2026-01-01T19:30',
    ]);
    // In Beirut 2024-03-31 began at 01:00.
    const beirut = { from: '00:00', until: '02:00', timeZone: 'Asia/Beirut' };
    assert.deepEqual(turns(beirut, '2024-03-30T12:00Z', '2024-03-31T12:00Z'), [
      '2024-03-30T22:00',
      '2024-03-30T23:00',
    ]);
  });
});

const minuteMs = 60_000;
const minute = fc.integer({ min: 0, max: 1439 });
const times = fc
  .record({
    fromMinute: minute,
    untilMinute: fc.integer({ min: 0, max: 1440 }),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
    timeZone: fc.constantFrom('Europe/Copenhagen', 'UTC', 'Australia/Lord_Howe', 'America/St_Johns'),
  })
  .filter(({ fromMinute, untilMinute }) => fromMinute !== untilMinute);
/** About the days on which clocks are changed in Copenhagen, and any others. */
const moment = fc.oneof(
  fc
    .tuple(fc.constantFrom('2026-03-29T01:00Z', '2026-10-25T01:00Z'), fc.integer({ min: -2880, max: 2880 }))
    .map(([time, minutes]) => at(time) + minutes * minuteMs),
  fc.integer({ min: at('2020-01-01T00:00Z'), max: at('2040-01-01T00:00Z') }),
);

test('nothing turns before the next turn, and there it does', () => {
  fc.assert(
    fc.property(
      times,
      moment,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 20 }),
      (times, ms, parts) => {
        const next = nextTurn(times, ms);
        const now = isWithin(times, ms);
        if (next === undefined) {
          assert.deepEqual([times.fromMinute, times.untilMinute % 1440, times.weekdays.length], [0, 0, 7]);
          return;
        }
        assert.ok(next > ms && next % minuteMs === 0);
        assert.equal(isWithin(times, next), !now);
        for (const part of [...parts, 1 - Number.EPSILON])
          assert.equal(isWithin(times, Math.floor(ms + part * (next - 1 - ms))), now);
      },
    ),
  );
});

test('minute by minute, on the days when clocks are changed in Copenhagen', () => {
  const local = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Copenhagen',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const week = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  for (const day of ['2026-03-29T00:00Z', '2026-10-25T00:00Z']) {
    const minutes = Array.from({ length: 1440 }, (_, n) => at(day) - 180 * minuteMs + n * minuteMs);
    const shown = minutes.map((ms) => {
      const [, weekday = '', hour, minute] = /^(\w+)\D+(\d+):(\d+)$/.exec(local.format(ms)) ?? [];
      return { weekday: week.indexOf(weekday), minute: Number(hour) * 60 + Number(minute) };
    });
    fc.assert(
      fc.property(times, (any) => {
        const times = { ...any, timeZone: 'Europe/Copenhagen' };
        const { fromMinute: from, untilMinute: until, weekdays } = times;
        for (let n = 0; n < minutes.length; n += 7) {
          const { weekday, minute } = shown[n] as (typeof shown)[number];
          const isToday = weekdays.includes(weekday) && minute >= from && (until < from || minute < until);
          const isSinceYesterday = until < from && weekdays.includes((weekday + 6) % 7) && minute < until;
          assert.equal(isWithin(times, minutes[n] as number), isToday || isSinceYesterday);
        }
      }),
      { numRuns: casesOf(40) },
    );
  }
});
