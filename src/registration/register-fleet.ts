import { type Clock, systemClock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../core/retry.ts';
import { createPacing, type PacingChoice } from '../delivery/pacing/pacing-choice.ts';
import { createRecorder } from '../delivery/recorder.ts';
import { createHealth } from '../delivery/vtn-health.ts';
import { unknownVen } from '../fleet/unknown-ven.ts';
import type { Transport, WireProfile } from '../profiles/registration-profile.ts';
import type { FleetScope, FleetStore, VenCounts } from '../store/fleet-store.ts';
import { createLoadSource, type LoadSource } from './load-source.ts';
import { notingVtn } from './noting-vtn.ts';
import { plannedLoads, registerLoad } from './register-load.ts';
import { otherVens, registerVens } from './register-vens.ts';
import { createTally } from './registration-counts.ts';
import type { RegistrationEvent, RegistrationSummary } from './registration-events.ts';
import type { Run } from './run.ts';

export interface RegistrationRequest {
  readonly store: FleetStore;
  /** Where the loads come from. Default: the store, on this thread. */
  readonly loads?: LoadSource | undefined;
  readonly transport: Transport;
  readonly profile: WireProfile;
  readonly pacing: PacingChoice;
  readonly scope?: FleetScope | undefined;
  /** Only these loads, by VEN: ids. Default: all that are not registered. */
  readonly only?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /**
   * Ids of loads that the VTN had before, though it does not list them now, and of which no request is on its way:
   * looked up before they are sent.
   */
  readonly known?: ReadonlySet<string> | undefined;
  /** Also register loads of disabled sites. Suspended loads never are. */
  readonly includeDisabled?: boolean | undefined;
  /** Send nothing and store nothing; count what would be sent, and tell the rows that are broken. */
  readonly dryRun?: boolean | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Stops the run: what is in flight is finished and stored, nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
  /** Called once before the first request, and not at all where there is nothing to send; may throw. */
  readonly beforeSending?: (() => Promise<void>) | undefined;
  readonly onEvent?: ((event: RegistrationEvent) => void) | undefined;
}

/**
 * Registers every load of the scope that is not registered yet: VENs first, then their loads. One load's
 * failure never stops the others. Throws a VenfleetError for what makes the whole run pointless (VTN not
 * reachable or lost, token refused, database failing); what was learned before is stored, and a further run
 * goes on from there.
 */
export async function registerFleet(request: RegistrationRequest): Promise<RegistrationSummary> {
  const clock = request.clock ?? systemClock;
  const startedAt = clock.monotonic();
  const counts = restrict(await request.store.countByVen(request.scope ?? {}), request.only);
  await throwIfUnknown(request, counts);
  if (!request.dryRun) await tellOfOtherVtn(request, counts);
  const run = createRun(
    request,
    clock,
    createTally(counts, request.includeDisabled ?? false, emitter(request)),
  );
  const venNames = counts.map((ven) => ven.venName).filter((venName) => run.tally.pendingOf(venName) > 0);
  const position = { begun: 0, vens: venNames.length };
  const summary = (interrupted: boolean) =>
    run.tally.summary({
      interrupted,
      dryRun: request.dryRun ?? false,
      elapsedMs: clock.monotonic() - startedAt,
    });
  if (request.dryRun) await findBrokenRows(venNames, run, position);
  else if (venNames.length > 0) {
    await request.beforeSending?.();
    try {
      await storingAll(run, () => registerGroups(venNames, run, position));
    } catch (error) {
      run.emit({ type: 'broken-off', summary: summary(true) });
      throw error;
    }
  }
  return summary(request.signal?.aborted ?? false);
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

/** Loads that count as registered may be so elsewhere: this run does not ask the VTN about them. */
async function tellOfOtherVtn(request: RegistrationRequest, counts: readonly VenCounts[]): Promise<void> {
  const registered = counts.reduce((sum, ven) => sum + ven.registered, 0);
  if (registered === 0) return;
  const vtn = await request.store.recordedVtn();
  const { url } = request.transport;
  if (vtn && vtn.url !== url) emitter(request)({ type: 'other-vtn', vtn, url, registered });
}

function emitter(request: RegistrationRequest): (event: RegistrationEvent) => void {
  return request.onEvent ?? (() => undefined);
}

function createRun(request: RegistrationRequest, clock: Clock, tally: Run['tally']): Run {
  const { transport, profile } = request;
  const store = notingVtn(request.store, { url: transport.url, profile: profile.name });
  const stop = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  return {
    store,
    loads: request.loads ?? createLoadSource(store, profile),
    transport,
    profile,
    clock,
    signal,
    tally,
    emit: emitter(request),
    pacing: createPacing(request.pacing, clock, signal),
    health: createHealth(transport, clock),
    retry: request.retry ?? defaultRetryPolicy,
    random: request.random ?? Math.random,
    includeDisabled: request.includeDisabled ?? false,
    only: request.only,
    known: request.known,
    unsent: new Set(),
    recorder: createRecorder(store, clock, tally.stored, () => stop.abort()),
    guard: (work) =>
      work.catch((error: unknown) => {
        stop.abort();
        throw error;
      }),
  };
}

/** All VENs and then all their loads; or, where the pacing wants it, one VEN with its loads after the other. */
async function registerGroups(
  venNames: readonly (string | null)[],
  run: Run,
  position: { begun: number; vens: number },
): Promise<void> {
  const groups = run.pacing.venByVen ? venNames.map((venName) => [venName]) : [venNames];
  const venOfId = await otherVens(venNames, run);
  for (const group of groups) {
    if (run.signal.aborted) return;
    const named = group.filter((venName) => venName !== null);
    const vens = await registerVens(named, run, venOfId);
    await run.pacing.drive(plannedLoads(group, vens, run, position), (planned) =>
      run.guard(registerLoad(planned, vens, run)),
    );
    // So that the end of one VEN is told before the next begins.
    if (run.pacing.venByVen) await run.recorder.finish();
  }
}

/** Runs `work`, then stores what it left, whether it threw or not; its own error comes first. */
async function storingAll(run: Run, work: () => Promise<void>): Promise<void> {
  let failure: { error: unknown } | undefined;
  try {
    await work();
  } catch (error) {
    failure = { error };
  }
  try {
    await run.recorder.finish();
    // What was noted ahead of its turn, before the run was stopped, is in no doubt.
    if (run.unsent.size > 0) await run.store.forgetSending([...run.unsent]);
  } catch (error) {
    failure ??= { error };
  }
  if (failure) throw failure.error;
}

async function findBrokenRows(
  venNames: readonly (string | null)[],
  run: Run,
  position: { begun: number; vens: number },
): Promise<void> {
  for await (const { venName, pending } of plannedLoads(venNames, undefined, run, position)) {
    if (run.signal.aborted) return;
    if (pending.ok) continue;
    const outcome = { at: 'failed' as const, status: null, reason: pending.problem, inDoubt: false };
    run.tally.stored([{ load: pending.load, venName, outcome }]);
  }
}
