import { readFileSync } from 'node:fs';
import { decodeText, notText } from '../core/decode-text.ts';

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark; the mark is left out. Throws what the system says of
 * a file that cannot be read, and an Error for one that is no such text.
 */
export function readTextFile(path: string): string {
  const text = decodeText(readFileSync(path));
  if (text === undefined) throw new Error(notText);
  return text;
}

/** The text of a PEM file. Around its blocks may stand anything, also in other encodings. */
export function readPemFile(path: string): string {
  const bytes = readFileSync(path);
  return decodeText(bytes) ?? bytes.toString('latin1');
}
