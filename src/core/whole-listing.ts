/** The most that a page may hold: what the OpenADR documents allow. */
export const largestPage = 50;

/** Times that a listing whose pages do not join is read. */
export const mostPasses = 6;

/** Pages in a row without anything new after which a listing is given up. */
export const mostStalePages = 10;

export type Identified = { readonly id: string };

/** A listing that can be had page by page: in no promised order, without a total, without a cursor. */
export interface Listing<Item extends Identified> {
  /** Reads the page that leaves out `skip` items; undefined where nothing more is to be read. Whatever it throws ends the listing. */
  fetchPage(skip: number, limit: number): Promise<readonly Item[] | undefined>;
  /** Items to ask for on one page. */
  readonly limit: number;
  /**
   * About how many items there should be, where that is known. So many are then asked for at once, and a page that
   * is short, or brings nothing new, is no end: the server may leave out of each page what the token may not see.
   * Undefined: one page after another, and the first that is not full and brings nothing new is the last.
   */
  readonly expected?: number;
  /** Called before the listing is read anew, with the passes so far; what came before counts no more. */
  newPass?(passes: number): Promise<void>;
}

/**
 * How reading a listing ended: `whole`; `gaps`, as it changed under every pass; `no-end`, as it gives the same page
 * for ever; `stopped`, as a page was undefined.
 */
export type ListingEnd = 'whole' | 'gaps' | 'no-end' | 'stopped';

/** Reads a whole listing: what its last pass found, by id. Throws what `fetchPage` throws. */
export async function wholeListing<Item extends Identified>(
  listing: Listing<Item>,
): Promise<{ readonly end: ListingEnd; readonly items: Map<string, Item> }> {
  const items = new Map<string, Item>();
  const pages = pagesOf({
    ...listing,
    async newPass(passes) {
      items.clear();
      await listing.newPass?.(passes);
    },
  });
  for (;;) {
    const { done, value } = await pages.next();
    if (done) return { end: value, items };
    for (const item of value) items.set(item.id, item);
  }
}

/** Gives each item of a listing once, as soon as it comes, whichever pass finds it. Throws what `fetchPage` throws. */
export async function* eachOfListing<Item extends Identified>(
  listing: Listing<Item>,
): AsyncGenerator<Item, ListingEnd, undefined> {
  const given = new Set<string>();
  const pages = pagesOf(listing);
  for (;;) {
    const { done, value } = await pages.next();
    if (done) return value;
    for (const item of value) {
      if (given.has(item.id)) continue;
      given.add(item.id);
      yield item;
    }
  }
}

/**
 * Yields the pages of a listing, pass after pass, until it was read whole. Whoever writes meanwhile shifts what comes
 * after, so neighbouring pages share some places: a page whose last item is on the next one too has no gap behind
 * it, whenever the two were read. That costs 6 % more pages; to list everything twice would cost 100 %, and show
 * less. A pass in which pages do not join proves nothing, unless it found the same items as the one before: then it is
 * the order that changes, not the items.
 */
async function* pagesOf<Item extends Identified>(
  listing: Listing<Item>,
): AsyncGenerator<readonly Item[], ListingEnd, undefined> {
  let before: ReadonlySet<string> | undefined;
  for (let passes = 0; passes < mostPasses; passes++) {
    if (passes > 0) await listing.newPass?.(passes);
    const pass: Pass = { seen: new Set(), joined: true, step: 1, stale: 0, staleSince: 0 };
    const end = yield* pagesOfPass(listing, pass);
    if (end !== 'whole') return end;
    if (pass.joined || (before && isSameSet(before, pass.seen))) return 'whole';
    before = pass.seen;
  }
  return 'gaps';
}

/** One reading of a listing, from its beginning to its end. */
interface Pass {
  readonly seen: Set<string>;
  /** There was no gap between its pages so far. */
  joined: boolean;
  /** Places from one page to the next. */
  step: number;
  /** Pages in a row that brought nothing new. */
  stale: number;
  /** Where the first page stands behind which nothing new came. */
  staleSince: number;
}

