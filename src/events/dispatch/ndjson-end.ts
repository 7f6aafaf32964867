import type { FileHandle } from 'node:fs/promises';
import { fieldsOf, parseJson } from '../../openadr/http/json.ts';
import type { Dispatch } from './sink.ts';

const newline = 10;
const chunkBytes = 1024 * 1024;
/** What every line of ours begins with. */
const ourBeginning = '{"dispatch":';

/**
 * Mends the end of a file whose writer died in the middle of a line: half a line of ours is cut off; to any other the end that
 * it lacks is given, as what others wrote is not ours to remove.
 */
export async function mendEnd(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const begin = Math.max(0, size - chunkBytes);
  const end = await readAt(file, begin, size);
  const line = end.subarray(end.lastIndexOf(newline) + 1);
  if (line.length === 0) return;
  const text = line.toString();
  const isOurs = text.startsWith(ourBeginning) || ourBeginning.startsWith(text);
  // Of a line that is longer than what was read, nobody knows where it begins.
  const isWhole = parseJson(text) !== undefined || (line.length === end.length && begin > 0);
  if (isOurs && !isWhole) await file.truncate(size - line.length);
  else await file.appendFile('\n');
}

/** How much earlier than a dispatch was due the file may say that it was sent, milliseconds: clocks are set. */
const clockMarginMs = 60_000;

/**
 * Which of these dispatches a file holds. It is read from its end backwards, until all are found, or a line was sent before the
 * first of them was due.
 */
export async function idsAtTheEnd(file: FileHandle, wanted: readonly Dispatch[]): Promise<Set<string>> {
  const found = new Set<string>();
  const ids = new Set(wanted.map(({ id }) => id));
  const earliestMs =
    wanted.reduce((least, { dueMs }) => Math.min(least, dueMs), Number.POSITIVE_INFINITY) - clockMarginMs;
  if (ids.size === 0) return found;
  for await (const lines of linesBackwards(file)) {
    for (const line of lines) {
      const id = idOf(line);
      if (id !== undefined && ids.has(id)) found.add(id);
    }
    const { sent } = fieldsOf(parseJson(lines.find((line) => line.startsWith(ourBeginning)) ?? ''));
    if (found.size === ids.size || Date.parse(String(sent)) < earliestMs) break;
  }
  // What the system has not written to the disk yet is not there for sure.
  if (found.size > 0) await file.datasync();
  return found;
}

/** A line that was not written to its end has no id: it may be the last one. */
function idOf(line: string): string | undefined {
  if (!line.startsWith(ourBeginning) || !line.endsWith('}')) return undefined;
  const [, id = ''] = /^\{"dispatch":("(?:[^"\\]|\\.)*"),/.exec(line) ?? [];
  return id.includes('\\') ? String(parseJson(id)) : id.slice(1, -1);
}

/** Portions of lines, from the end of a file; within a portion in the order of the file. */
async function* linesBackwards(file: FileHandle): AsyncGenerator<readonly string[]> {
  let { size: end } = await file.stat();
  let rest: Buffer = Buffer.alloc(0);
  while (end > 0) {
    const begin = Math.max(0, end - chunkBytes);
    const bytes = Buffer.concat([await readAt(file, begin, end), rest]);
    // The line that begins before what was read is for the next round.
    const at = bytes.indexOf(newline);
    const first = begin === 0 ? 0 : at === -1 ? bytes.length : at + 1;
    yield bytes.subarray(first).toString().split('\n');
    rest = bytes.subarray(0, first);
    end = begin;
  }
}

async function readAt(file: FileHandle, begin: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - begin);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, begin + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
