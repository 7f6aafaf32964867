import type { Points } from '../points/tally.ts';
import { createUtcReader } from '../points/utc-time.ts';
import type { FieldProblem } from './problems.ts';

/** One reading of one resource, as `POST /reports` takes it. */
export interface SingleReport {
  readonly venId: string;
  readonly resourceId: string;
  /** The two types. */
  readonly kind: string;
  readonly points: Points;
}

const texts = ['report_name', 'ven_id', 'resource_id', 'client_name'] as const;
const types = {
  report_type: ['usage', 'demand', 'baseline', 'deviation'],
  reading_type: ['energy', 'power', 'state_of_charge', 'voltage', 'frequency'],
};
const optional = ['load_component', 'program_id'] as const;
const fields = new Set<string>([
  ...texts,
  ...Object.keys(types),
  ...optional,
  ...['start', 'duration', 'intervals', 'resources'],
]);

type Say = (loc: readonly (string | number)[], msg: string) => void;
type Json = Readonly<Record<string, unknown>>;

/** Reads the body of `POST /reports`; or says what is wrong with it. */
export function readSingleReport(body: unknown): SingleReport | { problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const say: Say = (loc, msg) => problems.push({ loc: ['body', ...loc], msg });
  if (!isObject(body)) {
    say([], 'Input should be a valid object');
    return { problems };
  }
  for (const name of Object.keys(body)) if (!fields.has(name)) say([name], 'Extra inputs are not permitted');
  for (const name of texts) if (!isText(body[name])) say([name], 'Input should be a non-empty string');
  for (const name of optional) {
    if (body[name] !== undefined && !isText(body[name])) say([name], 'Input should be a non-empty string');
  }
  for (const [name, known] of Object.entries(types)) {
    if (!known.includes(body[name] as string)) say([name], `Input should be one of ${known.join(', ')}`);
  }
  const start = createUtcReader()(body.start);
  if (start === undefined) say(['start'], 'Input should be a time in UTC, such as 2025-01-15T08:00:00Z');
  const duration = durationMs(body.duration);
  if (duration === undefined) say(['duration'], 'Input should be an ISO 8601 duration of days or less');
  checkResources(body.resources, say);
  const values = readIntervals(body.intervals, say);
  if (problems.length > 0) return { problems };
  const points = pointsOf(start as number, duration as number, values);
  return {
    venId: body.ven_id as string,
    resourceId: body.resource_id as string,
    kind: `${body.report_type} ${body.reading_type}`,
    points,
  };
}

/** Intervals follow each other; of a moment (`PT0S`) there is but one. */
function pointsOf(start: number, duration: number, values: readonly number[]): Points {
  const starts = values.map((_, n) => start + n * duration);
  return { starts, ends: starts.map((one) => one + duration), values };
}

function checkResources(value: unknown, say: Say): void {
  const isOne = Array.isArray(value) && value.length === 1 && isObject(value[0]);
  if (!isOne || !isText((value[0] as Json).resource_name)) {
    say(['resources'], 'Input should be a list of one resource_name');
  }
}

/** The values of the intervals, of which each has one. */
function readIntervals(value: unknown, say: Say): number[] {
  if (!Array.isArray(value) || value.length === 0) {
    say(['intervals'], 'Input should be a list of at least 1 item');
    return [];
  }
  return value.map((interval: unknown, n) => {
    const { id, payloads } = isObject(interval) ? interval : {};
    if (!Number.isInteger(id)) say(['intervals', n, 'id'], 'Input should be a valid integer');
    const [payload, ...more] = Array.isArray(payloads) ? (payloads as unknown[]) : [];
    const { type, values } = isObject(payload) ? payload : {};
    const [one, ...others] = Array.isArray(values) ? (values as unknown[]) : [];
    if (!isText(type) || !Number.isFinite(one) || more.length > 0 || others.length > 0) {
      say(['intervals', n, 'payloads'], 'Input should be a list of one payload of one finite number');
    }
    return one as number;
  });
}

/** Milliseconds of `P1D`, `PT1H`, `PT15M`, `PT0S` …; undefined for what is none, and for months and years. */
function durationMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/.test(value))
    return undefined;
  const [days, hours, minutes, seconds] = ['D', 'H', 'M', 'S'].map((unit) =>
    Number(new RegExp(`(\\d+)${unit}`).exec(value)?.[1] ?? 0),
  ) as [number, number, number, number];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
