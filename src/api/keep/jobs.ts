import type { Clock } from '../../core/clock.ts';
import { counted } from '../../core/count.ts';
import { VenfleetError } from '../../core/errors.ts';
import { actionKinds } from '../../reconciliation/plan-actions.ts';
import type { AccessHolder } from '../../store/exclusive.ts';
import { type ApplyOptions, type ApplyResult, applyIn } from '../apply.ts';
import type { NotedRun, RunFor } from '../logged-run.ts';
import { type PlanResult, planIn } from '../plan.ts';
import { registerIn } from '../register.ts';
import type { VtnAndStore, VtnAndStoreOptions } from '../with-vtn-and-store.ts';
import type { DriftChoice } from './drift-choices.ts';
import type { KeptPlan } from './fleet-keeper.ts';
import type { PartWork } from './part.ts';
import { waitText } from './wait-text.ts';

/** How fleet and VTN are kept together. */
export interface ReconciliationOptions
  extends VtnAndStoreOptions,
    Pick<ApplyOptions, 'includeDisabled' | 'maxRemovals' | 'maxFailures'> {
  /** Seconds from the end of one comparison of fleet and VTN to the next. Default 3,600. */
  readonly reconcileEverySeconds?: number | undefined;
  /** What to do where they differ: `alert` (default) says so, `apply` makes them agree within `maxRemovals`, `ignore` neither. */
  readonly onDrift?: DriftChoice | undefined;
}

/** What the reconciliation is made of, and with what. */
export interface Keeping {
  readonly parts: VtnAndStore;
  readonly options: ReconciliationOptions;
  readonly clock: Clock;
  readonly onRun: (run: NotedRun) => void;
}

/** What a comparison leaves for a person. */
export interface Drift {
  readonly problem: string | null;
  readonly code: VenfleetError['code'] | null;
}

export const agreed: Drift = { problem: null, code: null };

/** The jobs of the reconciliation; each has the fleet to itself while it lasts, and waits for others. */
export interface Jobs {
  register(work: PartWork, by: RunFor['by']): Promise<unknown>;
  plan(work: PartWork, by: RunFor['by']): Promise<KeptPlan>;
  apply(work: PartWork, by: RunFor['by'], maxRemovals: number | undefined): Promise<ApplyResult>;
  /** Does about what a plan found what is to be done about it, and says what is left to a person. */
  settleDrift(work: PartWork, plan: KeptPlan): Promise<Drift>;
}

/** The name under which it holds the fleet. */
const command = 'serve';

export function createJobs({ parts, options, clock, onRun }: Keeping): Jobs {
  const { onDrift = 'alert', log } = options;
  let plans = 0;
  const runFor = (work: PartWork, by: RunFor['by']) => ({
    by,
    command,
    onRun(run: NotedRun) {
      onRun(run);
      if (run.state !== 'running') return;
      if (hasDone(run)) work.succeeds();
      else work.begins();
    },
  });
  const asPart = (work: PartWork) => ({
    ...options,
    signal: work.signal,
    wait: true,
    onWaiting: (holder: AccessHolder) => work.waitsFor(waitText(holder)),
  });
  const jobs: Jobs = {
    register: (work, by) => registerIn(parts, asPart(work), runFor(work, by)),
    async plan(work, by) {
      const result = await planIn(parts, asPart(work), runFor(work, by));
      return { planId: ++plans, madeMs: clock.now(), result };
    },
    apply: (work, by, maxRemovals) => applyIn(parts, { ...asPart(work), maxRemovals }, runFor(work, by)),
    async settleDrift(work, { result }) {
      if (result.interrupted || result.agrees) return agreed;
      const level = onDrift === 'ignore' ? 'info' : 'warn';
      log?.[level]({ ...result.counts, onDrift }, 'the VTN differs from the database');
      if (onDrift === 'ignore') return agreed;
      if (onDrift === 'alert') return { problem: driftText(result), code: null };
      try {
        const applied = await jobs.apply(work, 'schedule', options.maxRemovals);
        if (applied.interrupted || applied.success) return agreed;
        return { problem: leftText(applied.failed, applied.plan), code: null };
      } catch (error) {
        if (!(error instanceof VenfleetError && error.code === 'TOO_MANY_REMOVALS')) throw error;
        return { problem: `A person has to decide: ${error.message}`, code: error.code };
      }
    },
  };
  return jobs;
}

/** Whether the VTN took something of it. What it had before, and a listing that may yet fail, prove nothing. */
const hasDone = ({ counts }: NotedRun) =>
  ['registered', 'created', 'updated', 'removed'].some((what) => (counts[what] ?? 0) > 0);

const unlistedText = ({ unlistedVens }: PlanResult) =>
  unlistedVens.length > 0 ? [`${counted(unlistedVens.length, 'VEN')} that cannot be listed`] : [];

function driftText(plan: PlanResult): string {
  const kinds = actionKinds.filter((kind) => plan.counts[kind] > 0 && kind !== 'stranger');
  const found = [...kinds.map((kind) => `${plan.counts[kind]} ${kind}`), ...unlistedText(plan)];
  return `The VTN differs from the database (${found.join(', ')}): look at the plan, and apply it.`;
}

function leftText(failed: number, plan: PlanResult): string {
  const { conflict } = plan.counts;
  const left = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(conflict > 0 ? [counted(conflict, 'conflict')] : []),
    ...unlistedText(plan),
  ];
  return `Applying left something undone: ${left.join(', ')}.`;
}
