import type { Points } from '../points/tally.ts';
import { createUtcReader } from '../points/utc-time.ts';
import type { FieldProblem } from './problems.ts';

/** Of a body in which everything is wrong, so many problems are told. */
const mostProblems = 100;

const fields = ['interval_start', 'interval_end', 'value', 'quality_code'] as const;
const qualityCodes: readonly unknown[] = ['GOOD', 'ESTIMATED'];

/** Reads the body of a bulk request, a list of points in W; or says what is wrong with it. */
export function readBulk(body: unknown): { points: Points } | { problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const say = (loc: readonly (string | number)[], msg: string) => {
    if (problems.length < mostProblems) problems.push({ loc: ['body', ...loc], msg });
  };
  const points = { starts: [] as number[], ends: [] as number[], values: [] as number[] };
  if (!Array.isArray(body)) say([], 'Input should be a valid list');
  else if (body.length === 0) say([], 'List should have at least 1 item');
  else {
    const readTime = createUtcReader();
    for (let n = 0; n < body.length; n += 1)
      readPoint(body[n], points, readTime, (loc, msg) => say([n, ...loc], msg));
  }
  return problems.length > 0 ? { problems } : { points };
}

function readPoint(
  point: unknown,
  { starts, ends, values }: Record<keyof Points, number[]>,
  readTime: (text: unknown) => number | undefined,
  say: (loc: readonly string[], msg: string) => void,
): void {
  if (typeof point !== 'object' || point === null || Array.isArray(point)) {
    say([], 'Input should be a valid object');
    return;
  }
  const { interval_start, interval_end, value, quality_code } = point as Record<string, unknown>;
  for (const name in point) {
    if (!(fields as readonly string[]).includes(name)) say([name], 'Extra inputs are not permitted');
  }
  const start = readTime(interval_start);
  const end = readTime(interval_end);
  if (start === undefined) say(['interval_start'], timeProblem(interval_start));
  if (end === undefined) say(['interval_end'], timeProblem(interval_end));
  else if (start !== undefined && end <= start) say(['interval_end'], 'Should be later than interval_start');
  if (!Number.isFinite(value)) say(['value'], 'Input should be a finite number');
  if (!qualityCodes.includes(quality_code)) say(['quality_code'], "Input should be 'GOOD' or 'ESTIMATED'");
  starts.push(start ?? 0);
  ends.push(end ?? 0);
  values.push(value as number);
}

function timeProblem(value: unknown): string {
  return value === undefined
    ? 'Field required'
    : 'Input should be a time in UTC, such as 2025-01-15T08:00:00Z';
}
