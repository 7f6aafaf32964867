import type { Account } from '../../core/account.ts';
import type { Plan } from '../make-plan.ts';

/** The steps in which a plan is carried out, in their order. */
export type ApplyStep = 'remove' | 'update' | 'create';

/** How carrying out a plan goes on: counts of one step so far. */
export interface ApplyProgress {
  readonly step: ApplyStep;
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

/** What could not be carried out, and why. */
export interface ApplyFailure {
  readonly step: ApplyStep;
  /** Null where it is not known any more. */
  readonly venName: string | null;
  readonly externalResourceId: string;
  /** The VTN's HTTP status; null where it gave none. */
  readonly status: number | null;
  readonly reason: string;
}

/** Counts what carrying out a plan does, and tells of it. */
export interface ApplyCounts {
  readonly failures: readonly ApplyFailure[];
  done(step: ApplyStep): number;
  /** Of those to be created, the ones that were on the VTN. */
  found(): number;
  failed(): number;
  succeed(step: ApplyStep, count?: number): void;
  fail(step: ApplyStep, failure: Omit<ApplyFailure, 'step'>): void;
  /** Sets the counts of a step that counts by itself. */
  progress(step: ApplyStep, counts: { done: number; found: number; failed: number }): void;
  /** So many of those to be created stay where they are: they could not be removed to be created elsewhere. */
  keep(count: number): void;
  /** The accounts of all steps, of which none was interrupted. */
  accounts(): Account[];
  /** Keeps a failure of such a step. */
  note(step: ApplyStep, failure: Omit<ApplyFailure, 'step'>): void;
}

const mostFailures = 100;

export function createApplyCounts(
  { counts, actions }: Pick<Plan, 'counts' | 'actions'>,
  emit: (progress: ApplyProgress) => void = () => undefined,
): ApplyCounts {
  const moves = actions.filter((action) => action.kind === 'update' && action.fromVen !== null).length;
  const steps = {
    remove: { done: 0, failed: 0, total: counts.remove + moves },
    update: { done: 0, failed: 0, total: counts.update - moves },
    create: { done: 0, failed: 0, total: counts.create + moves },
  };
  let found = 0;
  let kept = 0;
  const failures: ApplyFailure[] = [];
  const tell = (step: ApplyStep) => emit({ step, ...steps[step] });
  const note: ApplyCounts['note'] = (step, failure) => {
    if (failures.length < mostFailures) failures.push({ step, ...failure });
  };
  return {
    failures,
    note,
    done: (step) => steps[step].done,
    found: () => found,
    failed: () => steps.remove.failed + steps.update.failed + steps.create.failed,
    succeed(step, count = 1) {
      steps[step].done += count;
      tell(step);
    },
    fail(step, failure) {
      steps[step].failed++;
      note(step, failure);
      tell(step);
    },
    keep(count) {
      kept += count;
    },
    accounts: () =>
      Object.entries(steps).map(([step, { done, failed, total }]) => ({
        of: `those to ${step}`,
        total,
        done,
        failed,
        skipped: step === 'create' ? kept : 0,
        alreadyThere: 0,
      })),
    progress(step, { found: foundSoFar, ...counts }) {
      found = foundSoFar;
      Object.assign(steps[step], counts);
      tell(step);
    },
  };
}
