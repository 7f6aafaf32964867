import { assertAccounted } from '../../core/account.ts';
import type { Trace } from '../../core/trace.ts';
import { createSender, guarded } from '../../delivery/sender.ts';
import { createLoadSource } from '../../registration/load-source.ts';
import { noteVtn } from '../../registration/record-results.ts';
import { registerFleet } from '../../registration/register-fleet.ts';
import type { RefusedMapping, RegistrationStore, VtnRecord } from '../../store/registration-store.ts';
import type { SendingJournal } from '../../store/sending-journal.ts';
import { leavesSomething, type Plan, type PlanRequest } from '../make-plan.ts';
import type { PlanAction } from '../plan-actions.ts';
import {
  type ApplyCounts,
  type ApplyFailure,
  type ApplyProgress,
  createApplyCounts,
} from './apply-counts.ts';
import { removeResources } from './remove-resources.ts';
import { updateResources } from './update-resources.ts';

export interface ApplyRequest extends PlanRequest {
  readonly store: PlanRequest['store'] & SendingJournal & RegistrationStore;
  /** See `RegistrationRequest`. */
  readonly maxFailures?: number | undefined;
  readonly onProgress?: ((progress: ApplyProgress) => void) | undefined;
}

/** What carrying out a plan did. */
export interface ApplySummary {
  /** All of the plan was carried out, and it left nothing: no conflict, and no VEN that could not be listed. */
  readonly success: boolean;
  readonly interrupted: boolean;
  readonly created: number;
  /** Loads to be created that a look-up found on the VTN: they were there, or an answer about them was in doubt. */
  readonly found: number;
  readonly updated: number;
  readonly removed: number;
  /** Wrong ids in the database that were put right. */
  readonly corrected: number;
  readonly failed: number;
  /** The first 100. */
  readonly failures: readonly ApplyFailure[];
  readonly elapsedSeconds: number;
}

/**
 * Carries out a plan: wrong ids are forgotten first, so that no two loads have one; then resources are removed,
 * which frees their names, then updated, and at last created, with all that `registerFleet` guarantees. Nothing
 * but the plan is done. What ends on the way can be planned and applied again: each step leaves both sides so
 * that the next plan has what is left. Throws what makes a run pointless, with what was done before stored; and
 * LOADS_UNACCOUNTED.
 */
export async function applyPlan(plan: Plan, request: ApplyRequest): Promise<ApplySummary> {
  const { store, profile, link, signal } = request;
  const vtn = { url: link.transport.url, profile: profile.name };
  const { clock } = link;
  const startedAt = clock.monotonic();
  const counts = createApplyCounts(plan, request.onProgress);
  const traces = await store.unmap(outdated(plan.actions));
  const { corrected, refused } = await correct(plan, store, vtn);
  const harmless = () => harmlessRequests(plan, profile);
  const sender = createSender(link, { kind: 'changes', signal, harmless });
  const kept = await guarded(sender, removeResources(plan, { store, profile, sender, counts }));
  await guarded(sender, updateResources(plan, { store, profile, sender, counts }));
  if (!signal?.aborted) await create(plan, { kept, traces }, request, counts);
  const interrupted = signal?.aborted ?? false;
  if (!interrupted) assertAccounted(counts.accounts());
  for (const { venName, externalResourceId, problem: reason } of refused) {
    counts.fail('update', { venName, externalResourceId, status: null, reason });
  }
  const isDone = counts.failed() === 0 && plan.unlistedVens.length === 0 && !interrupted;
  // What the database says is now said of this VTN, also where there was nothing to do.
  if (isDone) await noteVtn(store, vtn, plan.vensSeen);
  return {
    success: isDone && !leavesSomething(plan),
    interrupted,
    created: counts.done('create') - counts.found(),
    found: counts.found(),
    updated: counts.done('update'),
    removed: counts.done('remove'),
    corrected,
    failed: counts.failed(),
    failures: counts.failures,
    elapsedSeconds: Math.round(clock.monotonic() - startedAt) / 1000,
  };
}

