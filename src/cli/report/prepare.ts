import { type PrepareReportsResult, prepareReports } from '../../api/prepare-reports.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandContext, CommandDefinition } from '../command.ts';
import { heading } from '../heading.ts';
import { isEndOfWaiting, tellOfWaiting } from '../lease.ts';
import { businessAccess, businessAccessNames } from '../options/vtn-access.ts';
import { print, printJson, tell } from '../render/output.ts';
import { waitText, waitTotalLines } from '../render/waits.ts';

const prepareOptions = [
  'db',
  'program',
  'event',
  'programName',
  'eventName',
  'wait',
  'json',
  ...businessAccessNames,
] as const;

type PrepareContext = CommandContext<(typeof prepareOptions)[number]>;

export const prepare: CommandDefinition<(typeof prepareOptions)[number]> = {
  name: 'report prepare',
  description:
    'OpenADR files each report under an event of a program, which business logic (BL) makes once. Their ids are stored in ' +
    'the database, where "venfleet report history" finds them. Run it again, and it says whether they are still there.\n\n' +
    'Exit code: 0 they are there, 2 wrong use or a bad environment, 130 interrupted.',
  options: prepareOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet report prepare --profile openadr-3.1',
    'venfleet report prepare --profile openadr-3.0 --client-id business',
    'venfleet report prepare --profile openadr-3.1 --event 1f0c2a',
  ],
  async run(context) {
    const { values, signal, log } = context;
    let result: PrepareReportsResult;
    try {
      result = await prepareReports({
        ...businessAccess(context),
        ...chosen(context),
        dbPath: values.db,
        wait: values.wait,
        onWaiting: tellOfWaiting,
        onAskedToWait: (wait) => tell(waitText(wait)),
        signal,
        log,
      });
    } catch (error) {
      if (isEndOfWaiting(error, signal)) return 130;
      throw error;
    }
    if (result.interrupted) {
      tell('venfleet: interrupted; what was made until then is found by its name the next time');
      return 130;
    }
    if (values.json) printJson(result);
    else print(result.needed ? [heading(values), ...preparedText(result)] : [nothingNeeded(values)]);
    return 0;
  },
};

/**
 * What to take, by id, or to find or make, by name. What was given nearer to the command line counts, and an event by its id
 * says which program it is. Throws BAD_OPTION.
 */
function chosen({ values, nearest, command }: PrepareContext) {
  const refuse = (problem: string) => new VenfleetError('BAD_OPTION', { problem, command });
  const ofEvent = nearest('event', 'eventName');
  const ofProgram = nearest('program', 'event', 'programName');
  if (ofEvent.size > 1)
    throw refuse('--event and --event-name cannot go together: an event has an id, or a name to find it by.');
  if (ofProgram.size > 1 && ofProgram.has('programName'))
    throw refuse('--program-name cannot go with --program or --event, which say which program it is.');
  const isByName = ofProgram.has('programName');
  return {
    programId: ofProgram.has('program') ? values.program : undefined,
    eventId: ofEvent.has('event') && !isByName ? values.event : undefined,
    programName: isByName ? values.programName : undefined,
    eventName: ofEvent.has('eventName') ? values.eventName : undefined,
  };
}

function nothingNeeded({ profile }: { readonly profile: string }): string {
  return `Nothing to prepare: profile ${profile} files reports under nothing.`;
}

function preparedText({ program, event, former, waits }: PrepareReportsResult): string[] {
  const line = (what: string, one: PrepareReportsResult['event']) =>
    one
      ? [
          `${what} ${one.name === null ? '' : `"${one.name}" `}(${one.id}) ${one.made ? 'was made' : 'is there'}.`,
        ]
      : [];
  return [
    ...line('Program', program),
    ...line('Event', event),
    ...formerLines(former),
    ...waitTotalLines(waits),
  ];
}

function formerLines(former: PrepareReportsResult['former']): string[] {
  if (!former) return [];
  const gone = former.isGone ? ', which the VTN does not have any more' : '';
  return [
    `Reports were filed under event ${former.eventId} before${gone}. What was reported there does not count here: ` +
      '"venfleet report history" sends what is missing.',
  ];
}
