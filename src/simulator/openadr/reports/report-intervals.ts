import type { SimulatorSwitches } from '../../machine/switches.ts';
import { createResultMemo, hashOf } from '../../points/result-memo.ts';
import type { Points } from '../../points/tally.ts';
import { refuse } from '../problem.ts';
import { invalid, isObject } from '../readers.ts';
import type { CutList } from './cut-intervals.ts';
import type { Period } from './interval-times.ts';
import { createKeptTexts, emptyText, type KeptText } from './kept-texts.ts';
import { pointsOfKind, type ReadIntervals, readIntervals } from './read-intervals.ts';

/** What is known of a list of intervals, and shared by all reports that have the same. */
interface Told {
  readonly counts: ReadIntervals['counts'];
  readonly isAsSent: boolean;
  readonly text: KeptText;
}

/** The intervals of one resource in one report. */
export class ReportIntervals {
  readonly told: Told;
  readonly period: Period | undefined;
  /** As they were sent, until they are written for the first time: in the answer. */
  sent: Buffer | undefined;

  constructor(told: Told, period: Period | undefined, sent: Buffer) {
    this.told = told;
    this.period = period;
    this.sent = sent;
  }
}

/** Reads lists of intervals, and keeps their texts. */
export interface IntervalsKeeper {
  /** Whether a list with this hash was read before. */
  isKnown(hash: string): boolean;
  /** Checks a list (or what was sent in its place), whose times may follow from `period`; 400 where it is wrong. */
  read(value: unknown, period: Period | undefined, at: string): ReportIntervals;
  hold(intervals: ReportIntervals): void;
  release(intervals: ReportIntervals): void;
  /** The list as the VTN writes it; 500 where it is not kept any more. */
  write(intervals: ReportIntervals): string;
  /** All points of one kind, as far as they are kept. */
  points(intervals: ReportIntervals, kind: string): Points | undefined;
}

export function createIntervalsKeeper(switches: SimulatorSwitches): IntervalsKeeper {
  const texts = createKeptTexts(switches);
  const read = createResultMemo<true>();
  const memo = createResultMemo<Told>();
  const written = ({ told, period, sent }: ReportIntervals): Buffer | undefined => {
    if (!sent) return texts.read(told.text);
    if (told.isAsSent) return sent;
    return texts.read(told.text) ?? Buffer.from(readIntervals(sent, period, '').rewritten as string);
  };
  return {
    isKnown: read.has,
    read(value, period, at) {
      const { json, hash } = isCut(value) ? value : cutOut(value, at);
      const told = memo.of(`${hash} ${period?.start} ${period?.duration}`, () => {
        const { counts, rewritten } = readIntervals(json, period, at);
        return { counts, isAsSent: rewritten === undefined, text: emptyText() };
      });
      read.of(hash, () => true);
      return new ReportIntervals(told, period, json);
    },
    hold: (intervals) => texts.hold(intervals.told.text, () => written(intervals) as Buffer),
    release: ({ told }) => texts.release(told.text),
    write(intervals) {
      const text = written(intervals);
      intervals.sent = undefined;
      return (
        text?.toString() ??
        refuse(500, 'simulator: the intervals of this report are not kept, see keepReportsMb')
      );
    },
    points({ told, period }, kind) {
      const text = texts.read(told.text);
      return text && pointsOfKind(text, period, kind);
    },
  };
}

function isCut(value: unknown): value is CutList {
  return isObject(value) && Buffer.isBuffer(value.json);
}

function cutOut(value: unknown, at: string): CutList {
  if (!Array.isArray(value)) return invalid(at, 'expected a sequence');
  const json = Buffer.from(JSON.stringify(value));
  return { json, hash: hashOf(json) };
}
