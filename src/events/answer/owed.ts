import type { EventNote } from '../../store/event-store.ts';
import type { Asking } from './askings.ts';

/** Which reports of one asking have ended, by number. */
export interface Ends {
  add(sequence: number): void;
  has(sequence: number): boolean;
  /** All before this one have. */
  below(): number;
}

/** All before `first` have ended, and these. */
export function createEnds(first: number, ended: Iterable<number>): Ends {
  let below = first;
  const beyond = new Set<number>();
  const add = (sequence: number) => {
    if (sequence < below) return;
    beyond.add(sequence);
    while (beyond.delete(below)) below++;
  };
  for (const sequence of ended) add(sequence);
  return { add, has: (sequence) => sequence < below || beyond.has(sequence), below: () => below };
}

/** Of an event's log so many are read: what is older has ended. */
export const mostNotes = 20_000;

/** The words in an event's log for reports that ended: a single one, and several that were not sent. */
export const reported = 'reported';
export const notReported = 'reports-not-sent';

/** Which reports of an asking have ended, as the event's log has it: at most the latest `mostNotes`. */
export function endsOf({ stored, descriptor, first }: Asking, notes: readonly EventNote[]): Ends {
  const own = notes.filter(
    ({ version, detail }) => version === stored.version && detail.descriptor === descriptor,
  );
  const ended = own.flatMap(({ what, detail: { report, from, until } }) => {
    if (what === reported && typeof report === 'number') return [report];
    if (what !== notReported || typeof from !== 'number' || typeof until !== 'number') return [];
    return Array.from({ length: until - from }, (_, n) => from + n);
  });
  const least = ended.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  const isCut = notes.length === mostNotes && least !== Number.POSITIVE_INFINITY;
  return createEnds(isCut ? Math.max(first, least) : first, ended);
}

/** A report that is due and has not ended. */
export interface OwedReport {
  readonly sequence: number;
  readonly dueMs: number;
}

/** What of an asking is owed at a time, in order, and when the next one is due; undefined: no more will be. */
export function owedAt(
  { schedule }: Asking,
  ends: Ends,
  nowMs: number,
): { readonly owed: readonly OwedReport[]; readonly nextMs: number | undefined } {
  const owed: OwedReport[] = [];
  for (let sequence = ends.below(); ; sequence++) {
    const report = schedule.reportAt(sequence);
    // What begins only after the end of all time is never due.
    if (!report || report.dueMs === Number.POSITIVE_INFINITY) return { owed, nextMs: undefined };
    if (report.dueMs > nowMs) return { owed, nextMs: report.dueMs };
    if (!ends.has(sequence)) owed.push({ sequence, dueMs: report.dueMs });
  }
}
