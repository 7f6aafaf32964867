import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { instructionOf, isActedOn, strictestKw } from '../../../src/events/setpoints/instruct.ts';
import type { Asked, SetpointLoad } from '../../../src/events/setpoints/instruction.ts';
import { defaultPolicy } from '../../../src/events/setpoints/policy.ts';
import { ask, loadOf, medium, unknown } from './loads.ts';

/** What is said of one payload besides what was asked. */
function outcome(asked: Asked, load = loadOf('load_2'), policy = defaultPolicy) {
  const [setpoint] = instructionOf(load, [asked], policy).setpoints;
  assert.ok(setpoint);
  const { type, units, eventId, version, intervalId, fromMs, untilMs, ...rest } = setpoint;
  const { programId: _, values: __, ...same } = asked;
  assert.deepEqual({ type, units, eventId, version, intervalId, fromMs, untilMs }, same);
  return rest;
}

type Row = [asked: Asked, expected: object, load?: SetpointLoad];

/** Handed on as it is. */
const asIs = (type: string, values: Asked['values'], units: string | null = null): Row => [
  ask(type, values, units),
  { values },
];
const unsound = (asked: Asked, reason: string): Row => [asked, { values: [], reason }];
const withCapacities = (changes: Partial<typeof medium>) =>
  loadOf('load_2', { capacities: { ...medium, ...changes } });

