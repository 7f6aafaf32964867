import type { InstructionView } from '../../server/schemas/events.ts';
import type { Readings } from '../../server/schemas/loads.ts';
import { count, duration, localTime, power } from '../format.ts';

/** How much of a load's meter data is shown at once. */
export const ranges = ['day', 'week', 'month', 'all'] as const;
export type Range = (typeof ranges)[number];

const dayMs = 24 * 3_600_000;
const lengths: Readonly<Record<Range, number>> = {
  day: dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
  all: Number.POSITIVE_INFINITY,
};

/** From when a range is asked for, where the data end at `until`; undefined: from the beginning. Both ISO 8601, UTC. */
export function beginOf(range: Range, until: string): string | undefined {
  const length = lengths[range];
  return Number.isFinite(length) ? new Date(Date.parse(until) - length).toISOString() : undefined;
}

/** What a plot of readings shows, in a sentence. */
export function readingsWords({ points, stepMs }: Readings): string {
  const values = points.flatMap(([, watts]) => (watts === null ? [] : [watts]));
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || values.length === 0) return 'There are no readings in this time.';
  const mean = values.reduce((sum, watts) => sum + watts, 0) / values.length;
  const least = values.reduce((one, other) => Math.min(one, other));
  const most = values.reduce((one, other) => Math.max(one, other));
  const gaps = points.length - values.length;
  const steps = stepMs === null ? 'readings' : `means of ${duration(stepMs)}`;
  return (
    `${count(values.length)} ${steps} from ${localTime(first[0])} to ${localTime(last[0] + (stepMs ?? 0))}: ` +
    `between ${power(least)} and ${power(most)}, ${power(mean)} on average` +
    `${gaps > 0 ? `, ${count(gaps)} missing` : ''}.`
  );
}

/** The least power, W, that instructions let a load take at each time; null: none does. `times`: milliseconds since 1970. */
export function limitsAt(
  times: readonly number[],
  instructions: readonly InstructionView[],
): (number | null)[] {
  const limits = instructions.flatMap(({ due, until, end, instruction }) => {
    const watts = limitOf(instruction);
    if (due === null || watts === null || end === 'missed' || end === 'replaced') return [];
    return [
      { from: Date.parse(due), until: until === null ? Number.POSITIVE_INFINITY : Date.parse(until), watts },
    ];
  });
  if (limits.length === 0) return times.map(() => null);
  return times.map((at) =>
    limits.reduce<number | null>(
      (least, { from, until, watts }) =>
        at >= from && at < until && (least === null || watts < least) ? watts : least,
      null,
    ),
  );
}

function limitOf(instruction: InstructionView['instruction']): number | null {
  const limits = setpointsOf(instruction).flatMap(({ limitKw }) =>
    limitKw === undefined ? [] : [limitKw * 1_000],
  );
  return limits.length > 0 ? Math.min(...limits) : null;
}

/** A setpoint as far as the page shows it; docs/dispatch.md has all of it. */
export interface ShownSetpoint {
  readonly type: string;
  readonly values: readonly unknown[];
  readonly units?: string | null | undefined;
  readonly limitKw?: number;
  readonly exportLimitKw?: number;
  readonly clampedFrom?: number;
  readonly reason?: string;
}

/** The setpoints of an instruction; what is none is left out. */
export function setpointsOf(instruction: Readonly<Record<string, unknown>>): ShownSetpoint[] {
  const { setpoints } = instruction;
  if (!Array.isArray(setpoints)) return [];
  return setpoints.filter(
    (one): one is ShownSetpoint => typeof one?.type === 'string' && Array.isArray(one.values),
  );
}

/** What a setpoint asks, in words: `IMPORT_CAPACITY_LIMIT 20 KW: takes at most 3.5 kW (its part of the limit of its site)`. */
export function setpointWords({
  type,
  values,
  units,
  limitKw,
  exportLimitKw,
  clampedFrom,
  reason,
}: ShownSetpoint) {
  const follows = [
    limitKw !== undefined && `takes at most ${power(limitKw * 1_000)}`,
    exportLimitKw !== undefined && `feeds in at most ${power(exportLimitKw * 1_000)}`,
    clampedFrom !== undefined && `asked was ${clampedFrom}${units ? ` ${units}` : ''}`,
  ].filter((words) => words !== false);
  return `${valuesWords({ type, values, units })}${follows.length > 0 ? `: ${follows.join(', ')}` : ''}${reason ? ` (${reason})` : ''}`;
}

/** What is asked: `IMPORT_CAPACITY_LIMIT 20 KW`. */
export function valuesWords({
  type,
  values,
  units,
}: Pick<ShownSetpoint, 'type' | 'values' | 'units'>): string {
  return `${type} ${values.map(valueText).join(', ')}${units ? ` ${units}` : ''}`;
}

function valueText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
