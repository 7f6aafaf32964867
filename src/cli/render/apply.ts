import type { ApplyResult } from '../../api/apply.ts';
import { hasChanges } from '../../api/plan.ts';
import { planLine } from './plan.ts';
import { count, duration, some } from './text.ts';
import { waitTotalLines } from './waits.ts';

const failuresShown = 10;

/** What carrying out a plan did, as a person reads it. */
export function applyText(result: ApplyResult, nothing?: string): string[] {
  if (result.plan.interrupted) return [];
  if (result.declined) return ['Nothing was done.'];
  const { counts, unlistedVens } = result.plan;
  const waits = waitTotalLines(result.waits);
  if (!hasChanges(counts)) {
    const line = unlistedVens.length === 0 ? (nothing ?? planLine(result.plan)) : planLine(result.plan);
    return [line, ...leftLines(result.plan), ...waits];
  }
  const did = [
    `${count(result.created)} created`,
    ...(result.found > 0 ? [`${count(result.found)} found on the VTN`] : []),
    `${count(result.updated)} updated`,
    `${count(result.removed)} removed`,
    ...(result.corrected > 0 ? [`${count(result.corrected)} corrected in the database`] : []),
    ...(result.failed > 0 ? [`${count(result.failed)} failed`] : []),
  ];
  const lines = [`Applied: ${did.join(', ')} (${duration(result.elapsedSeconds)}).`];
  for (const { step, externalResourceId, reason } of result.failures.slice(0, failuresShown)) {
    lines.push(`  ✗ ${step} ${externalResourceId}: ${reason}`);
  }
  if (result.failed > failuresShown) lines.push(`  … and ${count(result.failed - failuresShown)} more`);
  if (result.interrupted) lines.push('Interrupted. What was done is stored; the same command does the rest.');
  else if (result.failed > 0) lines.push('The same command tries again what failed.');
  return [...lines, ...leftLines(result.plan), ...waits];
}

/** What carrying out a plan leaves, whatever succeeded. */
function leftLines({ counts, unlistedVens }: ApplyResult['plan']): string[] {
  const lines = unlistedVens.map(
    ({ venName, loads, reason }) =>
      `VEN ${venName} could not be listed, its ${some(loads, 'load')} left alone: ${reason}`,
  );
  if (counts.conflict > 0)
    lines.push(`Left to you: ${some(counts.conflict, 'conflict')}; "venfleet plan" shows them.`);
  return lines;
}
