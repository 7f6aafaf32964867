import type { VtnOptions } from '../api/connect.ts';
import { register as registerDatabase } from '../api/register.ts';
import { VenfleetError } from '../core/errors.ts';
import { defaultRetryPolicy } from '../core/retry.ts';
import type { PacingChoice } from '../registration/pacing-choice.ts';
import type { RegistrationSummary } from '../registration/summary.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { isEndOfWaiting, tellOfWaiting } from './lease.ts';
import { createProgress } from './render/choose-progress.ts';
import { summaryText } from './render/summary.ts';
import { vtnAccess, vtnAccessOptions } from './vtn-access.ts';

/** The options of a registration, which `demo` passes on. */
export const registrationOptions = [
  'db',
  'ven',
  'limitVens',
  'batchSize',
  'delayBetweenBatches',
  'concurrency',
  'maxRate',
  'grace',
  'includeDisabled',
  'dryRun',
  'wait',
  'json',
] as const;

const registerOptions = [...registrationOptions, ...vtnAccessOptions] as const;

export const register: CommandDefinition<(typeof registerOptions)[number]> = {
  name: 'register',
  description:
    'VENs first, then all their loads in parallel. What succeeded is stored while the run goes on:\n' +
    'interrupt it, run it again, and it goes on where it stopped.\n\n' +
    'Exit code: 0 all went well, 1 some loads failed, 2 wrong use or a bad environment, 130 interrupted.',
  options: registerOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet register --vtn-url http://localhost:8000',
    'venfleet register --token-file token.txt --ven Aalborg --ven Aarhus',
    'venfleet register --limit-vens 2 --batch-size 20 --delay-between-batches 0.5',
    'venfleet register --dry-run',
  ],
  run: (context) => runRegistration(context, vtnAccess(context)),
};

/** Registers as the options say, shows how it goes, prints the summary; returns the exit code. */
export async function runRegistration(
  context: CommandContext<(typeof registrationOptions)[number]>,
  vtn: Omit<VtnOptions, 'connections'>,
): Promise<number> {
  const { values, signal, log } = context;
  // A dry run is over before anyone could watch it.
  const progress = createProgress({ quiet: values.json || values.dryRun });
  signal.addEventListener('abort', tellOfStopping);
  let summary: RegistrationSummary;
  try {
    summary = await registerDatabase({
      ...vtn,
      dbPath: values.db,
      scope: {
        ...(values.ven !== undefined && { vens: values.ven }),
        ...(values.limitVens !== undefined && { limitVens: values.limitVens }),
      },
      includeDisabled: values.includeDisabled,
      dryRun: values.dryRun,
      pacing: pacingChoice(context),
      retry: { ...defaultRetryPolicy, graceMs: values.grace * 1000 },
      signal,
      wait: values.wait,
      onWaiting: tellOfWaiting,
      onEvent: (event) => {
        progress.onEvent(event);
        log.debug(event);
      },
    });
  } catch (error) {
    if (isEndOfWaiting(error, signal)) return 130;
    throw error;
  } finally {
    progress.stop();
  }
  process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  if (summary.interrupted) return 130;
  return summary.success ? 0 : 1;
}

/** What is in flight may take a while to end, and Ctrl-C should not seem to do nothing. */
function tellOfStopping(): void {
  process.stderr.write('venfleet: stopping when what is in flight is stored; Ctrl-C again stops at once\n');
}

/**
 * Neither asked for: as fast as the VTN takes it. `--concurrency` asks for a window, `--batch-size` and `--delay-between-batches` for batches; whichever was
 * given nearer to the command line counts.
 */
function pacingChoice({
  values,
  sourceOf,
}: CommandContext<(typeof registrationOptions)[number]>): PacingChoice {
  const order = ['flag', 'environment', 'file'];
  const rank = (name: (typeof registrationOptions)[number]) => {
    const source = sourceOf(name);
    return source === undefined ? order.length : order.indexOf(source);
  };
  const { concurrency, batchSize, delayBetweenBatches } = values;
  const maxRate = values.maxRate || undefined;
  const batchRank = Math.min(rank('batchSize'), rank('delayBetweenBatches'));
  const windowRank = rank('concurrency');
  if (batchRank === windowRank && batchRank < order.length) {
    const problem = '--concurrency cannot go with --batch-size or --delay-between-batches.';
    throw new VenfleetError('BAD_OPTION', { problem, command: 'register' });
  }
  if (batchRank < windowRank) {
    return { kind: 'batch', batchSize: batchSize ?? 50, delaySeconds: delayBetweenBatches ?? 0.5, maxRate };
  }
  return concurrency === undefined ? { kind: 'adaptive', maxRate } : { kind: 'window', concurrency, maxRate };
}
