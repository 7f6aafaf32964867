/** The encodings that a byte order mark at the beginning of a file tells; without one it is UTF-8. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** In which encoding a file begins that has these first two bytes: Excel's "Unicode text" is UTF-16, with a mark. */
export function encodingOf(beginning: Uint8Array): Encoding {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/**
 * A file's text, in UTF-8 or in the encoding of its byte order mark, without the mark. Undefined for what is in neither,
 * e.g. UTF-16 without a mark: no text holds a NUL.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    // Some editors put another mark before the one that is there.
    return text.includes('\0') ? undefined : text.replace(/^\uFEFF+/, '');
  } catch {
    return undefined;
  }
}

/** What is said of a file that `decodeText` cannot read. */
export const notText = 'it is neither in UTF-8 nor in UTF-16 with a byte order mark';
