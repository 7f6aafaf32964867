import { type Clock, systemClock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../core/retry.ts';
import { createPacing, type PacingChoice } from '../delivery/pacing/pacing-choice.ts';
import type { RunContext } from '../delivery/settle.ts';
import { createHealth } from '../delivery/vtn-health.ts';
import { unknownVen } from '../fleet/unknown-ven.ts';
import type { RegisteredVen, Transport, WireProfile } from '../profiles/registration-profile.ts';
import type { FleetScope, FleetStore, SentRecord, VenCounts } from '../store/fleet-store.ts';
import { type ListedVen, listVtn } from './listing/list-vtn.ts';
import { localLoads } from './local-loads.ts';
import { type ActionCounts, noActions, type PlanAction } from './plan-actions.ts';
import { createPlanner } from './planner.ts';

export interface PlanRequest {
  readonly store: FleetStore;
  readonly transport: Transport;
  readonly profile: WireProfile;
  readonly pacing: PacingChoice;
  readonly scope?: FleetScope | undefined;
  /** Loads of disabled sites should be on the VTN too. Default: they should not. */
  readonly includeDisabled?: boolean | undefined;
  /** Plan to take all loads of the scope off the VTN. */
  readonly removeAll?: boolean | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once before the first request; may throw. */
  readonly beforeSending?: (() => Promise<void>) | undefined;
  /** Called when the listing of the VTN begins (0), and then with about how many resources were read so far. */
  readonly onListing?: ((resources: number) => void) | undefined;
}

/** What it takes to make the VTN agree with the database. */
export interface Plan {
  readonly actions: readonly PlanAction[];
  readonly counts: ActionCounts;
  /** Loads that are on the VTN as they should be. */
  readonly inSync: number;
  /** Loads looked at, whatever became of them. */
  readonly loads: number;
  /** Resources that the VTN holds, as far as they were listed. */
  readonly resources: number;
  readonly elapsedSeconds: number;
  /** The VENs that the VTN has, by name; none where it knows no VEN ids. */
  readonly vens: ReadonlyMap<string, RegisteredVen>;
  /** What was seen to be on the VTN, and is not written down yet. */
  readonly toRemember: readonly SentRecord[];
}

/** The database and the VTN say the same: nothing to do, and nothing that only a person can decide. */
export function agrees({ counts }: Pick<Plan, 'counts'>): boolean {
  return counts.create + counts.update + counts.remove + counts.correct + counts.conflict === 0;
}

/**
 * Compares the database with the VTN; changes nothing on either. Undefined where the run was aborted. Throws
 * VEN_UNKNOWN, VTN_NO_LISTING, VTN_CHANGING, and what makes any run pointless (see `registerFleet`).
 */
export async function makePlan(request: PlanRequest): Promise<Plan | undefined> {
  const { store, profile } = request;
  const clock = request.clock ?? systemClock;
  const startedAt = clock.monotonic();
  const { counts, venNames, vens } = await scopeOf(request);
  request.onListing?.(0);
  await request.beforeSending?.();
  const remote = await withContext(request, (context) => listVtn(vens, context, request.onListing));
  if (!remote) return undefined;
  const actions: PlanAction[] = [];
  const found = noActions();
  const toRemember: SentRecord[] = [];
  const planner = createPlanner(
    remote,
    {
      why: request.removeAll ? 'asked' : 'disabled',
      removeDuplicates: request.removeAll ?? false,
      isInScope: (venName) => venNames === undefined || (venName !== undefined && venNames.has(venName)),
    },
    (action) => {
      actions.push(action);
      found[action.kind]++;
    },
    (sent) => toRemember.push(sent),
  );
  const { includeDisabled = false, removeAll = false } = request;
  let loads = 0;
  for (const { venName } of counts) {
    if (request.signal?.aborted) return undefined;
    for await (const load of localLoads(store, profile, venName, { includeDisabled, removeAll })) {
      planner.consider(load);
      loads++;
    }
  }
  planner.finish(await store.ownersOf(planner.unclaimed()));
  return {
    actions,
    counts: found,
    inSync: planner.inSync(),
    loads,
    resources: remote.size,
    elapsedSeconds: Math.round(clock.monotonic() - startedAt) / 1000,
    vens: remote.vens,
    toRemember,
  };
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

/** Runs `work` with what its exchanges need; an error in it stops all of them. */
export async function withContext<T>(
  request: Pick<PlanRequest, 'transport' | 'profile' | 'pacing' | 'retry' | 'clock' | 'random' | 'signal'>,
  work: (context: RunContext, stop: () => void) => Promise<T>,
): Promise<T> {
  const { transport, profile } = request;
  const clock = request.clock ?? systemClock;
  const stop = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  const context: RunContext = {
    transport,
    profile,
    clock,
    signal,
    pacing: createPacing(request.pacing, clock, signal),
    health: createHealth(transport, clock),
    retry: request.retry ?? defaultRetryPolicy,
    random: request.random ?? Math.random,
  };
  try {
    return await work(context, () => stop.abort());
  } catch (error) {
    stop.abort();
    throw error;
  }
}