const rows: Readonly<Record<string, readonly Row[]>> = {
  'SIMPLE by the levels of the component': [
    [ask('SIMPLE', 0), { values: [0] }],
    [ask('SIMPLE', 1), { values: [1], limitKw: 8.75 }],
    [ask('SIMPLE', 2), { values: [2], limitKw: 5 }],
    [ask('SIMPLE', 3), { values: [3], limitKw: 0 }],
    [ask('SIMPLE', 3), { values: [3], reason: 'load_0 is not curtailed at level 3' }, loadOf('load_0')],
    [ask('SIMPLE', 3), { values: [3], limitKw: 2.5 }, loadOf('load_4')],
    [ask('SIMPLE', 1), { values: [1], limitKw: 35 }, loadOf('ev', { siteComponents: ['ev'] })],
    [
      ask('SIMPLE', 3),
      { values: [3], limitKw: 2.5, reason: 'below its least power' },
      withCapacities({ minKw: 10 }),
    ],
    [
      ask('SIMPLE', 1),
      { values: [1], reason: 'the power of its site is not known' },
      loadOf('load_2', { capacities: unknown }),
    ],
    unsound(ask('SIMPLE', 7), 'SIMPLE must be a whole number from 0 to 3, not 7'),
    unsound(ask('SIMPLE', 1.5), 'SIMPLE must be a whole number from 0 to 3, not 1.5'),
    unsound(ask('SIMPLE', '2'), 'SIMPLE must be a whole number from 0 to 3, not "2"'),
    unsound(ask('SIMPLE', true), 'SIMPLE must be a whole number from 0 to 3, not true'),
    unsound(ask('SIMPLE', []), 'SIMPLE must be a whole number from 0 to 3, not no values'),
    unsound(ask('SIMPLE', [1, 2]), 'SIMPLE must be a whole number from 0 to 3, not 2 values'),
  ],
  'DISPATCH_SETPOINT within what the load can have': [
    [ask('DISPATCH_SETPOINT', 12.5, 'KW'), { values: [12.5], limitKw: 12.5 }],
    [ask('DISPATCH_SETPOINT', 12.5), { values: [12.5], limitKw: 12.5 }],
    [ask('DISPATCH_SETPOINT', 12345, 'W'), { values: [12345], limitKw: 12.345 }],
    [ask('DISPATCH_SETPOINT', 0.02, 'MW'), { values: [0.02], limitKw: 20 }],
    [
      ask('DISPATCH_SETPOINT', 80000, 'W'),
      { values: [50000], clampedFrom: 80000, reason: 'above what it can, 50 kW', limitKw: 50 },
    ],
    [
      ask('DISPATCH_SETPOINT', -30, 'kW'),
      { values: [-20], clampedFrom: -30, reason: 'below what it can, -20 kW', limitKw: -20 },
    ],
    [
      ask('DISPATCH_SETPOINT', 900),
      { values: [900], limitKw: 900 },
      loadOf('load_2', { capacities: unknown }),
    ],
    [ask('DISPATCH_SETPOINT', 10, 'AMPS'), { values: [10], reason: 'its units, AMPS, are not known' }],
    unsound(ask('DISPATCH_SETPOINT', 'off'), 'DISPATCH_SETPOINT must be a number, not "off"'),
    unsound(ask('DISPATCH_SETPOINT', Number.NaN), 'DISPATCH_SETPOINT must be finite, not NaN'),
    unsound(
      ask('DISPATCH_SETPOINT', { x: 1, y: 2 }),
      'DISPATCH_SETPOINT must be a number, not {"x":1,"y":2}',
    ),
  ],
  'DISPATCH_SETPOINT_RELATIVE, a change in both directions': [
    asIs('DISPATCH_SETPOINT_RELATIVE', [-70], 'KW'),
    asIs('DISPATCH_SETPOINT_RELATIVE', [3], 'KW'),
    [
      ask('DISPATCH_SETPOINT_RELATIVE', -71, 'KW'),
      { values: [-70], clampedFrom: -71, reason: 'below what it can, -70 kW' },
    ],
    [
      ask('DISPATCH_SETPOINT_RELATIVE', 80, 'KW'),
      { values: [50], clampedFrom: 80, reason: 'above what it can, 50 kW' },
      withCapacities({ minKw: 5 }),
    ],
  ],
  'CONTROL_SETPOINT is a power in units of power alone': [
    [ask('CONTROL_SETPOINT', -0.15, 'KW'), { values: [-0.15], limitKw: -0.15 }],
    [
      ask('CONTROL_SETPOINT', 60, 'KW'),
      { values: [50], clampedFrom: 60, reason: 'above what it can, 50 kW', limitKw: 50 },
    ],
    asIs('CONTROL_SETPOINT', [60]),
    asIs('CONTROL_SETPOINT', [21], 'CELSIUS'),
    asIs('CONTROL_SETPOINT', ['eco'], 'MODE'),
    asIs('CONTROL_SETPOINT', [{ x: 1, y: 2 }], 'KW'),
    unsound(ask('CONTROL_SETPOINT', 'eco', 'KW'), 'CONTROL_SETPOINT in KW must be a number'),
    unsound(ask('CONTROL_SETPOINT', [1, 2], 'KW'), 'CONTROL_SETPOINT must be one value, not 2 values'),
  ],
  'CONTROL_LEVEL_OFFSET and _PERCENT': [
    asIs('CONTROL_LEVEL_OFFSET', [-10]),
    asIs('CONTROL_LEVEL_OFFSET', [10]),
    unsound(
      ask('CONTROL_LEVEL_OFFSET', 11),
      'CONTROL_LEVEL_OFFSET must be a whole number from -10 to 10, not 11',
    ),
    asIs('CONTROL_LEVEL_OFFSET_PERCENT', [0.3], 'PERCENT'),
    unsound(
      ask('CONTROL_LEVEL_OFFSET_PERCENT', 30),
      'CONTROL_LEVEL_OFFSET_PERCENT must be a number from -1 to 1, not 30',
    ),
  ],
  'CHARGE_STATE_SETPOINT within what the load can store': [
    asIs('CHARGE_STATE_SETPOINT', [0.5], 'PERCENT'),
    asIs('CHARGE_STATE_SETPOINT', [1], 'PERCENT'),
    [ask('CHARGE_STATE_SETPOINT', 80, 'PERCENT'), { values: [0.8], reason: '80 is taken for percent' }],
    [
      ask('CHARGE_STATE_SETPOINT', 0.05, 'PERCENT'),
      { values: [0.1], clampedFrom: 0.05, reason: 'below E_min, 20 kWh' },
    ],
    [
      ask('CHARGE_STATE_SETPOINT', 5, 'PERCENT'),
      { values: [0.1], clampedFrom: 5, reason: '5 is taken for percent; below E_min, 20 kWh' },
    ],
    unsound(
      ask('CHARGE_STATE_SETPOINT', 101, 'PERCENT'),
      'CHARGE_STATE_SETPOINT must be at most 1, or 100 percent, not 101',
    ),
    asIs('CHARGE_STATE_SETPOINT', [150], 'KWH'),
    [
      ask('CHARGE_STATE_SETPOINT', 250_000, 'WH'),
      { values: [200_000], clampedFrom: 250_000, reason: 'above E_max, 200 kWh' },
    ],
    [ask('CHARGE_STATE_SETPOINT', 0, 'KWH'), { values: [20], clampedFrom: 0, reason: 'below E_min, 20 kWh' }],
    [ask('CHARGE_STATE_SETPOINT', 0.5), { values: [0.5], reason: 'nobody says its units' }],
    [ask('CHARGE_STATE_SETPOINT', 7, 'KW'), { values: [7], reason: 'its units, KW, are not known' }],
    unsound(
      ask('CHARGE_STATE_SETPOINT', -1, 'KWH'),
      'CHARGE_STATE_SETPOINT must be a number that is not negative, not -1',
    ),
  ],
  'limits of the resource itself': [
    [ask('CONSUMPTION_POWER_LIMIT', 4.2, 'KW'), { values: [4.2], limitKw: 4.2 }],
    [
      ask('CONSUMPTION_POWER_LIMIT', 2, 'KW'),
      { values: [5], clampedFrom: 2, reason: 'below what it can, 5 kW', limitKw: 5 },
      withCapacities({ minKw: 5 }),
    ],
    unsound(
      ask('CONSUMPTION_POWER_LIMIT', -1),
      'CONSUMPTION_POWER_LIMIT must be a number that is not negative, not -1',
    ),
    [ask('PRODUCTION_POWER_LIMIT', 6, 'KW'), { values: [6], exportLimitKw: 6 }],
    [
      ask('PRODUCTION_POWER_LIMIT', 60, 'KW'),
      { values: [20], clampedFrom: 60, reason: 'above what it can, 20 kW', exportLimitKw: 20 },
    ],
  ],
  'limits of the site': [
    [
      ask('IMPORT_CAPACITY_LIMIT', 35_000, 'W'),
      { values: [35_000], limitKw: 7.5, reason: 'its part of 35 kW for the site' },
    ],
    [
      ask('IMPORT_CAPACITY_LIMIT', 50),
      { values: [50], reason: 'the site cannot take more than 50 kW, which is allowed' },
    ],
    [ask('IMPORT_CAPACITY_LIMIT', 50, 'KVA'), { values: [50], reason: 'its units, KVA, are not known' }],
    unsound(
      ask('IMPORT_CAPACITY_LIMIT', '35'),
      'IMPORT_CAPACITY_LIMIT must be a number that is not negative, not "35"',
    ),
    [
      ask('EXPORT_CAPACITY_LIMIT', 10, 'KW'),
      { values: [10], exportLimitKw: 2.5, reason: 'its part of 10 kW for the site' },
    ],
    [ask('EXPORT_CAPACITY_LIMIT', 10, 'KVA'), { values: [10], reason: 'its units, KVA, are not known' }],
  ],
  'what is handed on': [
    asIs('PRICE', [0.31], 'KWH'),
    asIs('PRICE', [-0.02, 0.4], 'KWH'),
    asIs('GHG', [120], 'GHG'),
    asIs('IMPORT_CAPACITY_SUBSCRIPTION', [30], 'KW'),
    asIs('ALERT_GRID_EMERGENCY', ['Save what you can']),
    asIs('ALERT_OTHER', []),
    asIs('CURVE', [
      { x: 0, y: 1 },
      { x: 1, y: 2 },
    ]),
    asIs('OLS', [0, 0.5, 1]),
    asIs('DISPATCH_INSTRUCTION', ['a', 'b']),
    asIs('CTA2045_REBOOT', [1]),
    asIs('POWER_LIMIT_VERSION', ['3', 3, true]),
    asIs('constructor', [1]),
    unsound(ask('PRICE', 'high'), 'PRICE must be a number, not "high"'),
    unsound(ask('MINE', [1, Number.POSITIVE_INFINITY]), 'MINE must be finite, not Infinity'),
    unsound(ask('OLS', [0, 2]), 'OLS must be a number from 0 to 1, not 2'),
    unsound(ask('CURVE', [0, 1]), 'CURVE must be a point, not 0'),
    unsound(ask('CTA2045_REBOOT', 2), 'CTA2045_REBOOT must be 0 or 1, not 2'),
    unsound(ask('ALERT_FIRE', 3), 'ALERT_FIRE must be a text, not 3'),
  ],
};

