import { VenfleetError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import { jobOptions, retryWithin, venScope } from '../options/job.ts';
import { pacingNames } from '../options/pacing.ts';
import { vtnAccess, vtnAccessNames } from '../options/vtn-access.ts';
import { tell } from '../render/output.ts';
import { spelledTwiceWarning } from '../render/spelled-twice.ts';

/** What all reporting commands take: from where, and of which loads. */
const reportingOptions = [
  'meterData',
  'ven',
  'limitVens',
  'component',
  'load',
  'measure',
  'program',
  'event',
] as const;

/** What commands take that send reports. */
export const sendingOptions = [
  'db',
  ...reportingOptions,
  'onDoubt',
  'maxBody',
  'compress',
  'grace',
  'maxFailures',
  'wait',
  'json',
  ...pacingNames,
  ...vtnAccessNames,
] as const;

type ReportContext = CommandContext<(typeof reportingOptions)[number]>;

/** Which readings, of which loads. Throws BAD_OPTION. */
function reportScope({ values, command }: ReportContext) {
  const { meterData, component, load, measure } = values;
  if (meterData === undefined) {
    const problem = 'name the meter file with --meter-data.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  return {
    meterData,
    scope: venScope(values),
    components: component,
    loadIds: load,
    measures: measure,
  };
}

/** The program and event that were named, both or none. Throws BAD_OPTION. */
function reportAnchor({ values: { program, event }, command }: ReportContext) {
  if (program === undefined && event === undefined) return {};
  if (program === undefined || event === undefined) {
    const problem = '--program and --event go together: the id of an event, and that of its program.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  return { anchor: { programId: program, eventId: event } };
}

/** What the library is given by all commands that send reports. Throws BAD_OPTION and what `vtnAccess` throws. */
export function sending(context: CommandContext<(typeof sendingOptions)[number]>) {
  const { values } = context;
  return {
    ...vtnAccess(context),
    ...reportScope(context),
    ...reportAnchor(context),
    ...jobOptions(context),
    onDoubt: values.onDoubt,
    maxBodyBytes: values.maxBody,
    compress: values.compress,
    maxFailures: values.maxFailures,
    retry: retryWithin(values),
    onSpelledTwice: (names: Parameters<typeof spelledTwiceWarning>[0]) => tell(spelledTwiceWarning(names)),
  };
}
