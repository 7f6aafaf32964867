import type { RemoteResource } from '../../profiles/reconciliation-profile.ts';

/** Resources that are asked for at a time: the most that OpenADR allows. */
export const pageSize = 50;

/**
 * Neighbouring pages share so many places. A listing has no promised order, no total and no cursor: whoever
 * writes meanwhile shifts what comes after. A page whose last resource is on the next page too has no gap
 * behind it, whenever the two were read; so many deletions between the two do no harm, and any number of
 * insertions. It costs 6 % more pages; to list all twice would cost 100 %, and show less.
 */
const overlap = 3;

/** Times that a listing with gaps is read anew. */
const mostPasses = 6;

/** Pages without anything new, or empty where more is expected, in a row, that end a listing. */
const stalePages = 10;

/** Reads one page; undefined where the run was aborted. Throws where the page cannot be had. */
export type FetchPage = (skip: number, limit: number) => Promise<readonly RemoteResource[] | undefined>;

/** How reading a listing ended; `gaps`: it changed under every pass; `no-end`: it gives the same page for ever. */
export type Listing =
  | { readonly at: 'listed'; readonly resources: Map<string, RemoteResource> }
  | { readonly at: 'gaps' | 'no-end' | 'stopped' };

/**
 * Reads a whole listing, each resource once, by its id. About `expected` resources are asked for at once, what
 * is behind them page after page. A pass in which pages do not join is thrown away, unless it found the same
 * resources as the one before: then it is the order that changes, not the resources.
 * `newPass` waits before a further pass.
 */
export async function readListing(
  fetchPage: FetchPage,
  expected: number,
  newPass: (pass: number) => Promise<void> = async () => undefined,
): Promise<Listing> {
  let before: Map<string, RemoteResource> | undefined;
  for (let pass = 1; pass <= mostPasses; pass++) {
    if (pass > 1) await newPass(pass - 1);
    const read = await readPass(fetchPage, expected);
    if (typeof read === 'string') return { at: read };
    if (read.joined || (before && isSameSet(before, read.resources))) {
      return { at: 'listed', resources: read.resources };
    }
    before = read.resources;
  }
  return { at: 'gaps' };
}

interface Pass {
  readonly resources: Map<string, RemoteResource>;
  /** There was no gap between its pages. */
  readonly joined: boolean;
}

type Page = readonly RemoteResource[];

async function readPass(fetchPage: FetchPage, expected: number): Promise<Pass | 'stopped' | 'no-end'> {
  const first = await fetchPage(0, pageSize);
  if (!first) return 'stopped';
  const step = Math.max(1, first.length - overlap);
  const pages: Page[] = [first];
  if (first.length === pageSize) {
    const more = Math.max(0, Math.ceil((expected - first.length) / step));
    const fetched = await Promise.all(
      Array.from({ length: more }, (_, index) => fetchPage((index + 1) * step, pageSize)),
    );
    for (const page of fetched) {
      if (!page) return 'stopped';
      pages.push(page);
    }
  }
  const end = await readToTheEnd(fetchPage, pages, step, expected);
  return end === 'ended' ? joinedPass(pages) : end;
}

/**
 * Reads on behind the last page until one is empty. That a page is short, or brings nothing new, is no end: a VTN may
 * have smaller pages than it is asked for, or leave out of each what the token may not see, which may be all of it.
 * So an empty page is the end only where no more is expected. One longer than `limit` holds all there is.
 */
async function readToTheEnd(
  fetchPage: FetchPage,
  pages: Page[],
  firstStep: number,
  expected: number,
): Promise<'ended' | 'stopped' | 'no-end'> {
  const seen = new Set(pages.flatMap((page) => page.map(({ id }) => id)));
  let step = firstStep;
  let skip = pages.length * step;
  let stale = 0;
  let staleSince = skip;
  let page = pages.at(-1) ?? [];
  for (;;) {
    if (page.length === 0) {
      skip = Math.max(skip, skip - step + pageSize);
      if (seen.size >= expected || skip >= expected || stale >= stalePages) return 'ended';
    }
    const next = await fetchPage(skip, pageSize);
    if (!next) return 'stopped';
    page = next;
    pages.push(page);
    const known = seen.size;
    for (const { id } of page) seen.add(id);
    // The first page may have been short, or empty, where others are not.
    step = Math.max(step, page.length - overlap);
    skip += step;
    if (seen.size > known) {
      stale = 0;
      staleSince = skip;
    } else stale++;
    if (stale > 0 && page.length > pageSize) return 'ended';
    // It gives the same for ever. A step may be a single place.
    if (page.length > 0 && stale >= stalePages && skip - staleSince >= 2 * pageSize) {
      return page.length === pageSize ? 'no-end' : 'ended';
    }
  }
}

function joinedPass(pages: readonly Page[]): Pass {
  const resources = new Map<string, RemoteResource>();
  for (const page of pages) for (const resource of page) resources.set(resource.id, resource);
  const size = pages[0]?.length ?? 0;
  const joined = pages.every((page, index) => {
    const next = pages[index + 1];
    if (!next || (page.length === 0 && next.length === 0)) return true;
    // Behind a page that is not full nothing may come; behind a full one its last places come again, unless it
    // is so short that the next page begins behind it.
    if (next.length === 0 && (page.length < size || size === 1)) return true;
    const last = page.at(-1);
    return next.some(({ id }) => id === last?.id);
  });
  return { resources, joined };
}

function isSameSet(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  return one.size === other.size && [...one.keys()].every((id) => other.has(id));
}
