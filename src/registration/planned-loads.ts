import { ahead, flattened } from '../core/async-iterables.ts';
import type { Trace } from '../core/trace.ts';
import type { LoadSource, PendingLoad } from './load-source.ts';
import type { VenResult } from './register-vens.ts';
import type { SendingNotes } from './sending-notes.ts';

/** A load to be registered, with its VEN's name. */
export interface PlannedLoad {
  readonly venName: string | null;
  readonly pending: PendingLoad;
}

/** Which loads to stream. */
export interface LoadsQuery {
  readonly source: LoadSource;
  readonly includeDisabled: boolean;
  /** Only these loads, by VEN: ids. Undefined: all that are not registered. */
  readonly only: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** What is known of a load's having been sent. */
  traceOf(load: PendingLoad['load']): Trace;
  /** Called when the first loads of a VEN come. */
  onVen(venName: string | null): void;
}

/** Loads that are written down at once before they are sent: for fewer, the disk would be waited for more often. */
const notedAtOnce = 500;
/** So many times that are written down before their turn, at most: a crash leaves them to be looked up. */
const mostAhead = 3;

/** Loads of one VEN; `begins`: they are its first. */
interface Page {
  readonly venName: string | null;
  readonly begins: boolean;
  readonly loads: readonly PendingLoad[];
}

/**
 * Streams what is to be registered, VEN by VEN; what it is about to hand out is written down, so that a crash leaves
 * a trace of it. `vens`: as the VTN knows them.
 */
export function loadsToSend(
  venNames: readonly (string | null)[],
  vens: ReadonlyMap<string, VenResult>,
  query: LoadsQuery,
  notes: SendingNotes,
): AsyncIterable<PlannedLoad> {
  const pages = groups(pagesOf(venNames, vens, query));
  return flattened(planned(ahead(noted(pages, query, notes), mostAhead), query));
}

/** Streams the same, where nothing is to be sent. */
export function loadsToCheck(
  venNames: readonly (string | null)[],
  query: LoadsQuery,
): AsyncIterable<PlannedLoad> {
  return flattened(planned(groups(pagesOf(venNames, new Map(), query)), query));
}

async function* planned(groups: AsyncIterable<Page[]>, { onVen }: LoadsQuery): AsyncGenerator<PlannedLoad[]> {
  for await (const group of groups) {
    for (const { venName, begins, loads } of group) {
      if (begins) onVen(venName);
      yield loads.map((pending) => ({ venName, pending }));
    }
  }
}

/** Hands groups on when it is written down that they are about to be sent. */
async function* noted(
  groups: AsyncIterable<Page[]>,
  { traceOf }: LoadsQuery,
  notes: SendingNotes,
): AsyncGenerator<Page[]> {
  for await (const pages of groups) {
    const sendable = pages.flatMap((page) => page.loads.filter((pending) => pending.ok));
    await notes.note(sendable.map(({ load }) => ({ loadId: load.loadId, trace: traceOf(load) })));
    yield pages;
  }
}

/** Begins each VEN with a page of its own, as it may have no loads to send. */
async function* pagesOf(
  venNames: readonly (string | null)[],
  vens: ReadonlyMap<string, VenResult>,
  { source, includeDisabled, only: onlyOf }: LoadsQuery,
): AsyncGenerator<Page> {
  for (const venName of venNames) {
    yield { venName, begins: true, loads: [] };
    const only = onlyOf && (onlyOf.get(venName ?? '') ?? new Set<string>());
    const known = venName === null ? undefined : vens.get(venName);
    const query = { venName, ven: known?.ok ? known.ven : undefined, includeDisabled, only };
    for (let after: string | undefined; ; ) {
      const { loads, next } = await source({ ...query, after });
      yield { venName, begins: false, loads };
      if (next === undefined) break;
      after = next;
    }
  }
}

/** Gathers pages until they hold as many loads as are noted at once. */
async function* groups(pages: AsyncIterable<Page>): AsyncGenerator<Page[]> {
  let group: Page[] = [];
  let loads = 0;
  for await (const page of pages) {
    group.push(page);
    loads += page.loads.length;
    if (loads < notedAtOnce) continue;
    yield group;
    [group, loads] = [[], 0];
  }
  if (group.length > 0) yield group;
}
