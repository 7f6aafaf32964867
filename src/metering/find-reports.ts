import { nameKey } from '../core/same-name.ts';
import { type Answered, sendUntilAnswered } from '../delivery/send-until-answered.ts';
import type { Sender } from '../delivery/sender.ts';
import type { ListedReport, Report, ReportLookUp } from '../profiles/metering-profile.ts';

type Failed = { readonly at: 'failed'; readonly status: number | null; readonly reason: string };
export type Found<T> = { readonly at: 'done'; readonly value: T } | Failed | { readonly at: 'stopped' };

/** Reports that a listing may have of one VEN before it counts as endless. */
const mostListed = 1_000_000;

/** Pages in a row that bring nothing new: the VTN does not go on. Fewer may be the same pages moved on by reports that came in. */
const mostWithoutNews = 20;

/** What is looked for in one go through a VEN's reports. */
interface Search {
  readonly names: Set<string>;
  readonly found: Promise<Found<ReadonlyMap<string, ListedReport>>>;
}

/** Of one VEN: the search under way, and the one that follows it, for all who asked meanwhile. */
interface Searches {
  present?: Search | undefined;
  next?: Search | undefined;
}

const searchesOf = new WeakMap<Sender, Map<string, Searches>>();

/**
 * Looks through a VEN's reports for this one. Who asks while a search is under way gets the next one, since theirs may have
 * come to a page that was read already; all who wait share it: where many answers are lost at once, each would read
 * the same pages.
 */
export async function findReport(
  { venName, reportName = '' }: Pick<Report, 'venName' | 'reportName'>,
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<Found<ListedReport | undefined>> {
  const ofSender = searchesOf.get(sender) ?? new Map<string, Searches>();
  searchesOf.set(sender, ofSender);
  const searches = ofSender.get(venName) ?? {};
  ofSender.set(venName, searches);
  const search = joined(searches, reportName, (names) => findReports(venName, names, lookUp, sender));
  const found = await search.found;
  return found.at === 'done' ? { at: 'done', value: found.value.get(reportName) } : found;
}

/** The search that will tell of this name: begun now, or when the present one ends. */
function joined(
  searches: Searches,
  name: string,
  begin: (names: ReadonlySet<string>) => Search['found'],
): Search {
  if (searches.next) {
    searches.next.names.add(name);
    return searches.next;
  }
  const names = new Set([name]);
  const start = (): Search['found'] => {
    if (searches.next === search) searches.next = undefined;
    searches.present = search;
    return begin(names).finally(() => {
      if (searches.present === search) searches.present = undefined;
    });
  };
  const before = searches.present?.found;
  const search: Search = { names, found: Promise.resolve(before).then(start, start) };
  if (before) searches.next = search;
  else searches.present = search;
  return search;
}

/**
 * The reports of a VEN that have these names, by name; those that are not there are left out. All pages are asked for where one
 * is not there: no order is promised.
 */
export async function findReports(
  venName: string,
  names: ReadonlySet<string>,
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<Found<ReadonlyMap<string, ListedReport>>> {
  const wanted = new Map([...names].map((name) => [nameKey(name), name]));
  const found = new Map<string, ListedReport>();
  const seen = new Set<string>();
  let withoutNews = 0;
  for (let skip = 0; skip < mostListed; ) {
    const page: Answered<readonly ListedReport[]> = await sendUntilAnswered(
      lookUp.page(venName, skip),
      (response) => lookUp.readPage(response),
      sender,
    );
    if (page.at !== 'done') return page;
    const before = seen.size;
    for (const report of page.value) {
      seen.add(report.id);
      const name = report.reportName === undefined ? undefined : wanted.get(nameKey(report.reportName));
      if (name !== undefined) found.set(name, report);
    }
    withoutNews = seen.size === before ? withoutNews + 1 : 0;
    const isEnd = page.value.length === 0 || withoutNews === mostWithoutNews;
    if (isEnd || found.size === wanted.size) return { at: 'done', value: found };
    skip += page.value.length;
  }
  return {
    at: 'failed',
    status: null,
    reason: `the VTN's listing of reports has no end (over ${mostListed})`,
  };
}
