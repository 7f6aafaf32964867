import { type ApplyOptions, type ApplyResult, apply as applyPlan } from '../api/apply.ts';
import { usedVtnUrl } from '../api/connect-vtn.ts';
import type { CommandMetrics } from '../api/metrics/command-metrics.ts';
import { noteApply } from '../api/run-counts.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { confirmation } from './confirm.ts';
import { heading } from './heading.ts';
import { isEndOfWaiting, tellOfWaiting } from './lease.ts';
import { withMetricsPort } from './metrics-port.ts';
import { retryWithin } from './options/job.ts';
import { otherVtnChoice } from './other-vtn.ts';
import { comparingOptions, comparison, shown } from './plan.ts';
import { applyText } from './render/apply.ts';
import { createApplyProgress } from './render/apply-progress.ts';
import { createListing } from './render/listing.ts';
import { print, printJson } from './render/output.ts';
import { planJsonValue, planText } from './render/plan.ts';
import { tellOfStopping } from './stopping.ts';

export const applyingOptions = [
  ...comparingOptions,
  'show',
  'all',
  'yes',
  'maxRemovals',
  'maxFailures',
  'wait',
  'grace',
] as const;

type ApplyContext = CommandContext<(typeof applyingOptions)[number]>;

const applyOptions = [...applyingOptions, 'sameVtn', 'moveToThisVtn', 'metricsPort'] as const;

export const apply: CommandDefinition<(typeof applyOptions)[number]> = {
  name: 'apply',
  description:
    'Shows the plan (see "venfleet plan"), asks, and carries it out: what is wrong in the database first, then it ' +
    'removes, updates and creates on the VTN. Conflicts and resources that are not ours stay as they are. ' +
    'Interrupt it, run it again, and it does what is left.\n\n' +
    'Exit code: 0 all was done, and "venfleet verify" would agree, 1 something is left (failures, conflicts, VENs ' +
    'that could not be listed) or you said no, 2 wrong use or a bad environment, 130 interrupted.',
  options: applyOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet apply --vtn-url http://localhost:8000',
    'venfleet apply --ven Aalborg --yes',
    'venfleet apply --max-removals 300',
  ],
  run(context) {
    const choice = otherVtnChoice(context);
    return withMetricsPort(context, (metrics) =>
      runApply(context, 'apply', undefined, (options) =>
        applyPlan({ ...options, ...choice, ...(metrics && measured(options, metrics)) }),
      ),
    );
  },
};

/** The same options, with which the metrics are told of requests and of how far it is. */
function measured(
  options: ApplyOptions,
  { note, onRequest, onToken }: CommandMetrics,
): Partial<ApplyOptions> {
  let plan: Parameters<NonNullable<ApplyOptions['confirm']>>[0] | undefined;
  const noted = noteApply(note, () => plan);
  return {
    onRequest,
    onToken,
    async confirm(made) {
      plan = made;
      return (await options.confirm?.(made)) ?? true;
    },
    onProgress(progress) {
      noted(progress);
      options.onProgress?.(progress);
    },
  };
}

/**
 * Carries out as the options say, asks, shows how it goes, prints what was done; returns the exit code. `nothing`:
 * what is said where there is nothing to do.
 */
export async function runApply(
  context: ApplyContext,
  command: string,
  nothing: string | undefined,
  carryOut: (options: ApplyOptions) => Promise<ApplyResult>,
): Promise<number> {
  const { values, signal } = context;
  const ask = confirmation(command, values, () => `Do it on ${usedVtnUrl(values.vtnUrl)}?`, signal);
  const show = shown(values);
  const progress = createApplyProgress({ json: values.json });
  const listing = createListing({ json: values.json, heading: () => heading(values) });
  let isPlanned = false;
  let untell: (() => void) | undefined;
  let result: ApplyResult;
  try {
    result = await carryOut({
      ...comparison(context),
      retry: retryWithin(values),
      ...(values.maxRemovals !== undefined && { maxRemovals: values.maxRemovals }),
      ...(values.maxFailures !== undefined && { maxFailures: values.maxFailures }),
      wait: values.wait,
      onWaiting: tellOfWaiting,
      onListing: listing.onListing,
      onAskedToWait: (wait) => (isPlanned ? progress : listing).onAskedToWait(wait),
      async confirm(plan) {
        isPlanned = true;
        listing.stop();
        if (!values.json) print(planText(plan, show));
        const yes = await ask();
        if (yes) untell = tellOfStopping(signal, progress.say);
        return yes;
      },
      onProgress: progress.onProgress,
    });
  } catch (error) {
    if (isEndOfWaiting(error, signal)) return 130;
    throw error;
  } finally {
    untell?.();
    listing.stop();
    progress.stop();
  }
  const { plan, ...rest } = result;
  // The database may have moved to this VTN by then.
  if (plan.interrupted) listing.interrupted('nothing was changed on the VTN');
  if (values.json) printJson({ ...rest, plan: planJsonValue(plan, show) });
  else print(applyText(result, nothing));
  if (result.interrupted || signal.aborted) return 130;
  return result.success ? 0 : 1;
}
