import { VenfleetError } from '../core/errors.ts';

/** Times that a listing with gaps is read. */
const mostPasses = 6;

/** How many full pages in a row may bring nothing new before the listing is given up. */
const stalePagesAllowed = 10;

/**
 * How many places neighbouring pages share. What others write meanwhile shifts what comes after: if the last object
 * of a page is on the next page too, nothing was missed between them. So many deletions, less one, do no harm.
 */
function overlapOf(pageLength: number): number {
  if (pageLength >= 20) return 3;
  return pageLength > 1 ? 1 : 0;
}

type Identified = { readonly id: string };

/**
 * Walks a listing page by page, and gives each object once, as soon as it comes. A short page is no end: a VTN may
 * have smaller pages than it is asked for. A listing whose pages do not join is read again for what was missed, until
 * they do, or until two passes in a row find the same. Throws OADR_PAGING after six, and where there is no end.
 */
export async function* walk<Item extends Identified>(
  fetchPage: (skip: number) => Promise<Item[]>,
  limit: number,
  url: string,
  operation: string,
): AsyncGenerator<Item, void, undefined> {
  const given = new Set<string>();
  let before: ReadonlySet<string> | undefined;
  for (let pass = 1; pass <= mostPasses; pass++) {
    const reading: Pass = { seen: new Set(), joined: true };
    for await (const items of readPass(fetchPage, limit, reading)) {
      for (const item of items) {
        if (given.has(item.id)) continue;
        given.add(item.id);
        yield item;
      }
    }
    if (reading.endless) {
      const problem = `${stalePagesAllowed} pages in a row brought nothing new, as if it ignored "skip"`;
      throw new VenfleetError('OADR_PAGING', { url, operation, problem });
    }
    if (reading.joined || (before && isSameSet(before, reading.seen))) return;
    before = reading.seen;
  }
  const problem = `it changed, or its order did, in each of ${mostPasses} readings`;
  throw new VenfleetError('OADR_PAGING', { url, operation, problem });
}

/** One reading of a listing, from its beginning to its end. */
interface Pass {
  readonly seen: Set<string>;
  /** There was no gap between its pages. */
  joined: boolean;
  /** It was given up. */
  endless?: boolean;
}

/** Yields the pages of one pass, and writes into `pass` what came of it. */
async function* readPass<Item extends Identified>(
  fetchPage: (skip: number) => Promise<Item[]>,
  limit: number,
  pass: Pass,
): AsyncGenerator<Item[], void, undefined> {
  const { seen } = pass;
  let last: readonly Item[] = [];
  let stale = 0;
  for (let skip = 0; ; ) {
    const items = await fetchPage(skip);
    const known = seen.size;
    for (const { id } of items) seen.add(id);
    yield items;
    if (last.length > 0 && !joins(last, items, limit)) pass.joined = false;
    stale = seen.size === known ? stale + 1 : 0;
    // Behind the end come only the last ones again, or nothing; a VTN that has no pages gives all once more.
    if (stale > 0 && items.length !== limit) return;
    if (stale === stalePagesAllowed) {
      pass.endless = true;
      return;
    }
    last = items;
    skip += items.length - overlapOf(items.length);
  }
}

/** Whether there is surely nothing between two pages: the end of the first begins the second, in the same order. */
function joins(page: readonly Identified[], next: readonly Identified[], limit: number): boolean {
  // Behind a page of one, which overlaps with none, nothing may come; if it was asked for as one, who knows.
  if (next.length === 0) return page.length === 1 && limit > 1;
  const places = new Map(page.map(({ id }, place) => [id, place]));
  let reached = -1;
  for (const { id } of next) {
    const place = places.get(id);
    if (place === undefined) continue;
    if (place < reached) return false;
    if (place === page.length - 1) return true;
    reached = place;
  }
  return false;
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((id) => other.has(id));
}
