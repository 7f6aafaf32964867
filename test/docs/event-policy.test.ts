import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instructionOf, isActedOn } from '../../src/events/setpoints/instruct.ts';
import type { SetpointLoad } from '../../src/events/setpoints/instruction.ts';
import { participationAt } from '../../src/events/setpoints/participation.ts';
import { defaultPolicy } from '../../src/events/setpoints/policy.ts';
import { readPolicy } from '../../src/events/setpoints/read-policy.ts';
import { usualComponents } from '../../src/fleet/components.ts';
import { codeBlocks, tableBelow } from './code-blocks.ts';

const path = 'docs/event-policy.md';
const [example] = codeBlocks(path).filter(({ language }) => language === 'json');
assert.ok(example);
const policy = readPolicy(example.code, path);

const loadOf = (component: string): SetpointLoad => ({
  loadId: 'x',
  venName: 'Aalborg',
  siteId: 'site-1',
  component,
  capacities: { maxKw: 50, minKw: 0, maxKwh: 100, minKwh: 0 },
  siteComponents: usualComponents,
});

test('the example of docs/event-policy.md does what the table below it says', () => {
  const rows = tableBelow(path, 'The event policy');
  for (const [asked = '', component = '', does = ''] of rows) {
    const [, type = '', value] = /^`(\w+)` (\d+)$/.exec(asked) ?? [];
    const payload = { type, values: [Number(value)], units: null };
    const span = { eventId: 'e', programId: null, version: 1, intervalId: 0, fromMs: 0, untilMs: null };
    const [setpoint] = instructionOf(loadOf(component), [{ ...payload, ...span }], policy).setpoints;
    assert.ok(setpoint);
    const limit = /^takes at most (\S+) kW/.exec(does)?.[1];
    assert.equal(setpoint.limitKw, limit && Number(limit), `${asked} of ${component}`);
    assert.equal(isActedOn(setpoint), !does.startsWith('nothing'), asked);
  }
  assert.equal(rows.length, 8);
});

test('and opts out whom it says', () => {
  const isOut = (component: string, time: string, siteId = 'site-1') =>
    participationAt(policy, Date.parse(time)).of({ ...loadOf(component), siteId }) !== 'in';
  // 2026-01-02 is a Friday.
  const night = [
    '02T21:59',
    '02T22:00',
    '03T05:59',
    '03T06:00',
    '03T22:00',
    '04T05:59',
    '04T06:00',
    '04T22:00',
  ];
  assert.deepEqual(
    night.map((time) => isOut('load_1', `2026-01-${time}:00+01:00`)),
    [false, true, true, false, true, true, false, false],
  );
  assert.ok(isOut('load_4', '2026-01-02T12:00:00Z'));
  assert.ok(isOut('load_2', '2026-01-02T12:00:00Z', 'site-17'));
  assert.ok(!isOut('load_2', '2026-01-02T22:30:00Z'));
});

test('docs/event-policy.md has every key, and the defaults', () => {
  const keys = tableBelow(path, 'Keys').map(([key = '']) => key.replaceAll('`', ''));
  const given = Object.keys(JSON.parse(example.code));
  assert.deepEqual(keys.toSorted(), [...new Set([...given, ...Object.keys(defaultPolicy)])].sort());
  const defaults = tableBelow(path, 'Defaults').map(([name = '', levels = '', share]) => [
    name.replaceAll('`', ''),
    levels.split(', ').map(Number),
    Number(share),
  ]);
  const expected = [...defaultPolicy.levels].map(([name, levels]) => [
    name,
    levels,
    defaultPolicy.powerShares.get(name),
  ]);
  assert.deepEqual(defaults, expected);
  const order = tableBelow(path, 'Keys').find(([key]) => key === '`curtailmentOrder`')?.[2];
  assert.equal(order, defaultPolicy.curtailmentOrder.map((name) => `\`${name}\``).join(', '));
});
