import type { SimulatorSwitches } from '../../machine/switches.ts';
import { type BodyMemo, createBodyMemo } from '../../points/body-memo.ts';
import type { Points } from '../../points/tally.ts';
import { refuse } from '../problem.ts';
import { invalid } from '../readers.ts';
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
  const memo: BodyMemo<Told> = createBodyMemo();
  const written = ({ told, period, sent }: ReportIntervals): Buffer | undefined => {
    if (!sent) return texts.read(told.text);
    if (told.isAsSent) return sent;
    return texts.read(told.text) ?? Buffer.from(readIntervals(sent, period, '').rewritten as string);
  };
  return {
    read(value, period, at) {
      if (!Array.isArray(value) && !Buffer.isBuffer(value)) return invalid(at, 'expected a sequence');
      const sent = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
      const told = memo.of(sent, `${period?.start} ${period?.duration}`, () => {
        const { counts, rewritten } = readIntervals(sent, period, at);
        return { counts, isAsSent: rewritten === undefined, text: emptyText() };
      });
      return new ReportIntervals(told, period, sent);
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
