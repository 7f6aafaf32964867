/*
 * Which file a path leads to. SQLite goes on writing to a file that was removed or renamed, as the system lets it: all of it
 * would be lost, and nobody told.
 */
import { statSync } from 'node:fs';
import { VenfleetError } from '../../core/errors.ts';

/** A file, told apart from any other of its name. */
export type FileIdentity = string;

/** The file at `path`; undefined where there is none. Throws what the file system throws. */
export function fileIdentity(path: string): FileIdentity | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/** Whether another file, or none, is at `path` now; one that the file system cannot tell of counts as the same. */
export function isReplaced(path: string, opened: FileIdentity): boolean {
  try {
    return fileIdentity(path) !== opened;
  } catch {
    return false;
  }
}

/** Throws DB_REPLACED where another file, or none, is at `path` now. */
export function throwIfReplaced(path: string, opened: FileIdentity, options: { cause?: unknown } = {}): void {
  if (isReplaced(path, opened)) throw replacedError(path, options);
}

/** DB_REPLACED, with what happened to the file as far as it can be seen. */
export function replacedError(path: string, options: { cause?: unknown } = {}): VenfleetError {
  const problem = isThere(path) ? 'another file was put in its place' : 'it was removed or renamed';
  return new VenfleetError('DB_REPLACED', { path, problem }, options);
}

function isThere(path: string): boolean {
  try {
    return fileIdentity(path) !== undefined;
  } catch {
    return true;
  }
}
