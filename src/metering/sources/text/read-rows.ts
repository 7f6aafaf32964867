import { VenfleetError } from '../../../core/errors.ts';
import { readLineBlocks } from '../../../fleet/import/lines.ts';
import type { BadLine } from '../../reading-source.ts';
import { meterFileError, unreadable } from '../hdf5-file.ts';
import { lineReader, type ReadingRow } from './line-reader.ts';

/** Readings in a text: its name for messages, and its bytes, which are read once. */
export interface ReadingsText {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The rows of a table of readings, as many at once as have come, and its bad lines one by one. Throws METER_FILE where it
 * cannot be read, or is no such table.
 */
export async function* readRows(
  { name, bytes }: ReadingsText,
  onBadLine: (bad: BadLine) => void,
): AsyncGenerator<ReadingRow[]> {
  const read = lineReader(name);
  try {
    for await (const lines of readLineBlocks(refusingHdf5(name, bytes), name)) {
      const rows: ReadingRow[] = [];
      for (const line of lines) {
        const row = read(line);
        if (row === undefined) continue;
        if ('reason' in row) onBadLine(row);
        else rows.push(row);
      }
      if (rows.length > 0) yield rows;
    }
  } catch (error) {
    throw asMeterFile(name, error);
  }
}

/** What reads lines speaks of CSV files in general. */
function asMeterFile(name: string, error: unknown): unknown {
  if (!(error instanceof VenfleetError)) return error;
  if (error.code === 'FILE_UNREADABLE') {
    const { cause } = error;
    return cause instanceof VenfleetError ? cause : unreadable(name, cause);
  }
  if (error.code !== 'BAD_CSV') return error;
  return meterFileError(name, String(error.details.problem).replace(/\.$/, ''), error);
}

/** The same bytes, unless they begin as an HDF5 file does: that can only be read by its name. */
async function* refusingHdf5(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst && Buffer.from(chunk.subarray(0, 4)).toString('latin1') === '\x89HDF')
      throw meterFileError(name, 'it is an HDF5 file, which can only be read by its path');
    isFirst = false;
    yield chunk;
  }
}
