/*
 * A copy of a database, for whoever may only read and needs tables or indexes that it lacks. It lies in a folder of its own,
 * which nobody else may look into, where the system keeps temporary files (TMPDIR).
 */
import { chmodSync, copyFileSync, mkdtempSync, rmSync, type Stats, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { withDatabaseErrors } from './errors.ts';

export interface TemporaryCopy {
  readonly file: string;
  /** Removes it; it is removed as well where the process ends without. */
  remove(): void;
}

/** More than any database has: a copy in one step is of one moment, whoever writes meanwhile. */
const allPages = 2 ** 31 - 1;

/**
 * Copies the database at `path`: over a connection, where SQLite lets it be read; else (`undefined`) the files. Throws
 * DB_FULL, FILE_UNREADABLE, DB_LOCKED, NOT_WRITABLE.
 */
export async function temporaryCopy(path: string, sqlite: DatabaseSync | undefined): Promise<TemporaryCopy> {
  const folder = makeFolder();
  const file = join(folder, basename(path));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
    if (folders.size === 0) process.off('exit', removeAll);
  };
  try {
    if (sqlite) await withDatabaseErrors(file, () => backup(sqlite, file, { rate: allPages }));
    else copyFiles(path, file);
    return { file, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Folders of this process; they go with it, unless it is killed. */
const folders = new Set<string>();

function makeFolder(): string {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'venfleet-'));
    if (folders.size === 0) process.on('exit', removeAll);
    folders.add(folder);
    return folder;
  } catch (error) {
    const problem = `the database can only be read as a temporary copy, and none can be made there (TMPDIR): ${describeError(error)}`;
    throw new VenfleetError('NOT_WRITABLE', { path: tmpdir(), problem }, { cause: error });
  }
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** A database, and what SQLite keeps beside it of what is not in it yet, or was not taken back yet. */
const suffixes = ['', '-wal', '-journal'];
const tries = 5;

/**
 * Copies files that SQLite itself may not read where they are, so that this process writes to none of them (see `hasLogMode`);
 * once more where somebody wrote to them meanwhile.
 */
function copyFiles(path: string, file: string): void {
  for (let n = 0; n < tries; n++) {
    const before = suffixes.map((suffix) => statSync(path + suffix, { throwIfNoEntry: false }));
    for (const [at, suffix] of suffixes.entries()) {
      rmSync(file + suffix, { force: true });
      if (before[at]) copyFile(path + suffix, file + suffix);
    }
    const after = suffixes.map((suffix) => statSync(path + suffix, { throwIfNoEntry: false }));
    if (before.every((stats, at) => isSame(stats, after[at]))) return;
  }
  const problem = 'somebody writes to it, and it cannot be read meanwhile';
  throw new VenfleetError('DB_LOCKED', { path, problem });
}

function copyFile(from: string, to: string): void {
  try {
    copyFileSync(from, to);
    // It may be one that nobody may write to.
    chmodSync(to, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Gone since it was looked at.
    if (code === 'ENOENT') return;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    const details = { path: isFull ? to : from, problem: describeError(error) };
    throw new VenfleetError(isFull ? 'DB_FULL' : 'FILE_UNREADABLE', details, { cause: error });
  }
}

const isSame = (one: Stats | undefined, other: Stats | undefined) =>
  one?.ino === other?.ino && one?.size === other?.size && one?.mtimeMs === other?.mtimeMs;
