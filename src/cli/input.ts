import { createReadStream, statSync } from 'node:fs';

/** A named file that can be read more than once. */
export interface Input {
  /** As the user said it. */
  readonly path: string;
  read(): AsyncIterable<Uint8Array>;
}

/**
 * The input of this name; `-` is standard input. What is no file on a disk (a pipe, a terminal) gives its bytes
 * once: they are kept in memory as they come, for who reads it again.
 */
export function inputOf(path: string): Input {
  const isStandard = path === '-';
  const isFile = !isStandard && statSync(path, { throwIfNoEntry: false })?.isFile() !== false;
  const open = () => createReadStream(isStandard ? '/dev/stdin' : path, isStandard ? { fd: 0 } : {});
  return { path, read: isFile ? open : keeping(open) };
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
