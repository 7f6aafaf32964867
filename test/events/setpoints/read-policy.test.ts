import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VenfleetError } from '../../../src/core/errors.ts';
import { defaultPolicy, entryOf } from '../../../src/events/setpoints/policy.ts';
import { readPolicy } from '../../../src/events/setpoints/read-policy.ts';

/** What is said to be wrong with a policy. */
function problem(given: string | object): string {
  try {
    readPolicy(given, 'policy.json');
  } catch (error) {
    assert.ok(error instanceof VenfleetError, String(error));
    assert.equal(error.code, 'EVENT_POLICY');
    const [, found = ''] = /^The event policy policy\.json cannot be used: (.*)\.$/.exec(error.message) ?? [];
    return found;
  }
  return '';
}

test('what a policy leaves out is as by default', () => {
  assert.deepEqual(readPolicy('{}', 'policy.json'), defaultPolicy);
  const policy = readPolicy('{ "levels": { "load_2": [1, 1, 0.5, 0] }, "powerShares": { "*": 0.3 } }', 'p');
  assert.deepEqual(entryOf(policy.levels, 'load_2'), [1, 1, 0.5, 0]);
  assert.deepEqual(entryOf(policy.levels, 'load_1'), [1, 0.5, 0.2, 0]);
  assert.equal(entryOf(policy.powerShares, 'ev'), 0.3);
  assert.equal(entryOf(policy.powerShares, 'constructor'), 0.3);
  assert.deepEqual(readPolicy({ curtailmentOrder: [] }, 'p').curtailmentOrder, []);
});

test('times are read with their zone, or that of the policy', () => {
  const times = [
    { from: '22:00', until: '06:30' },
    { from: '00:00', until: '24:00', days: ['sat', 'sun'], timeZone: 'UTC' },
  ];
  const policy = readPolicy({ timeZone: 'Europe/Copenhagen', optOuts: [{ times }] }, 'p');
  assert.deepEqual(policy.optOuts[0]?.times, [
    { fromMinute: 1320, untilMinute: 390, weekdays: [0, 1, 2, 3, 4, 5, 6], timeZone: 'Europe/Copenhagen' },
    { fromMinute: 0, untilMinute: 1440, weekdays: [6, 0], timeZone: 'UTC' },
  ]);
});

test('what is wrong is said in one line, with its place', () => {
  const time = (changes: object) => ({
    optOuts: [{ vens: ['a'] }, { times: [{ from: '01:00', until: '02:00', ...changes }] }],
  });
  const cases: [string | object, string][] = [
    ['[]', 'it must be an object'],
    ['null', 'it must be an object'],
    [{ component: ['load_1'] }, 'it has an unknown key "component"'],
    [{ components: [] }, 'components must not be empty'],
    [{ components: 'load_1' }, 'components must be a list of texts'],
    [{ components: ['load_1', 2] }, 'components[1] must be a text'],
    [{ optOuts: {} }, 'optOuts must be a list'],
    [{ optOuts: ['Aarhus'] }, 'optOuts[0] must be an object'],
    [{ optOuts: [{ ven: 'Aarhus' }] }, 'optOuts[0] has an unknown key "ven"'],
    [
      { optOuts: [{ reason: 'all' }] },
      'optOuts[0] must name vens, sites, loads, components or times: it would be for all loads, always',
    ],
    [{ optOuts: [{ sites: [''] }] }, 'optOuts[0].sites[0] must not be empty'],
    [
      { levels: { load_1: [1, 0.5] } },
      'levels.load_1 must be a list of four numbers, for SIMPLE 0, 1, 2 and 3',
    ],
    [{ levels: { load_1: [1, 0.5, 0.6, 0] } }, 'levels.load_1 must not rise from one level to the next'],
    [{ levels: { load_1: [1, 0.5, '0.2', 0] } }, 'levels.load_1[2] must be a number from 0 to 1'],
    [{ levels: { load_1: [2, 1, 1, 1] } }, 'levels.load_1[0] must be a number from 0 to 1'],
    [{ powerShares: { load_1: 0 } }, 'powerShares.load_1 must be above 0'],
    [{ powerShares: { load_1: 20 } }, 'powerShares.load_1 must be a number from 0 to 1'],
    [{ powerShares: [1] }, 'powerShares must be an object, by component'],
    [{ curtailmentOrder: ['load_1', 'load_1'] }, 'curtailmentOrder must name each component once'],
    [{ ignoredPayloads: 'SIMPLE' }, 'ignoredPayloads must be a list of texts'],
    [{ timeZone: 'Europe/Copenhagn' }, 'timeZone must be an IANA time zone, e.g. Europe/Copenhagen'],
    [time({}), 'optOuts[1].times[0] needs a "timeZone", its own or that of the policy'],
    [time({ from: '25:00' }), 'optOuts[1].times[0].from must be a time from 00:00 to 23:59'],
    [time({ from: '1:00' }), 'optOuts[1].times[0].from must be a time from 00:00 to 23:59'],
    [time({ until: '24:01' }), 'optOuts[1].times[0].until must be a time from 00:00 to 24:00'],
    [time({ until: undefined }), 'optOuts[1].times[0].until must be a time, e.g. 06:00'],
    [
      time({ days: ['monday'] }),
      'optOuts[1].times[0].days[0] must be one of sun, mon, tue, wed, thu, fri, sat',
    ],
    [time({ days: [] }), 'optOuts[1].times[0].days must not be empty'],
    [
      time({ timeZone: 'CEST!' }),
      'optOuts[1].times[0].timeZone must be an IANA time zone, e.g. Europe/Copenhagen',
    ],
    [
      time({ until: '01:00', timeZone: 'UTC' }),
      'optOuts[1].times[0] ends when it begins: the whole day is 00:00 to 24:00',
    ],
  ];
  for (const [given, expected] of cases) assert.equal(problem(given), expected, JSON.stringify(given));
  assert.match(problem('{"a": 1,}'), /^it is not JSON: /);
  assert.equal(problem({ 'a\nb\u001b': 1 }), 'it has an unknown key "a\\nb\\u001b"');
});

test('whatever is given is a policy, or one line that says what is wrong', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      const found = problem(text);
      assert.doesNotMatch(found, /\n/);
      const isObject = text.trim() === '{}';
      if (!isObject && found === '') assert.ok(Object.keys(JSON.parse(text)).length === 0);
    }),
  );
});
