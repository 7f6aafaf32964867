import { describeError, VenfleetError } from '../../core/errors.ts';

/** A longer line is none of a table of sites; in characters. */
const longestLine = 1_000_000;

/**
 * The lines of a text in UTF-8, with or without a byte order mark, without their ends (LF, CRLF or CR).
 * Streams: holds one chunk and one line. Throws FILE_UNREADABLE, and BAD_CSV where it is no such text.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<string> {
  const decode = utf8Decoder(path);
  let rest = '';
  let line = 1;
  for await (const chunk of readable(bytes, path)) {
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
    yield* lines;
  }
  const last = rest + decode(undefined, line);
  if (last !== '') yield* last.split(lineEnd);
}

const lineEnd = /\r\n|\n|\r/;

async function* readable(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw new VenfleetError('FILE_UNREADABLE', { path, problem: describeError(error) }, { cause: error });
  }
}

/** Decodes chunk by chunk, undefined at the end; drops the byte order mark; names the line of a bad byte. */
function utf8Decoder(path: string): (chunk: Uint8Array | undefined, line: number) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (chunk, line) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (error) {
      const before = new TextDecoder().decode(chunk).split('\uFFFD', 1)[0] ?? '';
      const at = line + before.split(lineEnd).length - 1;
      const problem = `line ${at} is not in UTF-8; save the file as "CSV UTF-8".`;
      throw new VenfleetError('BAD_CSV', { path, problem }, { cause: error });
    }
  };
}