/** Loads whose stored id is not that of their resource. */
export function outdated(actions: readonly PlanAction[]): string[] {
  return actions.flatMap((action) => {
    const isOutdated =
      action.kind === 'correct' ||
      ((action.kind === 'update' || action.kind === 'remove') && action.adopted) ||
      (action.kind === 'create' && action.why === 'lost');
    return isOutdated && action.loadId !== null ? [action.loadId] : [];
  });
}

/** VENs that are asked for, at most, to see how the VTN is. */
const mostAsked = 3;

function harmlessRequests({ vens, actions }: Plan, profile: ApplyRequest['profile']) {
  const names = vens.size > 0 ? vens.keys() : new Set(actions.map(({ venName }) => venName ?? '')).values();
  return [...names.take(mostAsked)].map((venName) => profile.findVen(venName));
}

/**
 * Puts right the ids of loads that are on the VTN as they should be; those of others are only forgotten. Failures of
 * loads that are as they should be are forgotten too.
 */
async function correct(
  plan: Plan,
  store: ApplyRequest['store'],
  vtn: VtnRecord,
): Promise<{ corrected: number; refused: readonly RefusedMapping[] }> {
  const corrections = plan.actions.filter((action) => action.kind === 'correct');
  const mappings = corrections.flatMap(({ loadId, resourceId, externalResourceId, venName }) =>
    resourceId === null
      ? []
      : [
          {
            loadId,
            vtnResourceId: resourceId,
            externalResourceId,
            venName,
            sentHash: null,
            evidence: 'told' as const,
          },
        ],
  );
  const refused = await store.record(mappings, []);
  if (mappings.length > 0) await noteVtn(store, vtn);
  await store.remember(plan.toRemember);
  const unstored = new Set(refused.map(({ loadId }) => loadId));
  await store.forgetFailures(plan.recovered.filter((loadId) => !unstored.has(loadId)));
  return { corrected: corrections.length - refused.length, refused };
}

/**
 * Creates what is to be created, and what was removed to be created under another VEN. `kept` was not removed.
 * `traces` has what the VTN lost: that may be one bad answer, and others may have put it back since, so it is looked up
 * first, or a VTN that takes duplicates would hold it twice.
 */
async function create(
  plan: Plan,
  { kept, traces }: { readonly kept: ReadonlySet<string>; readonly traces: ReadonlyMap<string, Trace> },
  request: ApplyRequest,
  counts: ApplyCounts,
): Promise<void> {
  const only = new Map<string, Set<string>>();
  const unread = new Map<string, { venName: string; externalResourceId: string }>();
  counts.keep(kept.size);
  for (const action of plan.actions) {
    if (action.kind !== 'create' && !(action.kind === 'update' && action.fromVen !== null)) continue;
    if (kept.has(action.loadId)) continue;
    unread.set(action.loadId, action);
    const ofVen = only.get(action.venName) ?? new Set();
    only.set(action.venName, ofVen.add(action.loadId));
  }
  if (only.size === 0) return;
  const source = createLoadSource(request.store, request.profile);
  const summary = await registerFleet({
    ...request,
    async loads(query) {
      const page = await source(query);
      for (const { load } of page.loads) unread.delete(load.loadId);
      return page;
    },
    scope: { vens: [...only.keys()] },
    only,
    traces,
    beforeSending: undefined,
    onEvent(event) {
      if (event.type !== 'progress') return;
      const { registered: done, found, failed } = event;
      counts.progress('create', { done, found, failed });
    },
  });
  for (const { externalResourceId, status, reason } of summary.failures) {
    counts.note('create', { venName: null, externalResourceId, status, reason });
  }
  if (summary.interrupted) return;
  const reason = 'its row has gone since the plan was made, or is not to be sent any more: plan again';
  for (const { venName, externalResourceId } of unread.values())
    counts.fail('create', { venName, externalResourceId, status: null, reason });
}
