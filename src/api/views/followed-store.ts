import { realpathSync, statSync } from 'node:fs';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';

/** A store that is kept open to be read, of whatever file is at its path by now. */
export interface FollowedStore {
  /** Opened once more where another file has come in its place, or it is a copy that is read, and the original has changed. */
  current(): Promise<{ readonly store: Store; readonly opened: number }>;
  /** Bytes of the database's files. */
  bytes(): number;
  close(): Promise<void>;
}

/** Throws what `openStore` does. */
export async function followStore(path: string): Promise<FollowedStore> {
  let store = await openStore(path, { readOnly: true });
  let opened = 1;
  let seen = lookAt(path, store);
  return {
    async current() {
      if (lookAt(path, store) === seen) return { store, opened };
      const before = store;
      store = await openStore(path, { readOnly: true });
      opened++;
      seen = lookAt(path, store);
      await before.close();
      return { store, opened };
    },
    bytes: () => filesOf(path).reduce((sum, one) => sum + (one?.size ?? 0), 0),
    close: () => store.close(),
  };
}

const filesOf = (path: string) =>
  ['', '-wal', '-shm'].map((suffix) => statSync(path + suffix, { throwIfNoEntry: false }));

/** What file is there; of one that was copied to be read, also what was written to it. Others see that by themselves. */
function lookAt(path: string, store: Store): string {
  const [file, log] = filesOf(path);
  const isCopy = file !== undefined && realpathSync(path) !== store.readerAddress().file;
  const written = isCopy ? [file, log].map((one) => `${one?.size} ${one?.mtimeMs}`) : [];
  return [file?.dev, file?.ino, ...written].join(' ');
}
