import { type Chunk, chunkOf, type Points } from '../../points/tally.ts';
import { parseJson } from '../json-body.ts';
import { interval } from '../object-fields.ts';
import { invalid, isObject, isShort } from '../readers.ts';
import { intervalTimes, type Period } from './interval-times.ts';

/** A list of intervals, checked and counted. */
export interface ReadIntervals {
  /** The numbers that it tells, by the type of their payloads. What has no time is not counted. */
  readonly counts: readonly { readonly kind: string; readonly chunk: Chunk }[];
  /** As the VTN writes it; undefined: as it was sent. */
  readonly rewritten: string | undefined;
}

/** Reads the JSON of a list of intervals, whose times may follow from `period`; 400 where it is wrong. */
export function readIntervals(json: Buffer, period: Period | undefined, at: string): ReadIntervals {
  const { list, isAsSent } = checked(json, at);
  const counts = [...pointsOf(list, period)].map(([kind, points]) => ({ kind, chunk: chunkOf(points) }));
  return { counts, rewritten: isAsSent ? undefined : JSON.stringify(list) };
}

/** The points of one type of a list that was read before. */
export function pointsOfKind(json: Buffer, period: Period | undefined, kind: string): Points {
  return pointsOf(checked(json, '').list, period).get(kind) ?? { starts: [], ends: [], values: [] };
}

interface Interval {
  readonly id: number;
  readonly intervalPeriod?: Period;
  readonly payloads: readonly { readonly type: string; readonly values: readonly unknown[] }[];
}

function checked(json: Buffer, at: string): { list: readonly Interval[]; isAsSent: boolean } {
  const list = parseJson(json.toString());
  if (!Array.isArray(list)) return invalid(at, 'expected a sequence');
  let isAsSent = true;
  for (let n = 0; n < list.length; n += 1) {
    if (isPlain(list[n])) continue;
    list[n] = interval(0)(list[n], `${at}[${n}]`);
    isAsSent = false;
  }
  return { list, isAsSent };
}

/**
 * Whether there is nothing but an id and payloads of numbers: then it is right, and the VTN keeps it as it is. The
 * readers, which find out what is wrong and rewrite what is not, are some ten times slower.
 */
function isPlain(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value.payloads)) return false;
  for (const field in value) if (field !== 'id' && field !== 'payloads') return false;
  return isInteger(value.id) && value.payloads.every(isPlainPayload);
}

function isPlainPayload(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value.values)) return false;
  for (const field in value) if (field !== 'type' && field !== 'values') return false;
  const { type } = value;
  if (typeof type !== 'string' || type === '' || !isShort(type) || type.includes('\0')) return false;
  return value.values.every(Number.isFinite);
}

function isInteger(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
}

function pointsOf(
  list: readonly Interval[],
  period: Period | undefined,
): Map<string, Record<keyof Points, number[]>> {
  const times = intervalTimes(period);
  const byKind = new Map<string, Record<keyof Points, number[]>>();
  for (const { intervalPeriod, payloads } of list) {
    const time = times.next(intervalPeriod);
    if (!time) continue;
    for (const { type, values } of payloads) {
      const points = byKind.get(type) ?? { starts: [], ends: [], values: [] };
      byKind.set(type, points);
      // Several values share their interval equally.
      const share = (time.end - time.start) / values.length;
      for (let n = 0; n < values.length; n += 1) {
        const value = values[n];
        if (typeof value !== 'number') continue;
        points.starts.push(time.start + n * share);
        points.ends.push(time.start + (n + 1) * share);
        points.values.push(value);
      }
    }
  }
  for (const [kind, { values }] of byKind) if (values.length === 0) byKind.delete(kind);
  return byKind;
}
