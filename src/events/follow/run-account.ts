import { VenfleetError } from '../../core/errors.ts';
import type { Resumed } from '../dispatch/resume-open.ts';
import type { HandOverNews } from '../dispatch/sink-queue.ts';

/** Instructions of one run, all sinks together. `workedOut` + `takenUp` = handed + late + missed + replaced + open. */
export interface RunCounts {
  /** Instructions that were noted, to be handed over. */
  readonly workedOut: number;
  /** Those that earlier runs had noted and not brought to an end. */
  readonly takenUp: number;
  readonly handed: number;
  readonly late: number;
  readonly missed: number;
  readonly replaced: number;
  /** Noted, and not brought to an end: the next run goes on with them. */
  readonly open: number;
}

/** Counts what becomes of each instruction of a run. */
export interface RunAccount {
  workedOut(instructions: number): void;
  /** Returns how many these were. */
  takenUp(resumed: Resumed): number;
  ended(news: Pick<HandOverNews, 'end' | 'dispatches'>): void;
  /** `open`: what the queues have. */
  counts(open: number): RunCounts;
}

export function createRunAccount(): RunAccount {
  const given = { workedOut: 0, takenUp: 0 };
  const ends = { handed: 0, late: 0, missed: 0, replaced: 0 };
  return {
    workedOut(instructions) {
      given.workedOut += instructions;
    },
    takenUp({ arrived, resumed, missed, replaced }) {
      const sum = arrived + resumed + missed + replaced;
      given.takenUp += sum;
      ends.handed += arrived;
      ends.missed += missed;
      ends.replaced += replaced;
      return sum;
    },
    ended({ end, dispatches }) {
      ends[end] += dispatches.length;
    },
    counts: (open) => ({ ...given, ...ends, open }),
  };
}

/** Why the counts do not add up, no sentence; undefined: they do. */
export function unaccounted(counts: RunCounts): string | undefined {
  const { workedOut, takenUp, handed, late, missed, replaced, open } = counts;
  if (workedOut + takenUp === handed + late + missed + replaced + open) return undefined;
  return (
    `${workedOut} worked out and ${takenUp} taken up, but ${handed} handed over in time, ${late} late, ${missed} missed, ` +
    `${replaced} replaced and ${open} open`
  );
}

/** Makes sure that no instruction was left out silently. Throws INSTRUCTIONS_UNACCOUNTED. */
export function assertRunAccounted(counts: RunCounts): void {
  const problem = unaccounted(counts);
  if (problem !== undefined) throw new VenfleetError('INSTRUCTIONS_UNACCOUNTED', { problem });
}