async function* pagesOfPass<Item extends Identified>(
  listing: Listing<Item>,
  pass: Pass,
): AsyncGenerator<readonly Item[], ListingEnd, undefined> {
  const { limit, expected } = listing;
  let last: { readonly page: readonly Item[]; readonly skip: number } | undefined;
  let ahead: readonly (readonly Item[] | undefined)[] = [];
  for (let skip = 0, count = 0; ; count++) {
    const isAhead = count > 0 && count <= ahead.length;
    const page = isAhead ? ahead[count - 1] : await listing.fetchPage(skip, limit);
    if (!page) return 'stopped';
    if (last && !joins(last.page, page, skip - last.skip, limit)) pass.joined = false;
    last = { page, skip };
    const known = pass.seen.size;
    for (const { id } of page) pass.seen.add(id);
    yield page;
    if (count === 0 || count > ahead.length) pass.step = stepBehind(page.length, pass.step, expected);
    skip += pass.step;
    if (count === 0) ahead = await pagesAhead(listing, page.length, pass.step);
    // What was asked for at once is looked at whole, whatever stands in it.
    if (count < ahead.length) continue;
    if (count === ahead.length || pass.seen.size > known) {
      pass.stale = 0;
      pass.staleSince = skip;
    } else pass.stale++;
    // Behind an empty page no place need be shared.
    if (page.length === 0) skip = Math.max(skip, skip - pass.step + limit);
    const end = endBehind(page.length, skip, pass, listing);
    if (end) return end;
  }
}

/** The pages behind a full first one that should hold all that is expected, asked for at once. */
function pagesAhead<Item extends Identified>(
  { fetchPage, limit, expected }: Listing<Item>,
  firstLength: number,
  step: number,
): Promise<(readonly Item[] | undefined)[]> {
  const more = firstLength === limit ? Math.max(0, Math.ceil(((expected ?? 0) - firstLength) / step)) : 0;
  return Promise.all(Array.from({ length: more }, (_, index) => fetchPage((index + 1) * step, limit)));
}

/**
 * Places to the next page. Where a page may lack what the token may not see, a short one is stepped over like the
 * longest so far: what is missing from it has its places all the same.
 */
function stepBehind(pageLength: number, step: number, expected: number | undefined): number {
  const own = Math.max(1, pageLength - overlapOf(pageLength));
  return expected === undefined ? own : Math.max(step, own);
}

/** How many places neighbouring pages share: so many deletions between the two, less one, do no harm. */
function overlapOf(pageLength: number): number {
  if (pageLength >= 20) return 3;
  return pageLength > 1 ? 1 : 0;
}

/** Whether a pass ends with this page, and how; `next`: where it would go on. */
function endBehind(
  pageLength: number,
  next: number,
  { seen, stale, staleSince }: Pass,
  { limit, expected }: Pick<Listing<Identified>, 'limit' | 'expected'>,
): 'whole' | 'no-end' | undefined {
  if (pageLength === 0) {
    if (expected === undefined || seen.size >= expected || next >= expected || stale >= mostStalePages)
      return 'whole';
    return undefined;
  }
  if (stale === 0) return undefined;
  // A server without pages gives everything once more.
  if (pageLength > limit) return 'whole';
  if (pageLength < limit && expected === undefined) return 'whole';
  // It gives the same for ever. A step may be a single place.
  if (stale >= mostStalePages && next - staleSince >= 2 * limit) {
    return pageLength === limit ? 'no-end' : 'whole';
  }
  return undefined;
}

/**
 * Whether there is surely nothing between two pages that begin `step` places apart: the end of the first begins the
 * second, in the same order.
 */
function joins(
  page: readonly Identified[],
  next: readonly Identified[],
  step: number,
  limit: number,
): boolean {
  if (next.length === 0) {
    // Behind a page that is not full nothing may come, if the next one begins behind it; else its last places do.
    return page.length < limit && step >= page.length;
  }
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
