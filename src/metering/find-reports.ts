import { type Answered, sendUntilAnswered } from '../delivery/send-until-answered.ts';
import type { Sender } from '../delivery/sender.ts';
import type { ListedReport, Report, ReportLookUp } from '../profiles/metering-profile.ts';

type Failed = { readonly at: 'failed'; readonly status: number | null; readonly reason: string };
type Found<T> = { readonly at: 'done'; readonly value: T } | Failed | { readonly at: 'stopped' };

/** Reports that a listing may have of one VEN before it counts as endless. */
const mostListed = 1_000_000;

/** Looks through a VEN's reports for this one. All pages are asked for where it is not there: no order is promised. */
export async function findReport(
  { venName, reportName }: Pick<Report, 'venName' | 'reportName'>,
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<Found<ListedReport | undefined>> {
  const found = await findReports(venName, new Set([reportName ?? '']), lookUp, sender);
  return found.at === 'done' ? { at: 'done', value: found.value.get(reportName ?? '') } : found;
}

/** The reports of a VEN that have these names, by name; those that are not there are left out. */
export async function findReports(
  venName: string,
  names: ReadonlySet<string>,
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<Found<ReadonlyMap<string, ListedReport>>> {
  const found = new Map<string, ListedReport>();
  for (let skip = 0; skip < mostListed; ) {
    const page: Answered<readonly ListedReport[]> = await sendUntilAnswered(
      lookUp.page(venName, skip),
      (response) => lookUp.readPage(response),
      sender,
    );
    if (page.at !== 'done') return page;
    for (const report of page.value) {
      if (report.reportName !== undefined && names.has(report.reportName))
        found.set(report.reportName, report);
    }
    if (page.value.length === 0 || found.size === names.size) return { at: 'done', value: found };
    skip += page.value.length;
  }
  return {
    at: 'failed',
    status: null,
    reason: `the VTN's listing of reports has no end (over ${mostListed})`,
  };
}
