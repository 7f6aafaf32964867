import type { ReportSummary } from '../../api/report-history.ts';
import { field, optional, reasonLines, rule, skippedLine, skippedWords } from './summary-lines.ts';
import { count, duration, some } from './text.ts';
import { waitTotals } from './waits.ts';

/** The summary as a person reads it. */
export function reportSummaryText(summary: ReportSummary): string[] {
  const { interrupted, dryRun } = summary;
  if (!interrupted && summary.reported + summary.failed + summary.left === 0)
    return [...nothingToDo(summary), ...badLineLines(summary)];
  return [
    rule,
    dryRun ? 'DRY RUN: NOTHING WAS SENT' : 'REPORT SUMMARY',
    rule,
    field('Loads', count(summary.loads)),
    ...(dryRun
      ? [
          field('Loads to report', count(summary.left)),
          field('Readings to report', count(summary.pointsPlanned)),
        ]
      : [
          field('Loads reported', count(summary.reported)),
          field('Readings reported', `${count(summary.points)} of ${count(summary.pointsPlanned)}`),
        ]),
    field('Loads failed', count(summary.failed)),
    ...optional('Loads without new readings', summary.alreadyReported),
    ...skippedLine(summary.skipped, summary.skippedFor),
    ...(dryRun ? [] : optional('Loads left', summary.left)),
    ...mended(summary),
    ...optional('Lines that are no readings', summary.badLines.number),
    ...doubts(summary),
    ...waitTotals(summary.waits).map(({ name, value }) => field(name, value)),
    ...(dryRun ? [] : [field('Time', timeOf(summary))]),
    rule,
    ...badLineLines(summary),
    ...failureLines(summary),
    ...(interrupted
      ? ['Interrupted. What is counted here is stored; the same command goes on from here.']
      : []),
  ];
}

/** The summary as one JSON object has it. */
export function reportSummaryJsonValue({ reasons: _, ...summary }: ReportSummary) {
  return summary;
}

function nothingToDo(summary: ReportSummary): string[] {
  const { loads, alreadyReported } = summary;
  if (loads === 0) return ['Nothing to do: the database holds no such loads.'];
  const skipped = skippedWords(summary.skippedFor);
  const rest = skipped === '' ? '' : `; ${skipped}`;
  if (alreadyReported === 0) return [`Nothing to do: no load has readings to report${rest}.`];
  return [
    `Nothing to do: all readings of ${count(alreadyReported)} of ${some(loads, 'load')} are reported already${rest}.`,
  ];
}

function timeOf({ elapsedSeconds, pointsPerSecond, reports }: ReportSummary): string {
  return `${duration(elapsedSeconds)} (${count(pointsPerSecond)} readings/s, ${count(reports)} reports)`;
}

/** What of the series was not sound. */
function mended({
  mended: { notNumbers, duplicates, inFuture, outOfOrder, gaps },
  series,
}: ReportSummary): string[] {
  const parts = [
    [notNumbers, 'not numbers'],
    [duplicates, 'repeated'],
    [inFuture, 'in the future'],
    [outOfOrder, 'out of order'],
    [gaps, 'gaps'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  if (told.length === 0) return [];
  return [field('Unsound in the meter file', `${told.join(', ')} (of ${count(series)} series)`)];
}

function doubts({ inDoubt: { found, sentAgain, believed } }: ReportSummary): string[] {
  const parts = [
    [found, 'found on the VTN'],
    [sentAgain, 'sent again'],
    [believed, 'taken for sent'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  return told.length === 0 ? [] : [field('Reports with lost answers', told.join(', '))];
}

/** The first lines that are no readings. */
function badLineLines({ badLines: { number, first } }: ReportSummary): string[] {
  if (number === 0) return [];
  const more = number > first.length ? ['  …'] : [];
  return [
    'Left out, since they are no readings:',
    ...first.map(({ line, reason }) => `  line ${line}: ${reason}`),
    ...more,
  ];
}

/** Why loads failed, or would. */
function failureLines({ reasons, dryRun }: ReportSummary): string[] {
  const hint =
    'See "venfleet report status --failures 100" for single loads; run the same command to try them again.';
  return reasonLines(`Why loads ${dryRun ? 'would fail' : 'failed'}:`, reasons, dryRun ? [] : [hint]);
}
