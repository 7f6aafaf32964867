import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { describeError } from '../../core/errors.ts';
import { dispatchMessage } from './message.ts';
import { idsAtTheEnd, mendEnd } from './ndjson-end.ts';
import type { Dispatch, HandedOver, Sink } from './sink.ts';

export interface FileSinkOptions {
  readonly name: string;
  readonly path: string;
  readonly lateAfterMs?: number | undefined;
}

const batchSize = 5_000;

/**
 * Appends dispatches to a file, one a line, and syncs it after each batch. A file that was moved away is left alone, and a new
 * one begun. Throws an Error that says why where the file cannot be written, or is none.
 */
export function createFileSink({ name, path, lateAfterMs }: FileSinkOptions): Sink {
  checkWritable(path);
  let file: FileHandle | undefined;
  // One at a time: two batches must not be mixed.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const opened = async (): Promise<FileHandle> => {
    if (file && (await isAtPath(file, path))) return file;
    await close();
    file = await open(path, 'a+');
    await mendEnd(file);
    return file;
  };
  const close = async () => {
    const old = file;
    file = undefined;
    await old?.close();
  };
  return {
    name,
    batchSize,
    handOver: (batch, atMs, signal) =>
      inTurn(async () => {
        if (signal.aborted) return allFailed(batch, 'it was stopped');
        try {
          await append(await opened(), linesOf(batch, atMs, lateAfterMs));
          return { failed: new Map() };
        } catch (error) {
          await close().catch(() => undefined);
          return allFailed(batch, describeError(error));
        }
      }),
    whichArrived: (inDoubt) =>
      inTurn(async () => {
        try {
          return await idsAtTheEnd(await opened(), inDoubt);
        } catch {
          return new Set<string>();
        }
      }),
    close: () => inTurn(close),
  };
}

/** Writes dispatches to a stream, such as standard output, one a line. Its reader cannot be asked what it got. */
export function createStreamSink(
  { name, lateAfterMs }: Omit<FileSinkOptions, 'path'>,
  output: Writable = process.stdout,
): Sink {
  let broken: string | undefined;
  // Whoever read it may be gone; without a listener that would end the program.
  const onError = (error: Error) => {
    broken ??= describeError(error);
  };
  output.on('error', onError);
  return {
    name,
    batchSize,
    handOver: (batch, atMs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(allFailed(batch, 'it was stopped'));
        if (broken !== undefined) return resolve(allFailed(batch, broken));
        const stop = () => resolve(allFailed(batch, 'it was stopped'));
        signal.addEventListener('abort', stop, { once: true });
        output.write(linesOf(batch, atMs, lateAfterMs), (error) => {
          signal.removeEventListener('abort', stop);
          resolve(error ? allFailed(batch, describeError(error)) : { failed: new Map() });
        });
      }),
    whichArrived: async () => new Set(),
    close: async () => {
      output.off('error', onError);
    },
  };
}

function linesOf(batch: readonly Dispatch[], atMs: number, lateAfterMs: number | undefined): string {
  let text = '';
  for (const dispatch of batch) text += `${dispatchMessage(dispatch, atMs, lateAfterMs)}\n`;
  return text;
}

function allFailed(batch: readonly Dispatch[], problem: string): HandedOver {
  return { failed: new Map(batch.map(({ id }) => [id, problem])) };
}

/** All of it or nothing, as far as the disk allows. */
async function append(file: FileHandle, text: string): Promise<void> {
  const { size } = await file.stat();
  try {
    await file.appendFile(text);
    await file.datasync();
  } catch (error) {
    await file.truncate(size).catch(() => undefined);
    throw error;
  }
}

async function isAtPath(file: FileHandle, path: string): Promise<boolean> {
  const [held, there] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
  return there !== undefined && held.ino === there.ino && held.dev === there.dev;
}

/** A pipe or a device is none: it can neither be synced nor read back. */
function checkWritable(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there && !there.isFile()) throw new Error('it is no file; "-" is standard output');
  const descriptor = openSync(path, 'a+');
  const isFile = fstatSync(descriptor).isFile();
  closeSync(descriptor);
  if (!isFile) throw new Error('it is no file; "-" is standard output');
}
