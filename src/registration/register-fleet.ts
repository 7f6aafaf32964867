import { assertAccounted } from '../core/account.ts';
import type { Trace } from '../core/trace.ts';
import { createFailureBound, defaultMaxFailures } from '../delivery/failure-bound.ts';
import { createSender, driveAll } from '../delivery/sender.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import { unknownVen } from '../fleet/unknown-ven.ts';
import type { RegistrationProfile } from '../profiles/registration-profile.ts';
import type { FleetScope, FleetStore, VenCounts } from '../store/fleet-store.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import type { SendingJournal } from '../store/sending-journal.ts';
import { createLoadSource, type LoadSource } from './load-source.ts';
import { type LoadsQuery, loadsToCheck, loadsToSend } from './planned-loads.ts';
import { createResultRecorder } from './record-results.ts';
import { registerLoad } from './register-load.ts';
import { otherVens, registerVens } from './register-vens.ts';
import { createRegistrationCounts, type RegistrationCounts } from './registration-counts.ts';
import type { RegistrationEvent, RegistrationSummary, SampleCheck } from './registration-events.ts';
import { createSendingNotes } from './sending-notes.ts';

export interface RegistrationRequest {
  readonly store: FleetStore & SendingJournal & RegistrationStore;
  /** Where the loads come from. Default: the store, on this thread. */
  readonly loads?: LoadSource | undefined;
  readonly link: VtnLink;
  readonly profile: RegistrationProfile;
  readonly scope?: FleetScope | undefined;
  /** Only these loads, by VEN: ids. Default: all that are not registered. */
  readonly only?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** What is known of loads' having been sent, by their ids, where that is more than the database says. */
  readonly traces?: ReadonlyMap<string, Trace> | undefined;
  /** Also register loads of disabled sites. Suspended loads never are. */
  readonly includeDisabled?: boolean | undefined;
  /** Send nothing and store nothing; count what would be sent, and tell the rows that are broken. */
  readonly dryRun?: boolean | undefined;
  /**
   * How many loads may fail for one and the same reason before any succeeds; then TOO_MANY_FAILURES is thrown. 0: any
   * number. Default 300.
   */
  readonly maxFailures?: number | undefined;
  /** What the VTN said of registered loads, where it was asked before. */
  readonly checked?: SampleCheck | undefined;
  /** Stops the run: what is in flight is finished and stored, nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
  /** Called once before the first request, and not at all where there is nothing to send; may throw. */
  readonly beforeSending?: (() => Promise<void>) | undefined;
  readonly onEvent?: ((event: RegistrationEvent) => void) | undefined;
}

/**
 * Registers every load of the scope that is not registered yet: VENs first, then their loads. One load's
 * failure never stops the others. Throws a VenfleetError for what makes the whole run pointless (VTN not
 * reachable or lost, token refused, database failing), TOO_MANY_FAILURES, and LOADS_UNACCOUNTED; what was learned before is stored, and a
 * further run goes on from there.
 */
export async function registerFleet(request: RegistrationRequest): Promise<RegistrationSummary> {
  const { clock, waits } = request.link;
  const startedAt = clock.monotonic();
  const emit = request.onEvent ?? (() => undefined);
  const venCounts = restrict(await request.store.countByVen(request.scope ?? {}), request.only);
  await throwIfUnknown(request, venCounts);
  const counts = createRegistrationCounts(venCounts, request.includeDisabled ?? false, emit);
  const venNames = venCounts.map((ven) => ven.venName).filter((venName) => counts.pendingOf(venName) > 0);
  const query = loadsQuery(request, venNames.length, counts, emit);
  const summary = (interrupted: boolean) =>
    counts.summary({
      interrupted,
      dryRun: request.dryRun ?? false,
      elapsedMs: clock.monotonic() - startedAt,
      waits: waits.totals(),
      checked: request.checked ?? null,
    });
  if (venNames.length > 0) {
    if (!request.dryRun) await request.beforeSending?.();
    try {
      if (request.dryRun) await findBrokenRows(venNames, query, counts, request.signal);
      else await registerAll(request, venNames, query, counts);
      await throwIfLeftOut(request, counts);
    } catch (error) {
      if (!request.dryRun) emit({ type: 'broken-off', summary: summary(true) });
      throw error;
    }
  }
  return summary(request.signal?.aborted ?? false);
}

/** Counts again: what is still to be registered must have failed, or have come meanwhile. */
async function throwIfLeftOut(
  { store, scope = {}, only, signal }: RegistrationRequest,
  counts: RegistrationCounts,
): Promise<void> {
  // Who names loads accounts for each of them.
  if (only || signal?.aborted) return;
  const { vens } = scope;
  assertAccounted(counts.accounts(await store.countByVen(vens ? { vens } : {})));
}

