import { assertAccounted } from '../core/account.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import { createSender, guarded } from '../delivery/sender.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import { unknownVen } from '../fleet/unknown-ven.ts';
import type { ReconciliationProfile } from '../profiles/reconciliation-profile.ts';
import type { RegisteredVen } from '../profiles/registration-profile.ts';
import { throwIfElsewhere } from '../registration/vtn-of-database.ts';
import type { FleetScope, FleetStore, VenCounts } from '../store/fleet-store.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import type { SentRecord, SentStore } from '../store/sent-store.ts';
import { createKnownCount, throwIfUnknownHere } from './known-loads.ts';
import { type ListedVen, listVtn } from './listing/list-vtn.ts';
import type { Unlisted } from './listing/remote-index.ts';
import { type LocalLoad, localLoads } from './local-loads.ts';
import { type ActionCounts, hasChanges, noActions, type PlanAction } from './plan-actions.ts';
import { createPlanner, type Planner, type Verdict } from './planner.ts';

export interface PlanRequest {
  readonly store: FleetStore &
    SentStore &
    Pick<RegistrationStore, 'venIds' | 'registeredByVen' | 'vtnsOfVens' | 'recordedVtn' | 'failedLoads'>;
  readonly link: VtnLink;
  readonly profile: ReconciliationProfile;
  readonly scope?: FleetScope | undefined;
  /** Loads of disabled sites should be on the VTN too. Default: they should not. */
  readonly includeDisabled?: boolean | undefined;
  /** Plan to take all loads of the scope off the VTN. */
  readonly removeAll?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once before the first request; may throw. */
  readonly beforeSending?: (() => Promise<void>) | undefined;
  /** Called when the listing of the VTN begins (0), and then with about how many resources were read so far. */
  readonly onListing?: ((resources: number) => void) | undefined;
  /** Called when all of it is listed, with how many resources that are. */
  readonly onListed?: ((resources: number) => void) | undefined;
}

/** A VEN whose own client the VTN refused, so that nobody knows what it holds of it; and how many loads it has here. */
export interface UnlistedVen extends Unlisted {
  readonly venName: string;
  readonly loads: number;
}

/** What it takes to make the VTN agree with the database. */
export interface Plan {
  readonly actions: readonly PlanAction[];
  readonly counts: ActionCounts;
  /** Loads that are on the VTN as they should be. */
  readonly inSync: number;
  /** Loads looked at, whatever became of them. */
  readonly loads: number;
  /** Those of them that stay as they are: suspended, or neither wanted nor on the VTN. */
  readonly skipped: number;
  /** Resources that the VTN holds, as far as they were listed. */
  readonly resources: number;
  /** The same by the names of their VENs. */
  readonly resourcesByVen: ReadonlyMap<string, number>;
  readonly elapsedSeconds: number;
  /** The VENs that the VTN has, by name; none where it knows no VEN ids. */
  readonly vens: ReadonlyMap<string, RegisteredVen>;
  /** VENs that refused to be listed: their loads are in no other number, and nothing is done about them. */
  readonly unlistedVens: readonly UnlistedVen[];
  /** What was seen to be on the VTN, and is not written down yet. */
  readonly toRemember: readonly SentRecord[];
  /** Loads that failed once, and of which nothing is left to do. */
  readonly recovered: readonly string[];
  /** VENs of which the VTN has loads that count as registered: they are registered there. */
  readonly vensSeen: readonly string[];
}

/** A VEN as a plan found it. Where resources are not listed by VEN, nobody needs the VTN's id of one. */
export function venOf({ vens }: Pick<Plan, 'vens'>, venName: string): RegisteredVen {
  return vens.get(venName) ?? { name: venName, id: venName };
}

/** The database and the VTN say the same: nothing to do, and nothing that carrying out would leave. */
export function agrees(plan: Pick<Plan, 'counts' | 'unlistedVens'>): boolean {
  return !hasChanges(plan.counts) && !leavesSomething(plan);
}

/** Carried out without a failure, the plan leaves something undone: conflicts, and VENs that could not be listed. */
export function leavesSomething({ counts, unlistedVens }: Pick<Plan, 'counts' | 'unlistedVens'>): boolean {
  return counts.conflict > 0 || unlistedVens.length > 0;
}

