import type { ReportSummary } from '../../api/report-history.ts';
import { count, duration, some } from './text.ts';
import { waitTotals } from './waits.ts';

const rule = '='.repeat(70);
const reasonsShown = 5;

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
    ...skipped(summary),
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
  const skipped = Object.entries(summary.skippedFor).map(([reason, number]) => `${count(number)} ${reason}`);
  const rest = skipped.length > 0 ? `; ${skipped.join(', ')}` : '';
  if (alreadyReported === 0) return [`Nothing to do: no load has readings to report${rest}.`];
  return [
    `Nothing to do: all readings of ${count(alreadyReported)} of ${some(loads, 'load')} are reported already${rest}.`,
  ];
}

function timeOf({ elapsedSeconds, pointsPerSecond, reports }: ReportSummary): string {
  return `${duration(elapsedSeconds)} (${count(pointsPerSecond)} readings/s, ${count(reports)} reports)`;
}

function field(name: string, value: string): string {
  return `${`${name}:`.padEnd(31)}${value}`;
}

function optional(name: string, value: number): string[] {
  return value === 0 ? [] : [field(name, count(value))];
}

function skipped({ skipped: loads, skippedFor }: ReportSummary): string[] {
  if (loads === 0) return [];
  const why = Object.entries(skippedFor).map(([reason, number]) => `${count(number)} ${reason}`);
  return [field('Loads skipped', `${count(loads)} (${why.join(', ')})`)];
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

/** Why loads failed, the most frequent reason first, each with one load as an example. */
function failureLines({ reasons, dryRun }: ReportSummary): string[] {
  if (reasons.length === 0) return [];
  const lines = reasons
    .slice(0, reasonsShown)
    .map(({ reason, loads, example }) => `  ${count(loads)} × ${reason}  (e.g. ${example})`);
  const rest = reasons.slice(reasonsShown).reduce((sum, { loads }) => sum + loads, 0);
  if (rest > 0) lines.push(`  ${count(rest)} × for other reasons`);
  const hint = dryRun
    ? []
    : [
        'See "venfleet report status --failures 100" for single loads; run the same command to try them again.',
      ];
  return [`Why loads ${dryRun ? 'would fail' : 'failed'}:`, ...lines, ...hint];
}