/** How the loads are streamed; tells when those of each of so many VENs begin. */
function loadsQuery(
  { store, profile, loads, includeDisabled = false, only, traces }: RegistrationRequest,
  vens: number,
  counts: RegistrationCounts,
  emit: (event: RegistrationEvent) => void,
): LoadsQuery {
  let begun = 0;
  return {
    source: loads ?? createLoadSource(store, profile),
    includeDisabled,
    only,
    traceOf: (load) => traces?.get(load.loadId) ?? load.trace,
    onVen(venName) {
      const pending = counts.pendingOf(venName);
      emit({ type: 'ven-started', venId: venName, index: ++begun, vens, pending });
    },
  };
}

/** Counts of the loads that are asked for alone. */
function restrict(counts: VenCounts[], only: RegistrationRequest['only']): VenCounts[] {
  if (!only) return counts;
  return counts.map(({ venName }) => {
    const pending = only.get(venName ?? '')?.size ?? 0;
    return { venName, total: pending, pending, registered: 0, suspended: 0, disabled: 0 };
  });
}

/** Throws VEN_UNKNOWN where the scope names a VEN that the fleet does not have: a misspelt name, most likely. */
async function throwIfUnknown(
  { scope = {}, store }: RegistrationRequest,
  counts: readonly VenCounts[],
): Promise<void> {
  const { vens, limitVens = Infinity } = scope;
  // Where the limit cut the list, a name that is missing from it says nothing.
  if (!vens || counts.length >= limitVens) return;
  const found = new Set(counts.map((ven) => ven.venName));
  const unknown = vens.filter((name) => !found.has(name));
  if (unknown.length === 0) return;
  throw unknownVen(
    unknown,
    (await store.countByVen({})).map((ven) => ven.venName),
  );
}

/**
 * All VENs and then all their loads; or, where the pacing wants it, one VEN with its loads after the other. Stores what
 * it learned, also where it throws.
 */
async function registerAll(
  { store, profile, link, maxFailures = defaultMaxFailures, signal }: RegistrationRequest,
  venNames: readonly (string | null)[],
  query: LoadsQuery,
  counts: RegistrationCounts,
): Promise<void> {
  const settledVens: string[] = [];
  const named = venNames.filter((venName) => venName !== null);
  const harmless = () => harmlessRequests(profile, settledVens, named);
  const sender = createSender(link, { kind: 'registration', signal, harmless });
  const vtn = { url: link.transport.url, profile: profile.name };
  const { stored } = counts;
  const recorder = createResultRecorder({ store, vtn, clock: link.clock, stored, broken: sender.stop });
  const notes = createSendingNotes(store);
  const bound = createFailureBound(maxFailures, venNames.length, profile);
  const { venByVen } = link.pacing;
  const groups = venByVen ? venNames.map((venName) => [venName]) : [venNames];
  const register = async () => {
    const venOfId = await otherVens(venNames, store);
    for (const group of groups) {
      if (sender.signal.aborted) return;
      const ofGroup = group.filter((venName) => venName !== null);
      const isWhole = groups.length === 1;
      const registered = { sender, profile, store, counts, venOfId, settledVens, isWhole };
      const vens = await registerVens(ofGroup, registered);
      const loads = loadsToSend(group, vens, query, notes);
      const registration = { sender, profile, vens, traceOf: query.traceOf, notes, bound, recorder };
      await driveAll(sender, loads, (load) => registerLoad(load, registration));
      // So that the end of one VEN is told before the next begins.
      if (venByVen) await recorder.finish();
    }
  };
  await thenInAnyCase(register, async () => {
    await recorder.finish();
    // What was noted ahead of its turn, before the run was stopped, is in no doubt.
    await notes.forgetUnsent();
  });
}

/** VENs that are asked for, at most, to see how the VTN is: a firewall before it may dislike the name of one. */
const mostAsked = 3;

/** What shows how the VTN is: a VEN that it has, asked for, or created again where we may not ask; else those to come. */
function harmlessRequests(
  profile: RegistrationProfile,
  settledVens: readonly string[],
  venNames: readonly string[],
): ReturnType<RegistrationProfile['findVen']>[] {
  const [known] = settledVens;
  if (known !== undefined) return [profile.findVen(known), profile.createVen(known)];
  return venNames.slice(-mostAsked).map((venName) => profile.findVen(venName));
}

/** Does `work`, then `end`, whether the work threw or not; the first error is thrown. */
async function thenInAnyCase(work: () => Promise<void>, end: () => Promise<void>): Promise<void> {
  let failure: { error: unknown } | undefined;
  for (const step of [work, end]) {
    try {
      await step();
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}

/** Counts the rows that cannot be loads as failed, the others as what would be sent; sends nothing. */
async function findBrokenRows(
  venNames: readonly (string | null)[],
  query: LoadsQuery,
  counts: RegistrationCounts,
  signal: AbortSignal | undefined,
): Promise<void> {
  for await (const { venName, pending } of loadsToCheck(venNames, query)) {
    if (signal?.aborted) return;
    if (pending.ok) {
      counts.sendable(venName);
      continue;
    }
    const outcome = { at: 'failed' as const, status: null, reason: pending.problem, trace: 'none' as const };
    counts.stored([{ load: pending.load, venName, outcome }]);
  }
}
