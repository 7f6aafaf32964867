import { z } from 'zod';
import type { WaitTotals } from '../delivery/asked-waits.ts';
import type { ApplyProgress } from '../reconciliation/apply/apply-counts.ts';
import { type ApplyRequest, type ApplySummary, applyPlan } from '../reconciliation/apply/apply-plan.ts';
import { hasChanges } from '../reconciliation/plan-actions.ts';
import { throwIfTooManyRemovals } from '../reconciliation/removal-bounds.ts';
import type { OtherVtnChoice } from '../registration/other-vtn-choices.ts';
import { type Move, settleVtn } from '../registration/vtn-of-database.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import {
  type Checks,
  call,
  checkOptions,
  names,
  otherVtnChecks,
  vtnChecks,
  waitingChecks,
  whole,
} from './check-options.ts';
import { loggedRun, type RunFor } from './logged-run.ts';
import { logApplySummary, loggingSteps } from './logging/log-plan-and-apply.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { maxFailuresBounds, maxRemovalsBounds } from './option-values.ts';
import { makeLoggedPlan, type PlanOptions, type PlanResult, planResult } from './plan.ts';
import { endOfApply, noteApply } from './run-counts.ts';
import { type VtnAndStore, withVtnAndStore } from './with-vtn-and-store.ts';

export type { ApplyFailure, ApplyProgress, ApplyStep } from '../reconciliation/apply/apply-counts.ts';
export type { ApplySummary } from '../reconciliation/apply/apply-plan.ts';

/** What to carry out. */
export interface ApplyOptions extends Omit<PlanOptions, 'removeAll'> {
  /** Called with the plan where there is something to do; nothing is done unless it resolves to true. Default: yes. */
  readonly confirm?: ((plan: PlanResult) => Promise<boolean> | boolean) | undefined;
  /**
   * How many resources may be removed at most, per VEN and in all; what moves to another VEN counts. Default: the greater
   * of 10 and 5 % of what the VTN holds.
   */
  readonly maxRemovals?: number | undefined;
  /** See `register`: of the loads that are to be created. */
  readonly maxFailures?: number | undefined;
  readonly onProgress?: ((progress: ApplyProgress) => void) | undefined;
  /** What to do where registered loads are of another VTN. Default: `refuse`, which throws VTN_OTHER. */
  readonly ifOtherVtn?: Exclude<OtherVtnChoice, 'keep'> | undefined;
  /** With `move`: called with what would be forgotten; it is only where this resolves to true. Default: yes. */
  readonly confirmMove?: ((move: Move) => Promise<boolean> | boolean) | undefined;
  /** Wait where another process changes the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
}

const removalChecks = {
  ...vtnChecks,
  ...waitingChecks,
  confirm: call,
  onListing: call,
  onProgress: call,
  onSpelledTwice: call,
};
const checks = {
  ...removalChecks,
  ...otherVtnChecks,
  maxRemovals: whole(maxRemovalsBounds).optional(),
  maxFailures: whole(maxFailuresBounds).optional(),
  ifOtherVtn: z.enum(['refuse', 'move', 'same']).optional(),
} satisfies Checks<ApplyOptions>;

export interface ApplyResult extends ApplySummary {
  /** What was planned. */
  readonly plan: PlanResult;
  /** `confirm` said no, and nothing was done. */
  readonly declined: boolean;
  /** How often, and for how long in all, the VTN and its token endpoint asked to wait, the planning included. */
  readonly waits: WaitTotals;
}

/**
 * Makes a plan (see `plan`) and carries it out: the VTN then holds what the database says, but for conflicts,
 * which are left to a person. Nobody else may change the database meanwhile. It can be interrupted and run
 * again at any moment. Throws VenfleetErrors: TOO_MANY_REMOVALS before anything is done.
 */
export async function apply(options: ApplyOptions): Promise<ApplyResult> {
  checkOptions('apply', checks, options);
  return carryOut(options, 'apply', false);
}