describe('what a load does', () => {
  for (const [name, table] of Object.entries(rows))
    test(name, () => {
      for (const [asked, expected, load] of table)
        assert.deepEqual(outcome(asked, load), expected, `${asked.type} ${asked.values} ${asked.units}`);
    });

  test('a wrong value is shown on one line, whatever it is', () => {
    const { reason } = outcome(ask('PRICE', `\u001b[2J\n${'long '.repeat(30)}`)) as { reason: string };
    assert.match(reason, /^PRICE must be a number, not "\\u001b\[2J\\n(long )+l?o?n?g?…$/);
    assert.ok(reason.length < 80, reason);
  });

  test('each type is for itself: what cannot be touches no other, and all come in order', () => {
    const asked = [
      ask('SIMPLE', 2),
      ask('PRICE', 'x'),
      ask('IMPORT_CAPACITY_LIMIT', 35),
      ask('ALERT_FIRE', 'x'),
    ];
    const instruction = instructionOf(loadOf('load_2'), asked, defaultPolicy);
    assert.deepEqual(
      instruction.setpoints.map(({ type, limitKw }) => [type, limitKw]),
      [
        ['ALERT_FIRE', undefined],
        ['IMPORT_CAPACITY_LIMIT', 7.5],
        ['PRICE', undefined],
        ['SIMPLE', 5],
      ],
    );
    assert.deepEqual(instruction.setpoints.map(isActedOn), [true, true, false, true]);
    assert.equal(strictestKw(instruction), 5);
    assert.equal(strictestKw({ setpoints: [] }), undefined);
    assert.deepEqual(instructionOf(loadOf('load_2'), [], defaultPolicy), { setpoints: [] });
  });

  test('what the policy ignores asks nothing', () => {
    const policy = { ...defaultPolicy, ignoredPayloads: ['SIMPLE'] };
    const expected = { values: [], reason: 'the policy has it ignored' };
    assert.deepEqual(outcome(ask('SIMPLE', 3), loadOf('load_2'), policy), expected);
    assert.deepEqual(outcome(ask('PRICE', 3), loadOf('load_2'), policy), { values: [3] });
  });
});

const power = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const capacities = fc
  .record({
    max: fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined }),
    min: fc.option(fc.double({ min: -500, max: 500, noNaN: true }), { nil: undefined }),
  })
  .map(({ max, min }) => ({
    ...unknown,
    maxKw: max,
    minKw: max !== undefined && min !== undefined ? Math.min(min, max) : min,
  }));

