import { count } from '../../core/count.ts';

export { count } from '../../core/count.ts';

/** "1 site", "4,000 sites". */
export function some(number: number, thing: string): string {
  return `${count(number)} ${thing}${number === 1 ? '' : 's'}`;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** What terminals show two columns wide, about: CJK and emoji. */
const wide =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u;

/** How many columns of a terminal a text takes: an å of two characters takes one. */
export function columnsOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII as a whole
  if (/^[\u0000-\u007f]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** Lines of at most `width` columns, broken at spaces where there are any. */
export function wrapped(text: string, width: number): string[] {
  if (width <= 0 || columnsOf(text) <= width) return [text];
  const signs = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const lines: string[] = [];
  while (signs.length > 0 && columnsOf(signs.join('')) > width) {
    let end = signs.length;
    while (end > 1 && columnsOf(signs.slice(0, end).join('')) > width) end--;
    const space = signs[end] === ' ' ? end : signs.lastIndexOf(' ', end - 1);
    lines.push(
      signs
        .splice(0, space > 0 ? space : end)
        .join('')
        .trimEnd(),
    );
    while (signs[0] === ' ') signs.shift();
  }
  return signs.length > 0 ? [...lines, signs.join('')] : lines;
}

/** Seconds as "8.4 s", "2 min 05 s". */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
