import type { FailureReason } from '../../api/register.ts';
import { count } from './text.ts';

/** What stands above and below a summary. */
export const rule = '='.repeat(70);

const reasonsShown = 5;

/** A line of a summary. */
export function field(name: string, value: string): string {
  return `${`${name}:`.padEnd(31)}${value}`;
}

/** The same, where there are any. */
export function optional(name: string, value: number): string[] {
  return value === 0 ? [] : [field(name, count(value))];
}

/** How many were skipped, and why. */
export function skippedLine(loads: number, skippedFor: Readonly<Record<string, number>>): string[] {
  if (loads === 0) return [];
  return [field('Loads skipped', `${count(loads)} (${skippedWords(skippedFor)})`)];
}

/** "12 suspended, 3 not registered". */
export function skippedWords(skippedFor: Readonly<Record<string, number>>): string {
  return Object.entries(skippedFor)
    .map(([reason, number]) => `${count(number)} ${reason}`)
    .join(', ');
}

/** Why loads failed, the most frequent reason first, each with one load as an example; then `hint`. */
export function reasonLines(
  title: string,
  reasons: readonly FailureReason[],
  hint: readonly string[],
): string[] {
  if (reasons.length === 0) return [];
  const lines = reasons
    .slice(0, reasonsShown)
    .map(({ reason, loads, example }) => `  ${count(loads)} × ${reason}  (e.g. ${example})`);
  const rest = reasons.slice(reasonsShown).reduce((sum, { loads }) => sum + loads, 0);
  if (rest > 0) lines.push(`  ${count(rest)} × for other reasons`);
  return [title, ...lines, ...hint];
}
