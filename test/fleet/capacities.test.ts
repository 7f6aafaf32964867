import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCapacities, parseLocation } from '../../src/fleet/capacities.ts';

const names = fc.oneof(
  fc.constantFrom('P_max_kw', 'E_max_kwh'),
  fc.string(),
  fc.constantFrom('a"b', '\\', '__proto__'),
);
const numbers = fc.oneof(
  fc.constantFrom('50.0', '0', '1e3', '2.50E+1', '123456789012345678901'),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);
const scalars = fc.oneof(
  numbers.map((json) => ({ json, value: json, isText: false })),
  fc.constantFrom('true', 'false').map((json) => ({ json, value: json, isText: false })),
  fc.string().map((value) => ({ json: JSON.stringify(value), value, isText: true })),
);

test('capacities are read as they stand: numbers to the digit, texts told from numbers, null as absent', () => {
  const entries = fc.uniqueArray(fc.tuple(names, fc.option(scalars)), { selector: ([name]) => name });
  fc.assert(
    fc.property(entries, fc.constantFrom('', ' ', '\n'), (all, space) => {
      const usable = all.filter(([name, one]) =>
        !name.startsWith('P_') && !name.startsWith('E_')
          ? true
          : one?.isText === false && /\d/.test(one.json),
      );
      const fields = usable.map(
        ([name, one]) => `${JSON.stringify(name)}${space}:${space}${one?.json ?? 'null'}`,
      );
      const parsed = parseCapacities(`{${space}${fields.join(`,${space}`)}${space}}`);
      assert.ok(parsed.ok, JSON.stringify(parsed));
      const expected = usable.flatMap(([name, one]) =>
        one === null ? [] : [one.isText ? [name, one.value, true] : [name, one.value]],
      );
      assert.deepEqual(parsed.values, expected);
    }),
  );
});

test('of two capacities of one name the last counts; a usual one may be a text that is a number', () => {
  assert.deepEqual(parseCapacities('{"a": 1, "b": 2, "a": "x"}'), {
    ok: true,
    values: [
      ['a', 'x', true],
      ['b', '2'],
    ],
  });
  assert.deepEqual(parseCapacities('{"a": 1, "a": null}'), { ok: true, values: [] });
  assert.deepEqual(parseCapacities('{"P_max_kw": "50.0"}'), { ok: true, values: [['P_max_kw', '50.0']] });
});

test('what cannot be is refused, with what is wrong', () => {
  const problemOf = (json: string) => {
    const parsed = parseCapacities(json);
    return parsed.ok ? 'none' : parsed.problem;
  };
  assert.match(problemOf('{"a": 1'), /^broken JSON in capacities: \{"a": 1/);
  assert.match(problemOf('{"a": 01}'), /^broken JSON/);
  assert.match(problemOf('"a"'), /^capacities must be a JSON object, not "a"/);
  assert.match(problemOf('null'), /must be a JSON object/);
  assert.equal(problemOf('{"a": {"b": 1}}'), 'capacities.a must be a number or a text');
  assert.equal(problemOf('{"a": [1]}'), 'capacities.a must be a number or a text');
  assert.equal(problemOf('{"P_max_kw": "much"}'), 'impossible capacities: P_max_kw is much');
  assert.equal(problemOf('{"P_max_kw": -1}'), 'impossible capacities: P_max_kw is -1');
  assert.match(problemOf('{"P_min_kw": 3, "P_max_kw": 2}'), /P_min_kw 3 is above P_max_kw 2/);
  const location = parseLocation('{"latitude": 91, "longitude": 9}');
  assert.equal(location.ok ? '' : location.problem, 'impossible location: latitude is 91');
});
