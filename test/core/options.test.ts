import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  decimalNumber,
  type OptionInputs,
  oneOf,
  resolveOptions,
  text,
  textList,
  wholeNumber,
  yesOrNo,
} from '../../src/core/options.ts';

const table = {
  size: { flags: '--size <n>', env: 'T_SIZE', help: '', check: wholeNumber(1, 100), default: 10 },
  name: { flags: '--name <text>', env: 'T_NAME', help: '', check: text() },
  secret: { env: 'T_SECRET', help: '', check: text() },
} as const;

function resolve(inputs: Partial<OptionInputs>) {
  return resolveOptions(table, { command: 'try', flags: {}, env: {}, ...inputs });
}

describe('resolveOptions', () => {
  test('takes each option from the first place that gives it', () => {
    const places = {
      flag: { flags: { size: '1' } },
      environment: { env: { T_SIZE: '2' } },
      file: { file: { path: 'f', values: { size: 3 } } },
    };
    const expected = { flag: 1, environment: 2, file: 3, default: 10 } as const;
    const order = ['flag', 'environment', 'file', 'default'] as const;
    for (const [index, first] of order.entries()) {
      const given = order.slice(index).filter((place) => place !== 'default');
      const { values, sourceOf } = resolve(Object.assign({}, ...given.map((place) => places[place])));
      assert.deepEqual([values.size, sourceOf('size')], [expected[first], first]);
    }
  });

  test('says which of some options are given nearest to the command line', () => {
    const file = { path: 'f', values: { size: 3, name: 'c', secret: 'x' } };
    const cases: [given: Partial<OptionInputs>, nearest: string[]][] = [
      [{}, []],
      [{ file }, ['name', 'size']],
      [{ env: { T_SIZE: '2' }, file }, ['size']],
      [{ env: { T_SIZE: '2', T_NAME: 'b' }, file }, ['name', 'size']],
      [{ flags: { name: 'a' }, env: { T_SIZE: '2', T_NAME: 'b' }, file }, ['name']],
      // Nobody asked about this one.
      [{ env: { T_SECRET: 'x' }, file: { path: 'f', values: { size: 3 } } }, ['size']],
    ];
    for (const [given, nearest] of cases)
      assert.deepEqual([...resolve(given).nearest('size', 'name')].sort(), nearest);
  });

  test('leaves out what nothing gives', () => {
    const { values, sourceOf } = resolve({});
    assert.deepEqual(values, { size: 10 });
    assert.equal(sourceOf('name'), undefined);
  });

  test('an empty variable gives nothing, an empty flag is wrong', () => {
    assert.equal(resolve({ env: { T_NAME: '' } }).values.name, undefined);
    assert.throws(() => resolve({ flags: { name: '' } }), { message: '--name: must not be empty.' });
  });

  test('a wrong value is told by where it stands, and does not fall back', () => {
    const hint = 'See "venfleet try --help".';
    assert.throws(() => resolve({ env: { T_SIZE: 'x' } }), {
      code: 'BAD_OPTION',
      message: 'T_SIZE: must be a whole number from 1 to 100.',
      hint,
    });
    assert.throws(() => resolve({ flags: { size: '0' }, env: { T_SIZE: '5' } }), {
      code: 'BAD_OPTION',
      message: '--size: must be a whole number from 1 to 100.',
      hint,
    });
    assert.throws(() => resolve({ file: { path: 'my.json', values: { secret: 5 } } }), {
      code: 'BAD_CONFIG',
      message: 'my.json: "secret": must be a text.',
    });
  });
});

describe('checks', () => {
  const accepts = (check: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
    check.safeParse(value).success;

  test('a whole number is the same as a number and as its digits, and nothing outside its range passes', () => {
    const check = wholeNumber(5, 500);
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const inRange = value >= 5 && value <= 500;
        return accepts(check, value) === inRange && accepts(check, String(value)) === inRange;
      }),
    );
    fc.assert(fc.property(fc.integer({ min: 5, max: 500 }), (value) => check.parse(` ${value} `) === value));
    for (const value of ['', ' ', '5.0', '0x10', '1e2', '+7', '٧', Number.NaN, Infinity, true, null, [7]])
      assert.ok(!accepts(check, value), String(value));
  });

  test('a decimal number has a point, and a range', () => {
    const check = decimalNumber(0, 1);
    for (const value of [0, 1, 0.25, '0', '1', '0.25', '1.0'])
      assert.ok(accepts(check, value), String(value));
    for (const value of ['', '.5', '0,5', '1.01', '-0.1', '1e-1', Number.NaN, Infinity, -0.1, null])
      assert.ok(!accepts(check, value), String(value));
  });

  test('yes or no', () => {
    for (const value of [true, 'true', '1', 'yes', 'on', 'TRUE']) assert.equal(yesOrNo().parse(value), true);
    for (const value of [false, 'false', '0', 'no']) assert.equal(yesOrNo().parse(value), false);
    for (const value of ['', 'maybe', 1, null]) assert.ok(!accepts(yesOrNo(), value));
  });

  test('a list is the same as a list and as one text with commas', () => {
    const name = fc.stringMatching(/^[A-ZÆØÅa-zæøå]([A-ZÆØÅa-zæøå ]*[a-zæøå])?$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        assert.deepEqual(textList().parse(names.join(', ')), names);
        assert.deepEqual(textList().parse(names), names);
      }),
    );
    for (const value of ['', 'a,,b', [''], [1], 5]) assert.ok(!accepts(textList(), value), String(value));
    assert.deepEqual(textList().parse(['Aalborg, Nord']), ['Aalborg, Nord'], 'a flag may hold a comma');
  });

  test('one of some words, to the letter', () => {
    assert.equal(oneOf(['a', 'b']).parse('b'), 'b');
    for (const value of ['', 'A', 'c', 'constructor', null]) assert.ok(!accepts(oneOf(['a', 'b']), value));
  });
});
