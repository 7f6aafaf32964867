import { createReadStream } from 'node:fs';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { BadLine, ReadingSource } from '../reading-source.ts';
import { soundReadings } from '../sound-readings.ts';
import { meterFileError } from './hdf5-file.ts';
import { holdRows } from './text/held-rows.ts';
import { type ReadingsText, readRows } from './text/read-rows.ts';

export type { ReadingsText } from './text/read-rows.ts';

export interface ReadingsTextOptions {
  /** What has not begun by it is no reading yet. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Called with each line that is no reading, while the text is read; the others count. */
  readonly onBadLine?: ((bad: BadLine) => void) | undefined;
  /** Only the series of this meter are kept, and can be read. */
  readonly onlyMeter?: string | undefined;
}

/** Readings of a text. */
export interface TextSource extends ReadingSource {
  /** Lines that are readings, or say that there is none at their time. */
  readonly rows: number;
  /** Lines that are no readings, and the first of them. */
  readonly badLines: number;
  readonly firstBadLines: readonly BadLine[];
}

/** How many of the bad lines are kept, to be told. */
const badLinesKept = 5;

/**
 * Reads a table of readings, CSV or NDJSON, as docs/meter-files.md describes it; all its rows are in memory then, 16 to
 * 24 bytes each. A bad line is counted, told and left out. Throws METER_FILE where it is no table of readings, or all its lines are bad.
 */
export async function openReadingsText(
  source: string | ReadingsText,
  { clock = systemClock, onBadLine, onlyMeter }: ReadingsTextOptions = {},
): Promise<TextSource> {
  const text = typeof source === 'string' ? { name: source, bytes: createReadStream(source) } : source;
  const held = holdRows();
  const firstBadLines: BadLine[] = [];
  let badLines = 0;
  const noteBadLine = (bad: BadLine) => {
    badLines++;
    if (firstBadLines.length < badLinesKept) firstBadLines.push(bad);
    onBadLine?.(bad);
  };
  let rows = 0;
  for await (const some of readRows(text, noteBadLine)) {
    rows += some.length;
    for (const row of some) if (onlyMeter === undefined || row.meterId === onlyMeter) held.add(row);
  }
  const [first] = firstBadLines;
  if (first && rows === 0)
    throw meterFileError(text.name, `none of its lines is a reading; line ${first.line}: ${first.reason}`);
  return {
    name: text.name,
    rows,
    badLines,
    firstBadLines,
    async read(key) {
      const raw = held.rawOf(key);
      return 'problem' in raw ? { ok: false, ...raw } : soundReadings(raw, { nowMs: clock.now() });
    },
    close: () => Promise.resolve(),
  };
}
