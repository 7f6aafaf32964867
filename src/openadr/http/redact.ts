/** What stands in a text in place of a secret. */
const placeholder = '[secret]';

/** Makes the function that takes secrets out of texts, in whichever of their `spellings` they stand there. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const all = secrets.filter((secret) => secret !== '');
  let pattern: RegExp | undefined;
  return (text) => {
    if (all.length === 0) return text;
    // Made when first needed: most secrets are never repeated to us.
    pattern ??= new RegExp(all.map(spellings).join('|'), 'g');
    return text.replace(pattern, placeholder);
  };
}

/**
 * A pattern for a text as it is, percent-encoded, within JSON, and for any mixture: paths, queries and forms each
 * encode other signs.
 */
function spellings(text: string): string {
  return Array.from(text, (sign) => `(?:${spellingsOf(sign).join('|')})`).join('');
}

/** The longest first, as the sign itself may be the beginning of another spelling. */
function spellingsOf(sign: string): string[] {
  const bytes = [...Buffer.from(sign)].map((byte) => `%${anyCase(byte.toString(16).padStart(2, '0'))}`);
  const found = [bytes.join('')];
  if (!/[A-Za-z0-9]/.test(sign)) {
    const units = Array.from({ length: sign.length }, (_, index) => sign.charCodeAt(index));
    found.push(units.map((unit) => `\\\\u${anyCase(unit.toString(16).padStart(4, '0'))}`).join(''));
  }
  if (/["\\/]/.test(sign)) found.push(`\\\\${escaped(sign)}`);
  if (sign === ' ') found.push('\\+');
  return [...found, escaped(sign)];
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escaped(sign: string): string {
  return sign.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}
