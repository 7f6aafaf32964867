import type { PayloadValue } from '../../fleet/grid-event.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { EventInterval } from '../report-schedule/event-intervals.ts';
import { isActedOn, strictestKw } from '../setpoints/instruct.ts';
import type { Instruction, Setpoint } from '../setpoints/instruction.ts';
import { aggregatedReport, descriptorOf, type ReportMaker } from './report-maker.ts';

/** What a load is to do at a moment; `out`: why it does not take part. */
interface ToDo {
  readonly instruction: Instruction;
  readonly out: string | null;
}

const states: Readonly<
  Record<string, { of(toDo: ToDo): PayloadValue; together(values: readonly PayloadValue[]): PayloadValue }>
> = {
  SIMPLE_LEVEL: { of: simpleLevelOf, together: leastLevel },
  OPERATING_STATE: { of: operatingStateOf, together: mostFrequent },
};

/** Payload types of reports that tell what loads were asked to do. */
export const stateTypes: readonly string[] = Object.keys(states);

const nobodyAsks: ToDo = { instruction: { setpoints: [] }, out: null };

/** Makes reports of what loads are told: at which level they run, and how. Whether a device follows is not known here. */
export function stateReports(dispatcher: Pick<Dispatcher, 'instructionsAt'>): ReportMaker {
  return {
    // Parts of intervals are the whole of each: nothing is told of it but that.
    whyNot: () => undefined,
    prepare({ asking, report, plan, nowMs }) {
      const { asked, schedule, stored } = asking;
      const state = states[asked.payloadType] as (typeof states)[string];
      const moments = report.intervals.map((interval, n) => {
        const atMs = momentOf(interval, stored.firstReceivedMs, nowMs);
        const toDo = atMs === undefined ? () => nobodyAsks : dispatcher.instructionsAt(plan, atMs);
        return { id: schedule.ids === 'own' ? n : interval.id, span: spanOf(interval), toDo };
      });
      const told = (resourceName: string, valueAt: (toDo: (load: number) => ToDo) => PayloadValue) => ({
        resourceName,
        intervals: moments.map(({ id, span, toDo }) => ({
          ...{ id, span },
          payloads: [{ type: asked.payloadType, values: [valueAt(toDo)] }],
        })),
      });
      return async (loads) => {
        const resources = asked.aggregate
          ? [told(aggregatedReport, (toDo) => state.together(loads.map((load) => state.of(toDo(load)))))]
          : loads.map((load) => told(plan.load(load).resourceName(), (toDo) => state.of(toDo(load))));
        return { descriptors: [descriptorOf(asked)], resources, incomplete: 0 };
      };
    },
  };
}

/**
 * The moment that stands for an interval: its middle, where it does not show that draws of `randomizeStart` move its ends; of one
 * without end, now. Before the event was heard of nobody was told anything: later in the interval, then, or undefined.
 */
function momentOf({ startMs, endMs }: EventInterval, heardMs: number, nowMs: number): number | undefined {
  const middle = endMs === Number.POSITIVE_INFINITY ? Math.max(startMs, nowMs) : (startMs + endMs) / 2;
  const atMs = Math.max(middle, heardMs);
  return atMs < endMs ? atMs : undefined;
}

/** When an interval is, as reports say it. */
export function spanOf({ startMs, endMs }: EventInterval): { fromMs: number; untilMs: number | null } {
  return { fromMs: startMs, untilMs: endMs === Number.POSITIVE_INFINITY ? null : endMs };
}

/** The level at which a load runs: 0 where none is asked of it, and where it does not take part. */
function simpleLevelOf({ instruction }: ToDo): PayloadValue {
  return instruction.setpoints.find(({ type }) => type === 'SIMPLE')?.values[0] ?? 0;
}

/** The level that all of them run at, at least. */
function leastLevel(levels: readonly PayloadValue[]): PayloadValue {
  return Math.min(...levels.map(Number));
}

/**
 * How a load runs, as OpenADR's enumeration has it: whether it is idle is known only where it may take nothing at all. Prices and
 * what else leaves the load its will are no demand response.
 */
function operatingStateOf({ instruction, out }: ToDo): PayloadValue {
  if (out !== null) return 'RUNNING_OPTED_OUT';
  const acted = instruction.setpoints.filter(isActedOn);
  const limitKw = strictestKw(instruction);
  if (limitKw !== undefined) return limitKw === 0 ? 'IDLE_CURTAILED' : 'RUNNING_CURTAILED';
  if (acted.some(({ exportLimitKw }) => exportLimitKw !== undefined)) return 'RUNNING_CURTAILED';
  const change = acted.map(changeOf).find((one) => one !== 0) ?? 0;
  if (change !== 0) return change < 0 ? 'RUNNING_CURTAILED' : 'RUNNING_HEIGHTENED';
  return acted.some(({ type }) => controls.has(type)) ? 'RUNNING_NORMAL' : 'NORMAL';
}

/** What asks something of loads of which no limit need follow. */
const controls = new Set([
  ...['SIMPLE', 'DISPATCH_SETPOINT_RELATIVE', 'CONTROL_LEVEL_OFFSET', 'CONTROL_LEVEL_OFFSET_PERCENT'],
  ...['CONTROL_SETPOINT', 'CHARGE_STATE_SETPOINT', 'IMPORT_CAPACITY_LIMIT', 'EXPORT_CAPACITY_LIMIT'],
]);

/** Whether a load is asked to take less (below 0) or more. A higher level offset means less. */
function changeOf({ type, values: [value] }: Setpoint): number {
  if (typeof value !== 'number') return 0;
  if (type === 'DISPATCH_SETPOINT_RELATIVE') return value;
  return type === 'CONTROL_LEVEL_OFFSET' || type === 'CONTROL_LEVEL_OFFSET_PERCENT' ? -value : 0;
}

/** Of equally frequent ones the first. */
function mostFrequent(values: readonly PayloadValue[]): PayloadValue {
  const counts = new Map<PayloadValue, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}
