import type { RegistrationSummary } from '../../api/register.ts';
import { jsonLine } from './json.ts';
import { count, duration, plain } from './text.ts';
import { waitTotalLines, waitTotals } from './waits.ts';

const rule = '='.repeat(70);
const reasonsShown = 5;

/**
 * The summary as a person reads it, in the Python system's form. `already`: what is said of loads that count as
 * registered where there is nothing to do.
 */
export function summaryText(summary: RegistrationSummary, already: string): string {
  const { loads, vens, dryRun, interrupted } = summary;
  if (!interrupted && loads.registered + loads.failed + loads.left === 0)
    return nothingToDo(summary, already);
  const lines = [
    rule,
    dryRun ? 'DRY RUN: NOTHING WAS SENT' : 'REGISTRATION SUMMARY',
    rule,
    field('Total VENs processed', count(vens.total)),
    ...(dryRun ? [] : [field('VENs successfully registered', count(vens.registered))]),
    ...(dryRun
      ? [field('Loads to register', count(loads.left))]
      : [field('Total loads registered', count(loads.registered))]),
    field(dryRun ? 'Loads with broken rows' : 'Total loads failed', count(loads.failed)),
    ...(dryRun ? [] : [field('Failed VENs', count(vens.failed.length))]),
    ...optional('Loads registered before', loads.alreadyRegistered),
    ...(loads.skipped === 0
      ? []
      : [field('Loads skipped', `${count(loads.skipped)} (disabled sites, or suspended)`)]),
    ...(dryRun ? [] : optional('Loads left', loads.left)),
    ...(dryRun
      ? []
      : [
          field(
            'Time',
            `${duration(summary.elapsedSeconds)} (${count(Math.round(summary.loadsPerSecond))} loads/s)`,
          ),
          ...waitTotals(summary.waits).map(({ name, value }) => field(name, value)),
        ]),
    rule,
    ...failureLines(summary),
    ...(interrupted
      ? ['Interrupted. What is counted here is stored; the same command goes on from here.']
      : []),
  ];
  return `${lines.map(plain).join('\n')}\n`;
}

/** The summary as one JSON object. */
export function summaryJson({ reasons: _, ...summary }: RegistrationSummary): string {
  return jsonLine(summary);
}

function nothingToDo({ loads, waits }: RegistrationSummary, already: string): string {
  if (loads.total === 0) return 'Nothing to do: the database holds no loads.\n';
  const skipped = loads.skipped > 0 ? `, ${count(loads.skipped)} skipped (disabled or suspended)` : '';
  const sentence = `Nothing to do: ${count(loads.alreadyRegistered)} of ${count(loads.total)} loads are registered already${skipped}${already}`;
  return `${[sentence, ...waitTotalLines(waits)].join('\n')}\n`;
}

function field(name: string, value: string): string {
  return `${`${name}:`.padEnd(31)}${value}`;
}

function optional(name: string, value: number): string[] {
  return value === 0 ? [] : [field(name, count(value))];
}

/** Why loads failed, the most frequent reason first, each with one load as an example. */
function failureLines({ reasons, dryRun }: RegistrationSummary): string[] {
  if (reasons.length === 0) return [];
  const lines = reasons
    .slice(0, reasonsShown)
    .map(({ reason, loads, example }) => `  ${count(loads)} × ${reason}  (e.g. ${example})`);
  const rest = reasons.slice(reasonsShown).reduce((sum, { loads }) => sum + loads, 0);
  if (rest > 0) lines.push(`  ${count(rest)} × for other reasons`);
  const hint = dryRun
    ? []
    : ['See "venfleet status --failures 100" for single loads; run the same command to try them again.'];
  return [`Why loads ${dryRun ? 'would fail' : 'failed'}:`, ...lines, ...hint];
}
