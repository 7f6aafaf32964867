import { VenfleetError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';

/** What all reporting commands take: from where, and of which loads. */
export const reportingOptions = [
  'meterData',
  'ven',
  'limitVens',
  'component',
  'load',
  'measure',
  'program',
  'event',
] as const;

type ReportContext = CommandContext<(typeof reportingOptions)[number]>;

/** Which readings, of which loads. Throws BAD_OPTION. */
export function reportScope({ values, command }: ReportContext) {
  const { meterData, ven, limitVens, component, load, measure } = values;
  if (meterData === undefined) {
    const problem = 'name the meter file with --meter-data.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  return {
    meterData,
    scope: { ...(ven !== undefined && { vens: ven }), ...(limitVens !== undefined && { limitVens }) },
    components: component,
    loadIds: load,
    measures: measure,
  };
}

/** The program and event that were named, both or none. Throws BAD_OPTION. */
export function reportAnchor({ values: { program, event }, command }: ReportContext) {
  if (program === undefined && event === undefined) return {};
  if (program === undefined || event === undefined) {
    const problem = '--program and --event go together: the id of an event, and that of its program.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  return { anchor: { programId: program, eventId: event } };
}
