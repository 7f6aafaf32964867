import { type Encoding, encodingOf, notText } from '../../core/decode-text.ts';
import { describeError, VenfleetError } from '../../core/errors.ts';

/** A longer line is none of a table of sites; in characters. */
const longestLine = 1_000_000;

/**
 * The lines of a text in UTF-8, or in UTF-16 with a byte order mark, without their ends (LF, CRLF or CR).
 * Streams: holds one chunk and one line. Throws FILE_UNREADABLE, and BAD_CSV where it is no such text.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<string> {
  for await (const lines of readLineBlocks(bytes, path)) yield* lines;
}

/** The same lines, as many at once as have come. */
export async function* readLineBlocks(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<readonly string[]> {
  let decode: Decode | undefined;
  let rest = '';
  let line = 1;
  for await (const chunk of withWholeMark(readable(bytes, path))) {
    decode ??= decoderOf(encodingOf(chunk), path);
    const text = rest + decode(chunk, line);
    // A CR at the very end may be half of a CRLF.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(lineEnd);
    rest = (lines.pop() ?? '') + text.slice(whole.length);
    if (rest.length > longestLine) {
      throw new VenfleetError('BAD_CSV', {
        path,
        problem: `line ${line + lines.length} is too long for a row of a table.`,
      });
    }
    line += lines.length;
    yield lines;
  }
  const last = rest + (decode?.(undefined, line) ?? '');
  if (last !== '') yield last.split(lineEnd);
}

const lineEnd = /\r\n|\n|\r/;

async function* readable(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw new VenfleetError('FILE_UNREADABLE', { path, problem: describeError(error) }, { cause: error });
  }
}

/** The same bytes; a byte order mark comes in one piece, however small the pieces are. */
async function* withWholeMark(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (!first) yield chunk;
    else if (first.length + chunk.length < 2) first = Buffer.concat([first, chunk]);
    else {
      yield Buffer.concat([first, chunk]);
      first = undefined;
    }
  }
  if (first && first.length > 0) yield first;
}

/** Decodes chunk by chunk, undefined at the end; names the line of a bad byte. */
type Decode = (chunk: Uint8Array | undefined, line: number) => string;

function decoderOf(encoding: Encoding, path: string): Decode {
  const refuse = (problem: string, cause?: unknown) =>
    new VenfleetError('BAD_CSV', { path, problem: `${problem}; save the file as "CSV UTF-8".` }, { cause });
  const decoder = new TextDecoder(encoding, { fatal: true });
  let begun = false;
  return (chunk, line) => {
    let text: string;
    try {
      text = chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (error) {
      const before = new TextDecoder(encoding).decode(chunk).split('\uFFFD', 1)[0] ?? '';
      const at = line + before.split(lineEnd).length - 1;
      const name = encoding === 'utf-8' ? 'UTF-8' : 'UTF-16, which its byte order mark tells';
      throw refuse(`line ${at} is not in ${name}`, error);
    }
    // In a name, a NUL is its row's problem; at the very beginning, every other byte is one.
    if (!begun && text.slice(0, 4).includes('\0')) throw refuse(notText);
    begun ||= text !== '';
    return text;
  };
}
