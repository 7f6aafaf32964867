import { ahead, flattened } from '../core/async-iterables.ts';
import { type Subject, settle } from '../delivery/settle.ts';
import type { Load } from '../fleet/load.ts';
import type { RegisteredVen, WireProfile } from '../profiles/registration-profile.ts';
import type { PendingLoad } from './load-source.ts';
import type { VenResult } from './register-vens.ts';
import type { Run } from './run.ts';

/** A load to be registered, with its VEN's name. */
export interface PlannedLoad {
  readonly venName: string | null;
  readonly pending: PendingLoad;
}

type Pending = Extract<PendingLoad, { ok: true }>;

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
 * Streams what is to be registered, VEN by VEN, and tells when each begins; what it is about to hand out is written
 * down, so that a crash leaves a trace of it. Without `vens`, as the VTN knows them, nothing is to be sent: then
 * nothing is written down.
 */
export function plannedLoads(
  venNames: readonly (string | null)[],
  vens: ReadonlyMap<string, VenResult> | undefined,
  run: Run,
  position: { begun: number; vens: number },
): AsyncIterable<PlannedLoad> {
  const pages = groups(pagesOf(venNames, vens, run));
  return flattened(planned(vens ? ahead(noted(pages, run), mostAhead) : pages, run, position));
}

async function* planned(
  groups: AsyncIterable<Page[]>,
  run: Run,
  position: { begun: number; vens: number },
): AsyncGenerator<PlannedLoad[]> {
  for await (const group of groups) {
    for (const { venName, begins, loads } of group) {
      if (begins) tellOfBeginning(venName, run, position);
      yield loads.map((pending) => ({ venName, pending }));
    }
  }
}

/** Hands groups on when it is written down that they are about to be sent. */
async function* noted(groups: AsyncIterable<Page[]>, { store, unsent, known }: Run): AsyncGenerator<Page[]> {
  for await (const pages of groups) {
    const sendable = pages.flatMap((page) => page.loads.filter((pending) => pending.ok));
    if (sendable.length > 0) await store.noteSending(sendable.map((pending) => pending.load.loadId));
    for (const { load } of sendable) {
      if (!load.maybeSent && !known?.has(load.loadId)) unsent.add(load.loadId);
    }
    yield pages;
  }
}

function tellOfBeginning(venName: string | null, run: Run, position: { begun: number; vens: number }): void {
  const pending = run.tally.pendingOf(venName);
  position.begun++;
  run.emit({ type: 'ven-started', venId: venName, index: position.begun, vens: position.vens, pending });
}

/** Begins each VEN with a page of its own, as it may have no loads to send. */
async function* pagesOf(
  venNames: readonly (string | null)[],
  vens: ReadonlyMap<string, VenResult> | undefined,
  { loads: source, includeDisabled, only: onlyOf }: Run,
): AsyncGenerator<Page> {
  for (const venName of venNames) {
    yield { venName, begins: true, loads: [] };
    const only = onlyOf && (onlyOf.get(venName ?? '') ?? new Set<string>());
    const known = venName === null ? undefined : vens?.get(venName);
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

/** Registers one load, or says why not; the result goes to the recorder. */
export async function registerLoad(
  { venName, pending }: PlannedLoad,
  vens: ReadonlyMap<string, VenResult>,
  run: Run,
): Promise<void> {
  const { load } = pending;
  const fail = (status: number | null, reason: string) => {
    run.unsent.delete(load.loadId);
    // What an earlier run may have sent is in doubt until it was looked up.
    const inDoubt = load.maybeSent || (run.known?.has(load.loadId) ?? false);
    run.recorder.add({ load, venName, outcome: { at: 'failed', status, reason, inDoubt } });
  };
  if (!pending.ok) return fail(null, pending.problem);
  const ven = vens.get(pending.load.site.venName);
  if (!ven) return;
  if (!ven.ok) return fail(ven.status, `its VEN could not be registered: ${ven.reason}`);
  const settled = await settle(subjectOf(pending, ven.ven, run), run);
  if (settled.at === 'stopped') return;
  if (settled.at === 'failed') return run.recorder.add({ load, venName, outcome: settled });
  // Of what was there already, nobody knows what the VTN was told.
  const { id, created } = settled;
  const sentHash = created ? pending.sentHash : undefined;
  run.recorder.add({ load, venName, outcome: { at: 'mapped', id, sentHash, confirmed: !created } });
}

/** The load as `settle` takes it; notes when it is sent. */
function subjectOf({ load, body }: Pending, ven: RegisteredVen, { profile, known, unsent }: Run): Subject {
  return loadSubject(load, ven, profile, {
    body,
    isKnown: known?.has(load.loadId) ?? false,
    onSend: () => unsent.delete(load.loadId),
  });
}

/**
 * A load as `settle` takes it. `body`: what the VTN is told, where that is made already; `isKnown`: the VTN had it
 * before, so it is looked up before it is sent.
 */
export function loadSubject(
  load: Load,
  ven: RegisteredVen,
  profile: WireProfile,
  {
    body,
    isKnown = false,
    onSend,
  }: { body?: string | undefined; isKnown?: boolean; onSend?: () => void } = {},
): Subject {
  const maybeSent = load.maybeSent || isKnown;
  const former = maybeSent ? (profile.formerNames?.(load) ?? []) : [];
  return {
    maybeSent,
    underWay: load.maybeSent && !isKnown,
    formerNames: former.length,
    create: () => {
      onSend?.();
      return profile.createLoad(load, ven, body);
    },
    readCreate: (response) => profile.readCreateLoad(load, ven, response),
    find: (formerName) => profile.findLoad(load, ven, former[formerName - 1]),
    readFind: (response, claimedId) => profile.readFindLoad(load, ven, response, claimedId),
  };
}
