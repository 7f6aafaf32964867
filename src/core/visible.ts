/*
 * Text of a server, a file, a database or an argument may hold what steers a terminal: control characters (C0, ESC, DEL, C1),
 * marks that turn the direction of what follows, line separators, and halves of surrogate pairs, which are no text at all.
 */

const steering = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** The same without what JSON escapes by itself. */
const steeringInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Makes one line of a text: what would steer a terminal is written as JSON writes it, `\n` or `\u001b`. */
export function visible(text: string): string {
  return text.replace(steering, (sign) => short[sign] ?? escaped(sign));
}

/** Makes JSON safe to look at; it means the same. */
export function visibleJson(json: string): string {
  return json.replace(steeringInJson, escaped);
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