/**
 * Takes all loads of these VENs off the VTN, by the same way; strangers stay. In the database they are then
 * not registered (PENDING): `register` and `apply` would put them back, unless their sites are disabled.
 */
export async function deregister({
  vens,
  ...options
}: Omit<ApplyOptions, 'maxRemovals' | 'ifOtherVtn' | 'confirmMove'> & {
  readonly vens: readonly string[];
}): Promise<ApplyResult> {
  checkOptions('deregister', { ...removalChecks, vens: names }, { vens, ...options });
  return carryOut({ ...options, scope: { vens } }, 'deregister', true);
}

async function carryOut(
  options: ApplyOptions,
  command: 'apply' | 'deregister',
  removeAll: boolean,
): Promise<ApplyResult> {
  return withVtnAndStore(options, { readOnly: false }, (parts) =>
    carryOutIn(parts, options, command, removeAll),
  );
}

/** `apply` over what is open already: as the only one (`command`), and remembered in the log of runs. */
export function applyIn(
  parts: VtnAndStore,
  options: ApplyOptions,
  { command, ...runFor }: RunFor & { readonly command: string },
): Promise<ApplyResult> {
  return carryOutIn(parts, options, 'apply', false, { holder: command, ...runFor });
}

function carryOutIn(
  { checkBeforeListing, ...parts }: VtnAndStore,
  options: ApplyOptions,
  command: 'apply' | 'deregister',
  removeAll: boolean,
  { holder = command, ...runFor }: RunFor & { readonly holder?: string } = {},
): Promise<ApplyResult> {
  const { signal, confirm } = options;
  const { store, link } = parts;
  return store.exclusively({ command: holder, ...loggingWait(options) }, (lost) => {
    const vtn = link.transport.url;
    const run = { store, command, vtn, clock: link.clock, ...runFor };
    return loggedRun<ApplyResult>({ ...run, endOf: endOfApply }, async (note) => {
      let made: PlanResult | undefined;
      const noteProgress = noteApply(note, () => made);
      const tell = loggingSteps(options);
      const request = {
        ...options,
        ...parts,
        removeAll,
        signal: signal ? AbortSignal.any([signal, lost]) : lost,
        beforeSending: checkBeforeListing,
        onProgress(progress: ApplyProgress) {
          noteProgress(progress);
          tell?.(progress);
        },
      };
      if (!removeAll) await settleVtn(request);
      const noted = (plan: PlanResult) => {
        made = plan;
        return confirm?.(plan) ?? true;
      };
      return planAndApply(request, { ...options, confirm: noted });
    });
  });
}

async function planAndApply(
  request: ApplyRequest & Parameters<typeof makeLoggedPlan>[0],
  { confirm, maxRemovals }: Pick<ApplyOptions, 'confirm' | 'maxRemovals'>,
): Promise<ApplyResult> {
  const plan = await makeLoggedPlan(request);
  const waits = () => request.link.waits.totals();
  const result = planResult(plan, waits());
  if (!plan) return { ...nothingDone, plan: result, interrupted: true, declined: false, waits: waits() };
  // Taking loads off is what `deregister` is for.
  if (!request.removeAll) throwIfTooManyRemovals(plan, maxRemovals);
  if (hasChanges(plan.counts) && !((await confirm?.(result)) ?? true)) {
    request.log?.info({}, 'plan declined');
    return { ...nothingDone, plan: result, declined: true, waits: waits() };
  }
  const summary = await applyPlan(plan, request);
  if (request.log) logApplySummary(request.log, summary);
  return { ...summary, plan: result, declined: false, waits: waits() };
}

const nothingDone: ApplySummary = {
  success: false,
  interrupted: false,
  created: 0,
  found: 0,
  updated: 0,
  removed: 0,
  corrected: 0,
  failed: 0,
  failures: [],
  elapsedSeconds: 0,
};
