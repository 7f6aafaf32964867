import type { EnrolSummary } from '../../api/enrol.ts';
import { field, optional, reasonLines, rule, skippedLine, skippedWords } from './summary-lines.ts';
import { count, duration, some } from './text.ts';
import { waitTotalLines, waitTotals } from './waits.ts';

/** The summary as a person reads it. */
export function enrolSummaryText(summary: EnrolSummary): string[] {
  const { loads, program, interrupted } = summary;
  if (!interrupted && loads.enrolled + loads.failed === 0) return nothingToDo(summary);
  return [
    rule,
    'ENROLMENT SUMMARY',
    rule,
    ...(program ? [field('Program', programName(program))] : []),
    field('Loads enrolled', count(loads.enrolled)),
    field('Loads failed', count(loads.failed)),
    ...optional('Loads enrolled before', loads.alreadyEnrolled),
    ...skippedLine(loads.skipped, summary.skippedFor),
    ...optional('Loads left', loads.left),
    field(
      'Time',
      `${duration(summary.elapsedSeconds)} (${count(Math.round(summary.loadsPerSecond))} loads/s)`,
    ),
    ...waitTotals(summary.waits).map(({ name, value }) => field(name, value)),
    rule,
    ...reasonLines('Why loads failed:', summary.reasons, ['Run the same command to try them again.']),
    ...(interrupted
      ? ['Interrupted. What is counted here is stored; the same command goes on from here.']
      : []),
  ];
}

/** The summary as one JSON object has it. */
export function enrolSummaryJsonValue({ reasons: _, ...summary }: EnrolSummary) {
  return summary;
}

/** As a person knows a program: by its name, where it has one. */
export function programName({ id, name }: NonNullable<EnrolSummary['program']>): string {
  return name === null ? id : `"${name}" (${id})`;
}

function nothingToDo({ loads, skippedFor, waits }: EnrolSummary): string[] {
  if (loads.total === 0) return ['Nothing to do: the database holds no such loads.'];
  const rest = loads.skipped > 0 ? `; skipped: ${skippedWords(skippedFor)}` : '';
  const sentence =
    loads.alreadyEnrolled === 0
      ? `Nothing to do: of ${some(loads.total, 'load')} none can be enrolled${rest}.`
      : `Nothing to do: ${count(loads.alreadyEnrolled)} of ${some(loads.total, 'load')} are enrolled already, according to the database${rest}.`;
  return [sentence, ...waitTotalLines(waits)];
}
