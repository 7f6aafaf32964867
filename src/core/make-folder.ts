import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Like `mkdir -p`. Node's own recursive mode never returns where a file system takes no folders, such as /proc. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}
