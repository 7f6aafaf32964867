import { VenfleetError } from '../core/errors.ts';
import type { Sender } from '../delivery/sender.ts';
import type { MeteringProfile, ReportLookUp } from '../profiles/metering-profile.ts';
import type { ReportingStore, ReportNote } from '../store/reporting-store.ts';
import type { DoubtChoice } from './doubt-choices.ts';
import { findReports } from './find-reports.ts';
import type { ReportSummary } from './report-events.ts';
import { inDoubt } from './settle-report.ts';

export interface DoubtsRequest {
  readonly store: Pick<ReportingStore, 'reportsInDoubt' | 'recordReports'>;
  readonly profile: Pick<MeteringProfile, 'kind' | 'lookUp'>;
  readonly sender: Sender;
  readonly onDoubt: DoubtChoice;
}

/** What became of reports that earlier jobs may have sent: those found are reported, the others are to be sent again. */
export type SettledDoubts = ReportSummary['inDoubt'];

export const noDoubts: SettledDoubts = { found: 0, sentAgain: 0, believed: 0 };

/**
 * Settles what earlier jobs left in doubt, since they died: looks for it where the VTN can be asked, and else does as
 * `onDoubt` says. Throws REPORTS_IN_DOUBT, and VTN_NO_LISTING where the VTN does not tell.
 */
export async function settleDoubts({
  store,
  profile,
  sender,
  onDoubt,
}: DoubtsRequest): Promise<SettledDoubts> {
  const { kind, lookUp } = profile;
  const notes = await store.reportsInDoubt(kind);
  const counts = { ...noDoubts };
  if (notes.length === 0) return counts;
  if (!lookUp) {
    if (onDoubt === 'stop') throw inDoubt(notes.length, 'an earlier run ended while it waited for them');
    const isBelieved = onDoubt === 'skip';
    await forget(store, notes, isBelieved ? notes : [], kind);
    return { ...counts, [isBelieved ? 'believed' : 'sentAgain']: notes.length };
  }
  const { retry, clock } = sender.link;
  let left = notes;
  for (const waitMs of [0, retry.graceMs ?? 0]) {
    if (left.length === 0) break;
    if (waitMs > 0) await clock.sleep(waitMs, sender.signal);
    const there = await notesThatAreThere(left, lookUp, sender);
    if (!there || sender.signal.aborted) return counts;
    await forget(store, there, there, kind);
    counts.found += there.length;
    const settled = new Set(there);
    left = left.filter((note) => !settled.has(note));
  }
  await forget(store, left, [], kind);
  return { ...counts, sentAgain: left.length };
}

/** Those of the reports that the VTN lists; undefined where the job was aborted. */
async function notesThatAreThere(
  notes: readonly ReportNote[],
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<ReportNote[] | undefined> {
  const there: ReportNote[] = [];
  for (const [venName, ofVen] of Map.groupBy(notes, (note) => note.venName)) {
    const names = new Set(ofVen.map(({ reportName }) => reportName ?? ''));
    const found = await findReports(venName, names, lookUp, sender);
    if (found.at === 'stopped') return undefined;
    if (found.at === 'failed') {
      const problem = `the reports of VEN "${venName}": ${found.reason}`;
      throw new VenfleetError('VTN_NO_LISTING', { url: sender.transport.url, problem });
    }
    there.push(...ofVen.filter(({ reportName }) => found.value.has(reportName ?? '')));
  }
  return there;
}

/** These are noted no more; those of them that are `done` count as reported. */
async function forget(
  store: Pick<ReportingStore, 'recordReports'>,
  notes: readonly ReportNote[],
  done: readonly ReportNote[],
  kind: string,
): Promise<void> {
  const spans = done.flatMap(({ fromMs, untilMs, loads }) =>
    loads.map((load) => ({ ...load, kind, fromMs, untilMs })),
  );
  await store.recordReports(
    notes.map(({ key }) => key),
    spans,
    [],
  );
}
