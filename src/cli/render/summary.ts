import type { RegistrationSummary, SampleCheck } from '../../api/register.ts';
import { field, optional, reasonLines, rule } from './summary-lines.ts';
import { count, duration, some } from './text.ts';
import { waitTotalLines, waitTotals } from './waits.ts';

/**
 * The summary as a person reads it, in the Python system's form. `already`: how the sentence ends that loads are
 * registered already, and what follows it, where there is nothing to do and the VTN was not asked.
 */
export function summaryText(summary: RegistrationSummary, already: readonly string[]): string[] {
  const { loads, vens, dryRun, interrupted } = summary;
  if (!interrupted && loads.registered + loads.failed + loads.left === 0)
    return nothingToDo(summary, already);
  return [
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
    ...(summary.checked ? [checkLine(summary.checked)] : []),
    ...(interrupted
      ? ['Interrupted. What is counted here is stored; the same command goes on from here.']
      : []),
  ];
}

/** The summary as one JSON object has it. */
export function summaryJsonValue({ reasons: _, ...summary }: RegistrationSummary) {
  return summary;
}

function nothingToDo(
  { loads, waits, checked }: RegistrationSummary,
  [ending = '', ...more]: readonly string[],
): string[] {
  if (loads.total === 0) return ['Nothing to do: the database holds no loads.'];
  const skipped = loads.skipped > 0 ? `, ${count(loads.skipped)} skipped (disabled or suspended)` : '';
  const sentence = `Nothing to do: ${count(loads.alreadyRegistered)} of ${count(loads.total)} loads are registered already${skipped}`;
  const lines = checked ? [`${sentence}.`, checkLine(checked)] : [sentence + ending, ...more];
  return [...lines, ...waitTotalLines(waits)];
}

const lostShown = 3;

/** What the VTN said of registered loads, and how to go on where it does not have them. */
function checkLine({ looked, answered, lost }: SampleCheck): string {
  if (looked === 0) return 'No load was registered before that the VTN could be asked for.';
  const asked = `The VTN was asked for ${some(looked, 'registered load')}`;
  if (answered === 0) return `${asked}, and did not say whether it has them; see "venfleet verify".`;
  const silent = looked - answered;
  const rest = silent > 0 ? ` Of ${count(silent)} it did not say; see "venfleet verify".` : '';
  const known = silent > 0 ? `${count(answered)} of them` : looked === 1 ? 'it' : 'all of them';
  if (lost.length === 0) return `${asked}, and has ${known}.${rest}`;
  const names = lost.slice(0, lostShown).map(({ externalResourceId }) => externalResourceId);
  const more = lost.length > lostShown ? ', …' : '';
  return (
    `${asked}, and does not have ${count(lost.length)} of them: ${names.join(', ')}${more}.${rest} ` +
    '"venfleet plan" shows all that is lost, "venfleet apply" puts it back.'
  );
}

/** Why loads failed, or would. */
function failureLines({ reasons, dryRun }: RegistrationSummary): string[] {
  const hint =
    'See "venfleet status --failures 100" for single loads; run the same command to try them again.';
  return reasonLines(`Why loads ${dryRun ? 'would fail' : 'failed'}:`, reasons, dryRun ? [] : [hint]);
}
