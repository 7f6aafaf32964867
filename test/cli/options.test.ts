import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type OptionName, options } from '../../src/cli/options/option-table.ts';
import { VenfleetError } from '../../src/core/errors.ts';
import { resolveOptions } from '../../src/core/options.ts';

/** The value that an option gets from a flag, or the message that it is refused with. */
function given(name: OptionName, value: unknown): unknown {
  try {
    const table = { [name]: options[name] };
    return resolveOptions(table, { command: 'register', flags: { [name]: value }, env: {} }).values[name];
  } catch (error) {
    assert.ok(error instanceof VenfleetError && error.code === 'BAD_OPTION');
    return error.message;
  }
}

test('flag, variable and key of an option are one name in three spellings', () => {
  for (const [key, option] of Object.entries(options)) {
    const words = key.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
    assert.equal(option.env, `VENFLEET_${words.replaceAll(' ', '_').toUpperCase()}`);
    if ('flags' in option) assert.equal(option.flags.split(' ')[0], `--${words.replaceAll(' ', '-')}`);
  }
});

test('every default passes its own check', () => {
  for (const [key, option] of Object.entries(options)) {
    if (!('default' in option)) continue;
    assert.deepEqual(given(key as OptionName, option.default), option.default, key);
  }
});

test('values that cannot be are refused, and the message says what could be', () => {
  const refused: [name: OptionName, value: unknown, message: string][] = [
    ['limitVens', '0', '--limit-vens: must be a whole number from 1 to 10000000.'],
    ['limitVens', '2.5', '--limit-vens: must be a whole number from 1 to 10000000.'],
    ['limitVens', '1e9', '--limit-vens: must be a whole number from 1 to 10000000.'],
    ['limitVens', 2.5, '--limit-vens: must be a whole number from 1 to 10000000.'],
    ['limitVens', '99999999999999999999', '--limit-vens: must be a whole number from 1 to 10000000.'],
    ['seed', '1e3', '--seed: must be a whole number from 0 to 9007199254740991.'],
    ['batchSize', '10001', '--batch-size: must be a whole number from 1 to 10000.'],
    ['concurrency', '', '--concurrency: must be a whole number from 1 to 10000.'],
    ['delayBetweenBatches', '0,5', '--delay-between-batches: must be a number from 0 to 3600 (seconds).'],
    [
      'delayBetweenBatches',
      Number.NaN,
      '--delay-between-batches: must be a number from 0 to 3600 (seconds).',
    ],
    ['ven', [''], '--ven: must not be empty.'],
    ['db', ' ', '--db: must not be empty.'],
    ['profile', 'seed', '--profile: must be one of flex-gateway, openadr-3.0, openadr-3.1.'],
    ['serviceLocation', 'String', '--service-location: must be one of string, object.'],
    ['logLevel', 'loud', '--log-level: must be one of silent, error, warn, info, debug, trace.'],
    ['json', 'maybe', '--json: must be true or false.'],
    ['port', '65536', '--port: must be a whole number from 0 to 65535.'],
    ['errorRate', '1.5', '--error-rate: must be a number from 0 to 1.'],
    ['resources', '0', '--resources: must be a whole number from 1 to 10000000.'],
  ];
  for (const [name, value, message] of refused) assert.equal(given(name, value), message);
});

test('the value of a refused option is never repeated: it may be a secret in the wrong place', () => {
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(options) as OptionName[])), fc.uuid(), (name, secret) => {
      const result = given(name, secret);
      return result === secret || !String(result).includes(secret) || Array.isArray(result);
    }),
  );
});
