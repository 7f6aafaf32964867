import { count } from '../../format.ts';

/** What was noted about an event, in words: `meant: 38,804, unreachable: not-registered 12`. What is none of something is left out. */
export function detailWords(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([name, value]) => [name, valueWords(value)] as const)
    .filter(([, words]) => words !== '')
    .map(([name, words]) => `${name}: ${words}`)
    .join(', ');
}

function valueWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return count(value);
  if (Array.isArray(value)) return value.map(valueWords).join(' ');
  if (typeof value !== 'object' || value === null) return value === null ? '' : String(value);
  return Object.entries(value)
    .filter(([, one]) => one !== 0)
    .map(([name, one]) => `${name} ${valueWords(one)}`)
    .join(' ');
}