test('a power is within what the load can have; one that is, is not touched; what was asked is kept', () => {
  const types = fc.constantFrom('DISPATCH_SETPOINT', 'CONTROL_SETPOINT', 'CONSUMPTION_POWER_LIMIT');
  const unit = fc.constantFrom(['W', 1000] as const, ['KW', 1] as const, ['MW', 0.001] as const);
  fc.assert(
    fc.property(types, power, unit, capacities, (type, kw, [units, perKw], limits) => {
      const value = Math.abs(kw * perKw);
      const load = loadOf('load_2', { capacities: limits });
      const found = outcome(ask(type, value, units), load) as {
        values: number[];
        limitKw: number;
        clampedFrom?: number;
        reason?: string;
      };
      const { maxKw = Number.POSITIVE_INFINITY, minKw = Number.NEGATIVE_INFINITY } = limits;
      assert.ok(found.limitKw <= maxKw && found.limitKw >= minKw, JSON.stringify(found));
      const isWithin = value / perKw <= maxKw && value / perKw >= minKw;
      assert.equal(found.clampedFrom, isWithin ? undefined : value);
      assert.equal(found.reason === undefined, isWithin);
      if (isWithin) assert.deepEqual(found.values, [value]);
      assert.ok(Math.abs((found.values[0] as number) / perKw - found.limitKw) < 1e-6);
    }),
  );
});

test('nothing that an event may hold is too much: there is a setpoint, or one with a reason and no values', () => {
  const value = fc.oneof(
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.record({ x: fc.double(), y: fc.double() }),
  );
  const type = fc.oneof(
    fc.constantFrom(
      ...Object.values(rows)
        .flat()
        .map(([{ type }]) => type),
    ),
    fc.string(),
  );
  const units = fc.oneof(fc.constantFrom(null, 'KW', 'W', 'KWH', 'PERCENT'), fc.string());
  fc.assert(
    fc.property(type, fc.array(value, { maxLength: 3 }), units, capacities, (type, values, units, limits) => {
      const load = loadOf('load_2', { capacities: limits });
      const [setpoint] = instructionOf(load, [ask(type, values, units)], defaultPolicy).setpoints;
      assert.ok(setpoint);
      const { limitKw, exportLimitKw, reason } = setpoint;
      for (const limit of [limitKw, exportLimitKw]) assert.ok(limit === undefined || Number.isFinite(limit));
      if (setpoint.values.length === 0 && values.length > 0) {
        assert.ok(reason);
        assert.equal(limitKw ?? exportLimitKw, undefined);
      }
      assert.ok(setpoint.values.every((one) => typeof one !== 'number' || Number.isFinite(one)));
    }),
  );
});
