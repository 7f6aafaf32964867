import { enrol } from '../../api/enrol.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandDefinition } from '../command.ts';
import { heading } from '../heading.ts';
import { jobOptions, venScope } from '../options/job.ts';
import { pacingNames } from '../options/pacing.ts';
import { businessAccess, businessAccessNames } from '../options/vtn-access.ts';
import { createEnrolProgress } from '../render/enrol-progress.ts';
import { enrolSummaryJsonValue, enrolSummaryText } from '../render/enrol-summary.ts';
import { tell } from '../render/output.ts';
import { spelledTwiceWarning } from '../render/spelled-twice.ts';
import { runToSummary } from '../summed-run.ts';

const enrolOptions = [
  'db',
  'program',
  'ven',
  'limitVens',
  'component',
  'again',
  'maxFailures',
  'wait',
  'json',
  ...pacingNames,
  ...businessAccessNames,
] as const;

export const eventsEnrol: CommandDefinition<(typeof enrolOptions)[number]> = {
  name: 'events enrol',
  description:
    'What is enrolled is stored while the run goes on: interrupt it, run it again, and it goes on where it stopped. ' +
    '"venfleet events" may run meanwhile.\n\n' +
    'Exit code: 0 all went well, 1 some loads failed, 2 wrong use or a bad environment, 130 interrupted.',
  options: enrolOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet events enrol --program "Winter peaks"',
    'venfleet events enrol --program 4bbb7c --ven Aalborg --component load_1',
  ],
  async run(context) {
    const { values, command } = context;
    const { program } = values;
    if (program === undefined) {
      const problem = 'name the program with --program, by its id on the VTN or its name.';
      throw new VenfleetError('BAD_OPTION', { problem, command });
    }
    return runToSummary(context, {
      progress: createEnrolProgress(values.json),
      begins: 'started',
      heading: () => heading(values),
      hasDone: ({ loads }) => loads.enrolled + loads.failed > 0,
      text: enrolSummaryText,
      jsonValue: enrolSummaryJsonValue,
      begin: (watch) =>
        enrol({
          ...businessAccess(context),
          ...watch,
          program,
          ...jobOptions(context),
          scope: venScope(values),
          components: values.component,
          again: values.again,
          maxFailures: values.maxFailures,
          onSpelledTwice: (names) => tell(spelledTwiceWarning(names)),
        }),
    });
  },
};
