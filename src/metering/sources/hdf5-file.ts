import { type FileHandle, open, stat } from 'node:fs/promises';
import { describeError, VenfleetError } from '../../core/errors.ts';
import type { Hdf5 } from './hdf5.ts';

/** The error of a meter file that cannot be used at all. */
export function meterFileError(path: string, problem: string, cause?: unknown): VenfleetError {
  return new VenfleetError('METER_FILE', { path, problem }, { cause });
}

/** The error of a file that the system does not let us read. */
export function unreadable(path: string, error: unknown): VenfleetError {
  const { code } = error as NodeJS.ErrnoException;
  const problem =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? 'there is no such file'
      : code === 'EACCES' || code === 'EPERM'
        ? 'you may not read it'
        : describeError(error);
  return meterFileError(path, problem, error);
}

/** Opens a meter file for reading, and makes sure that it is one. Throws METER_FILE. */
export async function openHdf5File({ h5, attempt }: Hdf5, path: string): Promise<bigint> {
  if (!(await isHdf5File(path))) throw meterFileError(path, 'it is no HDF5 file');
  const openFor = (mode: number) => attempt(() => h5.open(path, mode, false, -1, -1));
  const alone = openFor(h5.H5F_ACC_RDONLY);
  // What a program writes in SWMR mode may be read meanwhile, but only by who says so.
  const opened = alone.ok || !isBeingWritten.test(alone.reason) ? alone : openFor(h5.H5F_ACC_SWMR_READ);
  if (!opened.ok) throw meterFileError(path, openingProblem(opened.reason));
  if (h5.get_type(opened.result, '/meters') === h5.H5G_GROUP) return opened.result;
  h5.close_file(opened.result);
  throw meterFileError(path, 'it has no group "/meters"');
}

const isBeingWritten = /already open for|lock file/;

function openingProblem(reason: string): string {
  const [, there, stated] = /^truncated file: eof = (\d+).*stored_eof = (\d+)/.exec(reason) ?? [];
  if (there) return `it is truncated: it has ${there} of its ${stated} bytes`;
  if (isBeingWritten.test(reason)) return 'another program is writing it';
  return `it is damaged (${reason})`;
}

const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/**
 * Whether a file has the signature of HDF5: at its beginning, or behind a user block of 512, 1024 … bytes (HDF5 File Format
 * Specification, II.A). Throws METER_FILE for what cannot be read, or is no file.
 */
export async function isHdf5File(path: string): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    const { size, ...kind } = await fileAt(path);
    if (!kind.isFile) return false;
    file = await open(path);
    for (let at = 0; at + signature.length <= size; at = Math.max(512, at * 2)) {
      const { buffer } = await file.read(Buffer.alloc(signature.length), 0, signature.length, at);
      if (buffer.equals(signature)) return true;
    }
    return false;
  } catch (error) {
    throw error instanceof VenfleetError ? error : unreadable(path, error);
  } finally {
    await file?.close();
  }
}

async function fileAt(path: string): Promise<{ size: number; isFile: boolean }> {
  const found = await stat(path);
  if (found.isDirectory()) throw meterFileError(path, 'it is a directory');
  return { size: found.size, isFile: found.isFile() };
}