/**
 * Compares the database with the VTN; changes nothing on either. Undefined where the run was aborted. Throws
 * VEN_UNKNOWN, VTN_OTHER, VTN_NO_LISTING, VTN_CHANGING, LOADS_UNACCOUNTED, and what makes any run pointless (see
 * `registerFleet`).
 */
export async function makePlan(request: PlanRequest): Promise<Plan | undefined> {
  const { store, profile, link, signal } = request;
  const { clock } = link;
  const startedAt = clock.monotonic();
  if (signal?.aborted) return undefined;
  await throwIfElsewhere(store, { url: link.transport.url, profile: profile.name });
  const { counts, venNames, vens } = await scopeOf(request);
  request.onListing?.(0);
  await unlessAborted(request.beforeSending?.() ?? Promise.resolve(), signal);
  if (signal?.aborted) return undefined;
  const sender = createSender(link, { kind: 'listing', onlyLooks: true, signal });
  const remote = await guarded(sender, listVtn(vens, { profile, sender }, request.onListing));
  if (!remote) return undefined;
  request.onListed?.(remote.size);
  const actions: PlanAction[] = [];
  const toRemember: SentRecord[] = [];
  const planner = createPlanner(
    remote,
    {
      why: request.removeAll ? 'asked' : 'disabled',
      removeDuplicates: request.removeAll ?? false,
      isInScope: (venName) => venNames === undefined || (venName !== undefined && venNames.has(venName)),
    },
    (action) => actions.push(action),
    (sent) => toRemember.push(sent),
  );
  const known = createKnownCount(remote);
  const recovered: string[] = [];
  const failed = await store.failedLoads();
  const consider = (load: LocalLoad) => {
    known.add(load);
    const verdict = planner.consider(load);
    if (isRight(verdict) && failed.has(load.loadId)) recovered.push(load.loadId);
    return verdict;
  };
  const tallies = await considerAll(request, counts, remote.unlisted, { consider });
  if (!tallies) return undefined;
  await throwIfLeftOut(store, counts, tallies);
  await throwIfUnknownHere(known, remote.vens, request);
  if (signal?.aborted) return undefined;
  const sum = (of: (tally: Tally) => number) => tallies.values().reduce((total, one) => total + of(one), 0);
  planner.finish(await store.ownersOf(planner.unclaimed()));
  const safe = await withoutHidden(actions, remote.unlisted, store);
  return {
    actions: safe,
    counts: countsOf(safe),
    inSync: sum((tally) => tally.inSync),
    loads: sum((tally) => tally.inSync + tally.toDo + tally.skipped),
    skipped: sum((tally) => tally.skipped),
    resources: remote.size,
    resourcesByVen: remote.countByVen(),
    elapsedSeconds: Math.round(clock.monotonic() - startedAt) / 1000,
    vens: remote.vens,
    unlistedVens: [...remote.unlisted].map(([venName, why]) => ({
      venName,
      loads: counts.find((ven) => ven.venName === venName)?.total ?? 0,
      ...why,
    })),
    toRemember,
    recovered,
    vensSeen: known.vensSeen(),
  };
}

/** The VTN holds what it should of a load, whatever the database has stored. */
function isRight(verdict: Verdict): boolean {
  return verdict === 'in-sync' || verdict === 'correct' || verdict === 'absent';
}

/** What the loads of one VEN come to: as they should be, with an action, or neither. */
interface Tally {
  inSync: number;
  toDo: number;
  skipped: number;
}

/** Compares the loads of all VENs that were listed, each once; undefined where the run was aborted. */
async function considerAll(
  { store, profile, includeDisabled = false, removeAll = false, signal }: PlanRequest,
  counts: readonly VenCounts[],
  unlisted: ReadonlyMap<string, Unlisted>,
  planner: Pick<Planner, 'consider'>,
): Promise<Map<string | null, Tally> | undefined> {
  const tallies = new Map<string | null, Tally>();
  for (const { venName } of counts) {
    if (signal?.aborted) return undefined;
    if (venName !== null && unlisted.has(venName)) continue;
    const tally = { inSync: 0, toDo: 0, skipped: 0 };
    tallies.set(venName, tally);
    for await (const load of localLoads(store, profile, venName, { includeDisabled, removeAll })) {
      const verdict = planner.consider(load);
      if (verdict === 'in-sync') tally.inSync++;
      else if (verdict === 'stays' || verdict === 'absent') tally.skipped++;
      else tally.toDo++;
    }
  }
  return tallies;
}

