import type { VtnOptions } from '../api/connect-vtn.ts';
import {
  type RegisterOptions,
  type RegistrationEvent,
  register as registerDatabase,
} from '../api/register.ts';
import { noteRegistration } from '../api/run-counts.ts';
import { VenfleetError } from '../core/errors.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { heading } from './heading.ts';
import { withMetricsPort } from './metrics-port.ts';
import { jobOptions, retryWithin, venScope } from './options/job.ts';
import { pacingNames } from './options/pacing.ts';
import { vtnAccess, vtnAccessNames } from './options/vtn-access.ts';
import { otherVtnChoice, otherVtnOptions } from './other-vtn.ts';
import { tell } from './render/output.ts';
import { createRegistrationProgress } from './render/registration-progress.ts';
import { spelledTwiceWarning } from './render/spelled-twice.ts';
import { summaryJsonValue, summaryText } from './render/summary.ts';
import { runToSummary } from './summed-run.ts';

/** The options of a registration, which `demo` passes on. */
export const registrationOptions = [
  'db',
  'ven',
  'limitVens',
  ...pacingNames,
  'grace',
  'includeDisabled',
  'dryRun',
  'maxFailures',
  'wait',
  'json',
] as const;

const registerOptions = [
  ...registrationOptions,
  'check',
  'metricsPort',
  ...vtnAccessNames,
  ...otherVtnOptions,
] as const;

export const register: CommandDefinition<(typeof registerOptions)[number]> = {
  name: 'register',
  description:
    'VENs first, then all their loads in parallel. What succeeded is stored while the run goes on: ' +
    'interrupt it, run it again, and it goes on where it stopped.\n\n' +
    'Exit code: 0 all went well, 1 some loads failed or are lost (--check), 2 wrong use or a bad environment, 130 interrupted.',
  options: registerOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet register --vtn-url http://localhost:8000',
    'venfleet register --token-file token.txt --ven Aalborg --ven Aarhus',
    'venfleet register --limit-vens 2 --batch-size 20 --delay-between-batches 0.5',
    'venfleet register --dry-run',
  ],
  run(context) {
    const { check, dryRun } = context.values;
    if (check && dryRun) {
      const problem = '--check asks the VTN, which --dry-run does not.';
      throw new VenfleetError('BAD_OPTION', { problem, command: 'register' });
    }
    const vtn = { ...vtnAccess(context), ...otherVtnChoice(context), check };
    const words = { heading: () => heading(context.values), already: notAsked };
    return withMetricsPort(context, (metrics) =>
      runRegistration(
        context,
        { ...vtn, onRequest: metrics?.onRequest, onToken: metrics?.onToken },
        words,
        metrics && noteRegistration(metrics.note),
      ),
    );
  },
};

const notAsked = [
  ', according to the database.',
  'The VTN was not asked: --check asks it for some of them, "venfleet verify" for all.',
];

/** What a command says at the beginning, and of loads that were registered before. */
interface Words {
  /** The first line; undefined: none. */
  readonly heading?: () => string;
  /** How the sentence ends that there is nothing to do, and what follows, where the VTN was not asked. */
  readonly already: readonly string[];
}

/** Registers as the options say, shows how it goes, prints the summary; returns the exit code. */
export async function runRegistration(
  context: CommandContext<(typeof registrationOptions)[number]>,
  vtn: VtnOptions & Pick<RegisterOptions, 'readingThread' | 'ifOtherVtn' | 'confirmMove' | 'check'>,
  words: Words,
  noted?: (event: RegistrationEvent) => void,
): Promise<number> {
  const { values } = context;
  return runToSummary(context, {
    // A dry run is over before anyone could watch it.
    progress: createRegistrationProgress({ quiet: values.dryRun, json: values.json }),
    begins: 'started',
    heading: words.heading,
    noted,
    hasDone: ({ loads }) => loads.registered + loads.failed > 0,
    text: (summary) => summaryText(summary, words.already),
    jsonValue: summaryJsonValue,
    begin: (watch) =>
      registerDatabase({
        ...vtn,
        ...watch,
        ...jobOptions(context),
        scope: venScope(values),
        includeDisabled: values.includeDisabled,
        dryRun: values.dryRun,
        maxFailures: values.maxFailures,
        retry: retryWithin(values),
        onSpelledTwice: (names) => tell(spelledTwiceWarning(names)),
      }),
  });
}
