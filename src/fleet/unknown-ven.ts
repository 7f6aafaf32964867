import { VenfleetError } from '../core/errors.ts';

/** The error of VENs that the fleet does not have; each with the name that is most like it, where one is. */
export function unknownVen(names: readonly string[], known: readonly (string | null)[]): VenfleetError {
  const vens = names.map((name) => {
    const like = nearest(
      name,
      known.filter((other) => other !== null),
    );
    return `"${name}"${like === undefined ? '' : ` (did you mean "${like}"?)`}`;
  });
  return new VenfleetError('VEN_UNKNOWN', { vens: vens.join(', ') });
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = simple(name);
  const most = Math.max(1, Math.floor(wanted.length / 4));
  const rated = known
    .map((other) => ({ other, far: distance(wanted, simple(other)) }))
    .sort((a, b) => a.far - b.far);
  return rated[0] && rated[0].far <= most ? rated[0].other : undefined;
}

/** Without capitals, accents and what keyboards abroad lack. */
function simple(name: string): string {
  const letters: Record<string, string> = { æ: 'ae', ø: 'o', å: 'a' };
  return name
    .trim()
    .toLowerCase()
    .replace(/[æøå]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
}

/** How many letters must be put in, taken out or changed (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
