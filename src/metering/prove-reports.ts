import { VenfleetError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { isSameName } from '../core/same-name.ts';
import { sendUntilAnswered } from '../delivery/send-until-answered.ts';
import type { Sender } from '../delivery/sender.ts';
import type { ReportLookUp } from '../profiles/metering-profile.ts';
import type { ReportingStore, ReportNote } from '../store/reporting-store.ts';
import { findReport } from './find-reports.ts';
import { noteOf } from './planned-report.ts';
import type { ReportResult } from './report-results.ts';

/** Reports of a job that are looked at when it is over, at most: each may have 2 MB. */
const mostLookedAt = 5;

/** A report that a VTN took in this job, under this id. */
interface ToldReport {
  readonly note: ReportNote;
  readonly id: string;
}

/** A few of the reports of a job, each of them as likely as any other. */
export interface ToldSample {
  add(results: readonly ReportResult[]): void;
  readonly reports: readonly ToldReport[];
}

/** Keeps a sample of what the VTN was told (reservoir sampling); what was found on it needs no further look. */
export function createToldSample(kind: string, random: Random): ToldSample {
  const reports: ToldReport[] = [];
  let told = 0;
  return {
    add(results) {
      for (const { planned, settled } of results) {
        if (settled.at !== 'done' || !('id' in settled)) continue;
        const place = told < mostLookedAt ? told : Math.floor(random() * (told + 1));
        told++;
        if (place < mostLookedAt) reports[place] = { note: noteOf(planned, kind), id: settled.id };
      }
    },
    reports,
  };
}

/**
 * Looks whether the VTN still has these reports, which it said that it took: a VTN that forgets them is found out. What was
 * remembered of those that are missing is forgotten, so that the next job sends them again. Throws REPORTS_LOST.
 */
export async function proveReports(
  told: readonly ToldReport[],
  lookUp: ReportLookUp,
  sender: Sender,
  store: Pick<ReportingStore, 'forgetReported'>,
): Promise<void> {
  const lost: ReportNote[] = [];
  let looked = 0;
  for (const one of told) {
    const isThere = await stillThere(one, lookUp, sender);
    // What cannot be looked at is neither there nor lost.
    if (isThere === undefined) continue;
    looked++;
    if (!isThere) lost.push(one.note);
  }
  const [first] = lost;
  if (!first) return;
  for (const { kind, loads, fromMs, untilMs } of lost) {
    const loadIds = loads.map(({ loadId }) => loadId);
    await store.forgetReported(kind, loadIds, { fromMs, untilMs });
  }
  const { url } = sender.transport;
  throw new VenfleetError('REPORTS_LOST', {
    url,
    lost: lost.length,
    looked,
    first: first.reportName ?? first.key,
  });
}

/** Undefined: the VTN does not tell. By its id, and before it counts as lost by its name: the id may have come wrong. */
async function stillThere(
  { note: { venName, reportName }, id }: ToldReport,
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<boolean | undefined> {
  const one = await sendUntilAnswered(
    lookUp.one(venName, id),
    (response) => lookUp.readOne(response),
    sender,
  );
  if (one.at === 'done' && isSameName(one.value?.reportName, reportName)) return true;
  const found = await findReport({ venName, reportName: reportName ?? undefined }, lookUp, sender);
  return found.at === 'done' ? found.value !== undefined : undefined;
}
