import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportInHand } from '../../../src/events/answer/report-maker.ts';
import { stateReports } from '../../../src/events/answer/state-reports.ts';
import type { Setpoint } from '../../../src/events/setpoints/instruction.ts';

const setpoint = (type: string, values: readonly number[], more: Partial<Setpoint> = {}): Setpoint => ({
  ...{ type, values, units: null, eventId: 'e', version: 1, intervalId: 0, fromMs: 0, untilMs: null },
  ...more,
});

/** What is told of loads that are to do this, of an interval from 1,000 to 3,000, of an event heard of then; and at which moments it was asked. */
async function told(
  payloadType: string,
  toDo: readonly { setpoints: readonly Setpoint[]; out?: string }[],
  { aggregate = false, heardMs = 0, endMs = 3_000 } = {},
) {
  const moments: number[] = [];
  const maker = stateReports({
    instructionsAt(_plan, atMs) {
      moments.push(atMs);
      return (load) => ({
        instruction: { setpoints: toDo[load]?.setpoints ?? [] },
        out: toDo[load]?.out ?? null,
      });
    },
  });
  const inHand = {
    asking: {
      asked: { payloadType, aggregate, readingType: null, units: null },
      schedule: { ids: 'same' },
      stored: { firstReceivedMs: heardMs },
    },
    report: { intervals: [{ id: 7, startMs: 1_000, endMs }] },
    plan: { load: (number: number) => ({ resourceName: () => `r${number}` }) },
    nowMs: 2_500,
  } as unknown as ReportInHand;
  const made = await maker.prepare(inHand)([...toDo.keys()]);
  assert.ok(typeof made === 'object');
  const values = made.resources.map(({ intervals: [one] }) => one?.payloads[0]?.values[0]);
  return { values, moments };
}

test('how a load runs follows from what it was told', async () => {
  const cases: [string, readonly Setpoint[], string?][] = [
    ['NORMAL', []],
    ['NORMAL', [setpoint('PRICE', [0.2])]],
    ['RUNNING_OPTED_OUT', [], 'the site is opted out'],
    ['RUNNING_NORMAL', [setpoint('SIMPLE', [0])]],
    ['RUNNING_CURTAILED', [setpoint('SIMPLE', [2], { limitKw: 5 })]],
    ['IDLE_CURTAILED', [setpoint('SIMPLE', [3], { limitKw: 0 }), setpoint('PRICE', [9])]],
    ['RUNNING_CURTAILED', [setpoint('EXPORT_CAPACITY_LIMIT', [1], { exportLimitKw: 1 })]],
    ['RUNNING_HEIGHTENED', [setpoint('DISPATCH_SETPOINT_RELATIVE', [2])]],
    ['RUNNING_CURTAILED', [setpoint('DISPATCH_SETPOINT_RELATIVE', [-2])]],
    ['RUNNING_CURTAILED', [setpoint('CONTROL_LEVEL_OFFSET', [3])]],
    ['NORMAL', [setpoint('SIMPLE', [], { reason: 'the policy has it ignored' })]],
  ];
  const toDo = cases.map(([, setpoints, out]) => ({ setpoints, ...(out !== undefined && { out }) }));
  const { values } = await told('OPERATING_STATE', toDo);
  assert.deepEqual(
    values,
    cases.map(([state]) => state),
  );
});

test('all together run at the least level, and as most of them do', async () => {
  const toDo = [2, 3, 2].map((level) => ({
    setpoints: [setpoint('SIMPLE', [level], { limitKw: level - 2 })],
  }));
  assert.deepEqual((await told('SIMPLE_LEVEL', toDo)).values, [2, 3, 2]);
  assert.deepEqual((await told('SIMPLE_LEVEL', toDo, { aggregate: true })).values, [2]);
  assert.deepEqual((await told('OPERATING_STATE', toDo, { aggregate: true })).values, ['IDLE_CURTAILED']);
});

test('an interval is looked at in its middle, or when its event was heard of; before that nobody was told', async () => {
  const toDo = [{ setpoints: [setpoint('SIMPLE', [1])] }];
  for (const [heardMs, endMs, moments, level] of [
    [0, 3_000, [2_000], 1],
    [2_200, 3_000, [2_200], 1],
    [3_000, 3_000, [], 0],
    [0, Number.POSITIVE_INFINITY, [2_500], 1],
  ] as const)
    assert.deepEqual(await told('SIMPLE_LEVEL', toDo, { heardMs, endMs }), { values: [level], moments });
});
