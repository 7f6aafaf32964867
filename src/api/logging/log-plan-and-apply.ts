import type { Logger } from '../../core/log.ts';
import type { ApplyProgress, ApplyStep } from '../../reconciliation/apply/apply-counts.ts';
import type { ApplySummary } from '../../reconciliation/apply/apply-plan.ts';
import type { Plan } from '../../reconciliation/make-plan.ts';

/** Logs a plan that was made; undefined: it was interrupted. */
export function logPlan(log: Logger, plan: Plan | undefined): void {
  if (plan) {
    const { loads, inSync, resources, counts, unlistedVens, elapsedSeconds } = plan;
    for (const ven of unlistedVens) log.warn(ven, 'VEN could not be listed');
    const vens = { unlistedVens: unlistedVens.length };
    log.info({ loads, inSync, resources, ...counts, ...vens, elapsedSeconds }, 'plan made');
  } else log.info({}, 'plan interrupted');
}

type OnListing = (resources: number) => void;

/**
 * What is to be called while a VTN is listed, and at the end of it: `onListing`, with the log told first. `place` says
 * which VTN, and against which database.
 */
export function loggingListing(
  { log, onListing }: { readonly log?: Logger | undefined; readonly onListing?: OnListing | undefined },
  place: object,
): { readonly onListing?: OnListing | undefined; readonly onListed?: OnListing | undefined } {
  if (!log) return { onListing };
  let hasBegun = false;
  return {
    onListing(resources) {
      if (hasBegun) log.debug({ resources }, 'listing goes on');
      else log.info(place, 'listing begins');
      hasBegun = true;
      onListing?.(resources);
    },
    onListed: (resources) => log.info({ resources }, 'listing ended'),
  };
}

type OnProgress = (progress: ApplyProgress) => void;

/** What is to be called while a plan is carried out: `onProgress`, with the log told first, at info of each step. */
export function loggingSteps({
  log,
  onProgress,
}: {
  readonly log?: Logger | undefined;
  readonly onProgress?: OnProgress | undefined;
}): OnProgress | undefined {
  if (!log) return onProgress;
  let current: ApplyStep | undefined;
  return (progress) => {
    const { step, total } = progress;
    if (step !== current) log.info({ step, total }, 'step begins');
    current = step;
    log.debug(progress, 'step goes on');
    onProgress?.(progress);
  };
}

/** Logs what carrying out a plan did, with the first failures. */
export function logApplySummary(log: Logger, { failures, ...counts }: ApplySummary): void {
  for (const failure of failures) log.warn(failure, `${failure.step} failed`);
  log.info(counts, counts.interrupted ? 'apply interrupted' : 'apply ended');
}
