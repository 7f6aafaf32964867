import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../core/clock.ts';
import { describeError, VenfleetError } from '../../../core/errors.ts';
import type { SeriesKey } from '../../../fleet/readings.ts';
import { type RawReadings, unitProblem } from '../../sound-readings.ts';
import { type Hdf5, loadHdf5 } from '../hdf5.ts';
import { openHdf5File } from '../hdf5-file.ts';
import { findPower, type PowerDataset, readRows } from '../power-dataset.ts';
import { freshReadings, type KnownSeries, knownFrom, type NewReadings } from './fresh-readings.ts';

export interface FollowMeterFileOptions {
  /** See `FollowReadingsOptions`. */
  readonly keys: () => Promise<readonly SeriesKey[]>;
  /** Readings of a series that begin before this when it is looked at first are not new. */
  readonly fromMs: () => number;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProblem?: ((problem: string, key: SeriesKey | undefined) => void) | undefined;
}

/** A series of the file, and how far it was read. */
interface Followed {
  readonly key: SeriesKey;
  /** Rows that were dealt with. */
  rows: number;
  known: KnownSeries;
  problem: string | undefined;
}

/**
 * New readings of a meter file that grows, or whose rows lie in the future: looks at it again whenever it has changed, and
 * when the next row's time has come. Between two looks the file is closed. Throws METER_FILE only at the first look: later, the
 * file may be in the middle of being written.
 */
export async function* followMeterFile(
  path: string,
  { keys, fromMs, clock, pollMs, signal, onProblem }: FollowMeterFileOptions,
): AsyncGenerator<NewReadings> {
  const hdf5 = await loadHdf5();
  let wanted: readonly SeriesKey[] = [];
  let series: readonly Followed[] = [];
  let seen: FileState | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  let problem: string | undefined;
  for (let isFirst = true; !signal?.aborted; isFirst = false) {
    try {
      const state = await stateOf(path);
      const asked = await keys();
      if (!seen || hasChanged(state, seen) || clock.now() >= dueMs || asked !== wanted) {
        if (asked !== wanted) series = followed(asked, series, fromMs());
        wanted = asked;
        // Another file in its place: its rows are counted from the first on.
        if (state?.inode !== seen?.inode) for (const one of series) one.rows = 0;
        const look = await lookAt(hdf5, path, series, clock.now(), onProblem);
        seen = state;
        dueMs = look.dueMs;
        problem = undefined;
        yield* look.found;
      }
    } catch (error) {
      if (isFirst || !(error instanceof VenfleetError)) throw error;
      const description = describeError(error);
      if (description !== problem) onProblem?.(description, undefined);
      problem = description;
    }
    await clock.sleep(pollMs, signal);
  }
}

/** These series: those that were followed before go on from where they are. */
function followed(keys: readonly SeriesKey[], before: readonly Followed[], fromMs: number): Followed[] {
  const idOf = ({ meterId, component }: SeriesKey) => JSON.stringify([meterId, component]);
  const known = new Map(before.map((one) => [idOf(one.key), one]));
  return keys.map(
    (key) => known.get(idOf(key)) ?? { key, rows: 0, known: knownFrom(fromMs), problem: undefined },
  );
}

/** What of a file changes when it is written; undefined: it is not there. */
type FileState = { readonly inode: bigint; readonly size: bigint; readonly changedNs: bigint };

async function stateOf(path: string): Promise<FileState | undefined> {
  // Opening it tells what is wrong with it.
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && { inode: found.ino, size: found.size, changedNs: found.mtimeNs };
}

function hasChanged(now: FileState | undefined, seen: FileState): boolean {
  return now?.inode !== seen.inode || now.size !== seen.size || now.changedNs !== seen.changedNs;
}

interface Look {
  readonly found: readonly NewReadings[];
  /** When the next row's time comes that is in the file already. */
  readonly dueMs: number;
}

async function lookAt(
  hdf5: Hdf5,
  path: string,
  series: readonly Followed[],
  nowMs: number,
  onProblem: FollowMeterFileOptions['onProblem'],
): Promise<Look> {
  const file = await openHdf5File(hdf5, path);
  const found: NewReadings[] = [];
  let dueMs = Number.POSITIVE_INFINITY;
  let before: readonly number[] = [];
  try {
    for (const one of series) {
      const next = await nextOf(hdf5, file, one, nowMs);
      const problem = 'problem' in next ? next.problem : undefined;
      if (problem !== undefined && problem !== one.problem) onProblem?.(problem, one.key);
      one.problem = problem;
      if ('problem' in next) continue;
      // Nearly all series have the same times: one list for all of them.
      if (isDeepStrictEqual(one.known.recentMs, before)) one.known = { ...one.known, recentMs: before };
      before = one.known.recentMs;
      dueMs = Math.min(dueMs, next.dueMs);
      if (next.found) found.push({ key: one.key, ...next.found });
    }
  } finally {
    hdf5.h5.close_file(file);
  }
  return { found, dueMs };
}

type Next = { readonly found: Omit<NewReadings, 'key'> | undefined; readonly dueMs: number };

async function nextOf(
  hdf5: Hdf5,
  file: bigint,
  one: Followed,
  nowMs: number,
): Promise<Next | { readonly problem: string }> {
  const power = findPower(hdf5, file, one.key);
  if ('problem' in power) return power;
  if (power.rows < one.rows) one.rows = 0;
  const isFirst = one.rows === 0;
  const raw = await rowsFrom(hdf5, file, power, one.rows);
  if ('problem' in raw) return raw;
  const { begun, dueMs } = begunOf(raw, nowMs);
  const rows = begun.seconds.length;
  if (rows === 0) return { found: undefined, dueMs };
  const next = freshReadings(begun, one.known, nowMs);
  if ('problem' in next) return next;
  one.rows += rows;
  one.known = next.known;
  const { fresh } = next;
  // Of a file that is new to us, what is not new is no news.
  return { found: isFirst && fresh.readings.startsMs.length === 0 ? undefined : fresh, dueMs };
}

async function rowsFrom(hdf5: Hdf5, file: bigint, power: PowerDataset, from: number) {
  const none = { seconds: new Float64Array(), watts: new Float64Array() };
  const raw = power.rows === from ? none : await readRows(hdf5, file, power, from);
  if ('problem' in raw) return raw;
  const problem = unitProblem(raw.seconds);
  return problem ? { problem } : raw;
}

/** The rows up to the last one whose time has come. Those behind it wait; where they are nonsense, others will follow them. */
function begunOf({ seconds, watts }: RawReadings, nowMs: number): { begun: RawReadings; dueMs: number } {
  let rows = seconds.length;
  let dueMs = Number.POSITIVE_INFINITY;
  for (; rows > 0; rows--) {
    const ms = Math.round((seconds[rows - 1] as number) * 1000);
    if (!(ms > nowMs)) break;
    dueMs = Math.min(dueMs, ms);
  }
  return { begun: { seconds: seconds.slice(0, rows), watts: watts.slice(0, rows) }, dueMs };
}
