import type { WaitTotals } from '../delivery/asked-waits.ts';
import {
  agrees,
  makePlan,
  type Plan,
  type PlanRequest,
  type UnlistedVen,
} from '../reconciliation/make-plan.ts';
import { type ActionCounts, noActions, type PlanAction } from '../reconciliation/plan-actions.ts';
import type { FleetNames, FleetScope } from '../store/fleet-store.ts';
import { type Checks, call, checkOptions, flag, vtnChecks } from './check-options.ts';
import { loggedRun, type RunFor } from './logged-run.ts';
import { loggingListing, logPlan } from './logging/log-plan-and-apply.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { defaultDbPath } from './option-values.ts';
import { endOfPlan } from './run-counts.ts';
import { type OnSpelledTwice, spelledScope } from './spelled-names.ts';
import { type VtnAndStore, type VtnAndStoreOptions, withVtnAndStore } from './with-vtn-and-store.ts';

export { leavesSomething } from '../reconciliation/make-plan.ts';
export {
  type ActionCounts,
  type ActionKind,
  actionKinds,
  hasChanges,
  noActions,
  type PlanAction,
} from '../reconciliation/plan-actions.ts';

/** What to compare. */
export interface PlanOptions
  extends VtnAndStoreOptions,
    Pick<PlanRequest, 'includeDisabled' | 'removeAll' | 'onListing'>,
    OnSpelledTwice {
  /** Only these VENs, or the first N by name. Default: all. */
  readonly scope?: FleetScope | undefined;
}

const checks = {
  ...vtnChecks,
  removeAll: flag,
  onListing: call,
  onSpelledTwice: call,
} satisfies Checks<PlanOptions>;

/** How the VTN stands to the database. */
export interface PlanResult {
  /** They say the same. Strangers do not count. */
  readonly agrees: boolean;
  /** It was aborted: the rest says nothing. */
  readonly interrupted: boolean;
  /** Loads that were looked at, and how many of them are on the VTN as they should be. */
  readonly loads: number;
  readonly inSync: number;
  /** How many stay as they are: suspended, or neither wanted nor on the VTN. The others are in `actions`. */
  readonly skipped: number;
  /** Resources on the VTN, of the VENs that were looked at. */
  readonly resources: number;
  readonly counts: ActionCounts;
  readonly actions: readonly PlanAction[];
  /** VENs that refused to be listed: what the VTN holds of them is not known, and their loads do not count above. */
  readonly unlistedVens: readonly UnlistedVen[];
  /** How often, and for how long in all, the VTN and its token endpoint asked to wait. */
  readonly waits: WaitTotals;
  readonly elapsedSeconds: number;
}

/**
 * Compares a fleet database with the VTN, and says what `apply` would do. Changes nothing on either: the database file stays as it is, to the byte. Throws
 * VenfleetErrors, e.g. where the VTN cannot be listed.
 */
export async function plan(options: PlanOptions): Promise<PlanResult> {
  checkOptions('plan', checks, options);
  return withVtnAndStore(options, { readOnly: true }, async (parts) => {
    const request = { ...options, ...parts, beforeSending: parts.checkBeforeListing };
    return planResult(await makeLoggedPlan(request), parts.link.waits.totals());
  });
}

/** `plan` over what is open already: while nobody else changes the database (`command`), and remembered in the log of runs. */
export function planIn(
  parts: VtnAndStore,
  options: Omit<PlanOptions, 'removeAll'> & Parameters<typeof loggingWait>[0],
  { command, ...runFor }: RunFor & { readonly command: string },
): Promise<PlanResult> {
  const { store, link } = parts;
  const { signal } = options;
  return store.exclusively({ command, ...loggingWait(options) }, (lost) => {
    const until = signal ? AbortSignal.any([signal, lost]) : lost;
    const request = { ...options, ...parts, signal: until, beforeSending: parts.checkBeforeListing };
    const vtn = link.transport.url;
    const run = { store, command: 'plan', vtn, clock: link.clock, endOf: endOfPlan, ...runFor } as const;
    return loggedRun<PlanResult>(run, async () =>
      planResult(await makeLoggedPlan(request), link.waits.totals()),
    );
  });
}

/** `makePlan`, with the log told of it. */
export async function makeLoggedPlan(
  request: PlanRequest &
    OnSpelledTwice & { readonly store: FleetNames; readonly dbPath?: string | undefined },
): Promise<Plan | undefined> {
  const { link, profile, dbPath = defaultDbPath, log } = request;
  const place = { vtn: link.transport.url, profile: profile.name, database: dbPath };
  const scope = await spelledScope(request.store, request.scope, request);
  const made = await makePlan({ ...request, scope, ...loggingListing(request, place) });
  if (log) logPlan(log, made);
  return made;
}

/** Whether the VTN holds exactly what the database says: `plan`, without what to do about it. */
export async function verify(options: PlanOptions): Promise<Omit<PlanResult, 'actions'>> {
  const { actions: _, ...result } = await plan(options);
  return result;
}

/** A plan as programs see it; undefined: it was aborted. */
export function planResult(made: Plan | undefined, waits: WaitTotals): PlanResult {
  if (!made) return { ...nothing, interrupted: true, waits };
  const { loads, inSync, skipped, resources, counts, actions, unlistedVens, elapsedSeconds } = made;
  return {
    agrees: agrees(made),
    interrupted: false,
    loads,
    inSync,
    skipped,
    resources,
    counts,
    actions,
    unlistedVens,
    waits,
    elapsedSeconds,
  };
}

const nothing: Omit<PlanResult, 'waits'> = {
  agrees: false,
  interrupted: false,
  loads: 0,
  inSync: 0,
  skipped: 0,
  resources: 0,
  counts: noActions(),
  actions: [],
  unlistedVens: [],
  elapsedSeconds: 0,
};
