import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a folder with a hash of their bytes. That of `-shm` is left out: SQLite keeps its locks in it. */
export function folderState(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => [name, name.endsWith('-shm') ? '' : hashOf(readFileSync(join(folder, name)))]),
  );
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
