import { createReadStream } from 'node:fs';
import type { ReadingSource } from '../reading-source.ts';
import { isHdf5File } from './hdf5-file.ts';
import { openMeterFile } from './open-meter-file.ts';
import {
  openReadingsText,
  type ReadingsText,
  type ReadingsTextOptions,
  type TextSource,
} from './open-readings-text.ts';

/**
 * Opens whatever readings come from: `-` is a table on standard input; a file is HDF5 or a table by what is in it, whatever
 * its name is. Throws METER_FILE.
 */
export async function openReadings(
  path: string,
  options: ReadingsTextOptions = {},
): Promise<ReadingSource | TextSource> {
  if (path === '-') return openReadingsText(standardInput(), options);
  return (await isMeterFile(path)) ? openMeterFile(path, options) : openReadingsText(path, options);
}

/** Whether a file is, or should be, HDF5. Throws METER_FILE. */
export async function isMeterFile(path: string): Promise<boolean> {
  // Of an .h5 that is none, a parser of tables would only say that it is no text.
  return (await isHdf5File(path)) || /\.(h5|hdf5?)$/i.test(path);
}

/** Readings on standard input. */
export function standardInput(): ReadingsText {
  return { name: 'standard input', bytes: createReadStream('/dev/stdin', { fd: 0, autoClose: false }) };
}
