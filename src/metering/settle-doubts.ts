import { defaultGraceMs } from '../core/retry.ts';
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
  /** Told the VENs whose reports are in doubt, before any is looked for. */
  concerns(venName: string): void;
}

/** What became of reports that earlier jobs may have sent: those found are reported, the others are to be sent again. */
export type SettledDoubts = ReportSummary['inDoubt'] & {
  /** Loads whose reports cannot be looked for, by load id, and why: those stay in doubt. */
  readonly unsettled: ReadonlyMap<string, string>;
};

export const noDoubts: SettledDoubts = { found: 0, sentAgain: 0, believed: 0, unsettled: new Map() };

/**
 * Settles what earlier jobs left in doubt, since they died: looks for it where the VTN can be asked, and else does as
 * `onDoubt` says. A VEN whose reports the VTN does not list stops no other. Throws REPORTS_IN_DOUBT.
 */
export async function settleDoubts({
  store,
  profile,
  sender,
  onDoubt,
  concerns,
}: DoubtsRequest): Promise<SettledDoubts> {
  const { kind, lookUp } = profile;
  const notes = await store.reportsInDoubt(kind);
  const counts = { ...noDoubts };
  if (notes.length === 0) return counts;
  for (const { venName } of notes) concerns(venName);
  if (!lookUp) {
    if (onDoubt === 'stop') throw inDoubt(notes.length, 'an earlier run ended while it waited for them');
    const isBelieved = onDoubt === 'skip';
    await forget(store, notes, isBelieved ? notes : [], kind);
    return { ...counts, [isBelieved ? 'believed' : 'sentAgain']: notes.length };
  }
  const { retry, clock } = sender.link;
  const unsettled = new Map<string, string>();
  let left = notes;
  for (const waitMs of [0, retry.graceMs ?? defaultGraceMs]) {
    if (left.length === 0) break;
    if (waitMs > 0) await clock.sleep(waitMs, sender.signal);
    const looked = await lookFor(left, lookUp, sender);
    if (!looked || sender.signal.aborted) return { ...counts, unsettled };
    await forget(store, looked.there, looked.there, kind);
    counts.found += looked.there.length;
    left = looked.missing;
    for (const { note, reason } of looked.untold) {
      for (const { loadId } of note.loads) unsettled.set(loadId, reason);
    }
  }
  await forget(store, left, [], kind);
  return { ...counts, sentAgain: left.length, unsettled };
}

/** Of reports: which the VTN lists, which not, and of which it does not tell. */
interface LookedFor {
  readonly there: ReportNote[];
  readonly missing: ReportNote[];
  readonly untold: { readonly note: ReportNote; readonly reason: string }[];
}

/** Undefined where the job was aborted. One that is there with other readings than were sent counts as missing: it is replaced. */
async function lookFor(
  notes: readonly ReportNote[],
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<LookedFor | undefined> {
  const looked: LookedFor = { there: [], missing: [], untold: [] };
  for (const [venName, ofVen] of Map.groupBy(notes, (note) => note.venName)) {
    const names = new Set(ofVen.map(({ reportName }) => reportName ?? ''));
    const found = await findReports(venName, names, lookUp, sender);
    if (found.at === 'stopped') return undefined;
    for (const note of ofVen) {
      if (found.at === 'failed') {
        const reason = `an earlier run may have reported it, and the reports of its VEN cannot be listed: ${found.reason}`;
        looked.untold.push({ note, reason });
      } else if (found.value.get(note.reportName ?? '')?.points === pointsOfNote(note))
        looked.there.push(note);
      else looked.missing.push(note);
    }
  }
  return looked;
}

const pointsOfNote = ({ loads }: ReportNote) => loads.reduce((sum, { points }) => sum + points, 0);

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
