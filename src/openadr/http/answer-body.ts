import { promisify } from 'node:util';
import zlib from 'node:zlib';

/**
 * What requests say of the content codings that an answer may have: best none, as most answers are too short to be
 * worth it. A server may compress all the same, as it may where a request says nothing.
 */
export const acceptEncoding = 'identity, gzip;q=0.5, deflate;q=0.5, br;q=0.5';

/** There is a content coding that we do not read. */
export class UnknownEncoding extends Error {
  readonly encoding: string;

  constructor(encoding: string) {
    super(`content encoding ${encoding}`);
    this.encoding = encoding;
  }
}

type Decompress = (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>;

const gunzip: Decompress = promisify(zlib.gunzip);
const inflate: Decompress = promisify(zlib.inflate);
const inflateRaw: Decompress = promisify(zlib.inflateRaw);
const brotli: Decompress = promisify(zlib.brotliDecompress);

const decompressors = new Map<string, Decompress>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // Half of the servers leave out the zlib wrapper that "deflate" means (RFC 9110, section 8.4.1.2).
  ['deflate', (bytes, options) => (hasZlibHeader(bytes) ? inflate : inflateRaw)(bytes, options)],
  ['br', brotli],
]);

function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && ((bytes[0] as number) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

/**
 * Undoes what `Content-Encoding` names. Throws UnknownEncoding; an error of code ERR_BUFFER_TOO_LARGE where the result
 * would be longer than `mostBytes`; and one that says so where it cannot be decompressed.
 */
export async function decompress(bytes: Buffer, contentEncoding: string, mostBytes: number): Promise<Buffer> {
  // They were applied from the first to the last.
  const encodings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity')
    .reverse();
  const steps = encodings.map((encoding) => {
    const step = decompressors.get(encoding);
    if (!step) throw new UnknownEncoding(encoding);
    return step;
  });
  let decompressed = bytes;
  for (const step of steps) {
    // A 204 may name an encoding, and have nothing that it would apply to.
    if (decompressed.length > 0)
      decompressed = await step(decompressed, { maxOutputLength: mostBytes }).catch(corrupt);
  }
  return decompressed;
}

function corrupt(error: Error & { code?: string }): never {
  if (error.code === 'ERR_BUFFER_TOO_LARGE') throw error;
  throw new Error(`the answer cannot be decompressed (${error.message})`, { cause: error });
}

/**
 * The text of a body in the charset that its Content-Type names, or its byte order mark, which is left out. UTF-8
 * where neither says anything, or something unknown.
 */
export function decodeText(bytes: Buffer, contentType: string): string {
  const charset = charsetByMark(bytes) ?? charsetOf(contentType);
  if (charset === undefined || charset === 'utf-8') return utf8(bytes);
  try {
    // Without a mark UTF-16 is read as little endian, but a JSON text begins with an ASCII sign.
    const isBigEndian = charset === 'utf-16' && bytes[0] === 0;
    return new TextDecoder(isBigEndian ? 'utf-16be' : charset).decode(bytes);
  } catch {
    return utf8(bytes);
  }
}

function utf8(bytes: Buffer): string {
  const text = bytes.toString();
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function charsetByMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}

function charsetOf(contentType: string): string | undefined {
  if (!contentType.includes(';')) return undefined;
  return /;\s*charset\s*=\s*"?\s*([^\s";,]+)/i.exec(contentType)?.[1]?.toLowerCase();
}
