import type { Header } from './header.ts';

/** The sign before the decimals, as far as a file shows it; `both`: where it does not agree with itself. */
export type DecimalMark = '.' | ',' | 'both';

/**
 * The sign before the decimals in a row, by its coordinates: they are too small to have thousands. Undefined where they
 * have no decimals.
 */
export function decimalMarkOf(
  fields: readonly string[],
  { columns, delimiter }: Header,
): DecimalMark | undefined {
  if (delimiter === ',') return '.';
  const marks = (['longitude', 'latitude'] as const).map((field) => {
    const at = columns.get(field);
    return /^\s*[+-]?\d*([.,])\d+\s*$/.exec(at === undefined ? '' : (fields[at] ?? ''))?.[1];
  });
  const [one = marks[1], other = one] = marks;
  return one === other ? (one as DecimalMark | undefined) : 'both';
}

/**
 * A number, or why it is none. `commaParts`: the comma parts the columns, so that it is no decimal sign. `mark`: the
 * decimal sign that the file shows; behind another one, or where it shows none, three digits may be thousands. `any`:
 * they are not, since so large a number cannot be.
 */
export function readNumber(
  text: string,
  { commaParts, mark }: { readonly commaParts: boolean; readonly mark: DecimalMark | 'any' | undefined },
): { readonly number: number } | { readonly why: string } {
  const plain = commaParts ? text : text.replace(',', '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return { why: `is no number${hintFor(text)}` };
  const sign = /^[+-]?[1-9]\d{0,2}([.,])\d{3}$/.exec(text)?.[1];
  if (sign === undefined || commaParts || mark === 'any' || mark === sign) return { number: Number(plain) };
  const whole = text.replace(sign, '');
  const shortest = String(Number(plain)).replace('.', mark === ',' ? ',' : '.');
  // With another digit behind, it cannot be thousands.
  const decimal = shortest === text ? `${text}0` : shortest;
  const others = {
    ',': ', as other numbers have decimal commas',
    '.': ', as others have decimal points',
    both: '',
  };
  const because = mark === undefined ? '' : others[mark];
  return { why: `may be ${whole} or ${Number(plain)}${because}: write ${whole} or ${decimal}` };
}

/** What else a person may have meant. */
function hintFor(text: string): string {
  const isGrouped = /^[+-]?\d{1,3}([., \u00a0\u202f'’]\d{3})+([.,]\d+)?$/.test(text);
  return isGrouped ? '; leave out what parts thousands' : '';
}