/** Every load that was counted must have been compared, unless it went away meanwhile. */
async function throwIfLeftOut(
  store: FleetStore,
  counts: readonly VenCounts[],
  tallies: ReadonlyMap<string | null, Tally>,
): Promise<void> {
  const ofVen = ({ venName, total }: VenCounts) => {
    const { inSync, toDo, skipped } = tallies.get(venName) ?? { inSync: 0, toDo: 0, skipped: total };
    return { of: venName ?? '(no VEN)', total, done: toDo, failed: 0, skipped, alreadyThere: inSync };
  };
  const different = counts.filter((ven) => {
    const { total, done, skipped, alreadyThere } = ofVen(ven);
    return total !== done + skipped + alreadyThere;
  });
  if (different.length === 0) return;
  const now = new Map((await store.countByVen({})).map(({ venName, total }) => [venName, total]));
  assertAccounted(
    different.map((ven) => {
      const account = ofVen(ven);
      const seen = account.done + account.skipped + account.alreadyThere;
      // What came meanwhile may have been seen or not.
      const stayed = Math.min(ven.total, now.get(ven.venName) ?? 0);
      return { ...account, total: Math.max(stayed, seen) };
    }),
  );
}

/** `venNames` is undefined where all VENs are meant; `vens` are those to list. */
async function scopeOf({ store, scope = {} }: PlanRequest): Promise<{
  counts: readonly VenCounts[];
  venNames: ReadonlySet<string> | undefined;
  vens: ListedVen[];
}> {
  const counts = await store.countByVen(scope);
  const isWhole = scope.vens === undefined && scope.limitVens === undefined;
  const named = counts.map(({ venName }) => venName).filter((venName) => venName !== null);
  const expected = new Map(counts.map((ven) => [ven.venName, ven.registered]));
  // A VEN may have no site any more, and still resources on the VTN.
  const asked = isWhole ? named : [...new Set([...named, ...(scope.vens ?? [])])];
  const missing = asked.filter((name) => !expected.has(name));
  const everSent = missing.length > 0 ? await store.venNamesSent(undefined) : [];
  const unknown = missing.filter((name) => !everSent.includes(name));
  if (unknown.length > 0) {
    throw unknownVen(unknown, [...everSent, ...(await store.countByVen({})).map((ven) => ven.venName)]);
  }
  const sentUnder = await store.venNamesSent(isWhole ? undefined : asked);
  const all = [...new Set([...asked, ...sentUnder])];
  const ids = await store.venIds();
  return {
    counts,
    venNames: isWhole ? undefined : new Set(asked),
    vens: all.map((venName) => ({
      venName,
      expected: expected.get(venName) ?? 0,
      storedId: ids.get(venName),
    })),
  };
}

function countsOf(actions: readonly PlanAction[]): ActionCounts {
  const counts = noActions();
  for (const { kind } of actions) counts[kind]++;
  return counts;
}

/**
 * Leaves to a person what may be on the VTN under a VEN that could not be listed: a load whose site moved to another
 * VEN would be there twice.
 */
async function withoutHidden(
  actions: readonly PlanAction[],
  unlisted: ReadonlyMap<string, Unlisted>,
  store: Pick<SentStore, 'sent'>,
): Promise<readonly PlanAction[]> {
  let safe = actions;
  for (const unlistedVen of unlisted.keys()) {
    const ids = safe.flatMap(({ kind, externalResourceId }) => (kind === 'create' ? externalResourceId : []));
    const hidden = ids.length === 0 ? new Map() : await store.sent(unlistedVen, ids);
    if (hidden.size === 0) continue;
    safe = safe.map((action): PlanAction => {
      if (action.kind !== 'create' || !hidden.has(action.externalResourceId)) return action;
      const { venName, externalResourceId, loadId } = action;
      const text = `it may still be under VEN "${unlistedVen}", which could not be listed`;
      return {
        kind: 'conflict',
        why: 'unlisted-ven',
        venName,
        externalResourceId,
        loadId,
        resourceIds: [],
        text,
      };
    });
  }
  return safe;
}
