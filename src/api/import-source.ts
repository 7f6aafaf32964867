import { createReadStream, statSync } from 'node:fs';

/** A CSV file: its path, or a name for it, and its bytes, which are read once. A path may be that of a pipe. */
export type ImportSource = string | { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> };

/** A named file that can be read more than once. */
export interface RereadableFile {
  /** As messages name it. */
  readonly name: string;
  read(): AsyncIterable<Uint8Array>;
}

/** What gives its bytes only once, as a pipe does, is kept in memory as it comes, for whoever reads it again. */
export function rereadable(source: ImportSource): RereadableFile {
  if (typeof source !== 'string') return { name: source.name, read: keeping(() => source.bytes) };
  const open = () => createReadStream(source);
  return { name: source, read: isReadOnce(source) ? keeping(open) : open };
}

function isReadOnce(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
  } catch {
    // Whoever reads it is told why it cannot be.
    return false;
  }
}

function keeping(open: () => AsyncIterable<Uint8Array>): () => AsyncIterable<Uint8Array> {
  const kept: Uint8Array[] = [];
  let rest: AsyncIterator<Uint8Array> | undefined;
  return async function* () {
    yield* kept;
    rest ??= open()[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      kept.push(value);
      yield value;
    }
  };
}
