import { ahead, flattened } from '../core/async-iterables.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import { noteOf, type PlannedReport } from './planned-report.ts';

/** Loads whose reports are written down at once before they are sent: for fewer, the disk would be waited for more often. */
const loadsNotedAtOnce = 500;
/** So many times that are written down before their turn, at most. */
const mostAhead = 2;

/**
 * What is written down of reports before they are sent, so that a crash leaves a trace of each. The note of a report goes
 * when its result is stored; this keeps account of those that were noted, and then not sent after all.
 */
export interface ReportNotes {
  note(reports: readonly PlannedReport[]): Promise<void>;
  /** This one is sent now: its note goes with its result. */
  begun(report: PlannedReport): void;
  /** This one was not sent after all. */
  dropped(report: PlannedReport): void;
  /** This one was refused for its size, and is told in these: it must not be in doubt should the job die now. */
  replaced(report: PlannedReport, by: readonly PlannedReport[]): Promise<void>;
  /** Takes back the notes of those that nobody ever sent. */
  forgetUnsent(): Promise<void>;
}

export function createReportNotes(
  store: Pick<ReportingStore, 'noteReports' | 'recordReports'>,
  kind: string,
): ReportNotes {
  const unsent = new Set<string>();
  const note = async (reports: readonly PlannedReport[]) => {
    if (reports.length === 0) return;
    await store.noteReports(reports.map((report) => noteOf(report, kind)));
    for (const { key } of reports) unsent.add(key);
  };
  return {
    note,
    begun: ({ key }) => void unsent.delete(key),
    dropped: ({ key }) => void unsent.add(key),
    async replaced({ key }, by) {
      await note(by);
      await store.recordReports([key], [], []);
    },
    async forgetUnsent() {
      if (unsent.size > 0) await store.recordReports([...unsent], [], []);
      unsent.clear();
    },
  };
}

/** Hands reports on, one by one, when it is written down that they are about to be sent. */
export function notedReports(
  pages: AsyncIterable<readonly PlannedReport[]>,
  notes: ReportNotes,
): AsyncIterable<PlannedReport> {
  return flattened(ahead(noted(pages, notes), mostAhead));
}

async function* noted(
  pages: AsyncIterable<readonly PlannedReport[]>,
  notes: ReportNotes,
): AsyncGenerator<PlannedReport[]> {
  let group: PlannedReport[] = [];
  let loads = 0;
  const written = async () => {
    const these = group;
    [group, loads] = [[], 0];
    await notes.note(these);
    return these;
  };
  for await (const page of pages) {
    for (const report of page) {
      group.push(report);
      loads += report.parts.length;
      if (loads >= loadsNotedAtOnce) yield await written();
    }
  }
  if (group.length > 0) yield await written();
}
