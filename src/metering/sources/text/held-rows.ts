import type { SeriesKey } from '../../../fleet/readings.ts';
import type { RawReadings } from '../../sound-readings.ts';
import { mostRows } from '../power-dataset.ts';
import type { ReadingRow } from './line-reader.ts';

/** Rows held in memory, series by series: 16 to 24 bytes each. */
export interface HeldRows {
  readonly rows: number;
  add(row: ReadingRow): void;
  /** A copy of a series' rows, or why there are none. */
  rawOf(key: SeriesKey): RawReadings | { readonly problem: string };
}

interface Series {
  rows: number;
  /** Time and power, one after the other. */
  values: Float64Array;
}

export function holdRows(): HeldRows {
  const byMeter = new Map<string, Map<string, Series>>();
  let rows = 0;
  const seriesOf = ({ meterId, component }: SeriesKey): Series => {
    const byComponent = byMeter.get(meterId) ?? new Map<string, Series>();
    const series = byComponent.get(component) ?? { rows: 0, values: new Float64Array(32) };
    if (series.rows === 0) byMeter.set(copyOf(meterId), byComponent.set(copyOf(component), series));
    return series;
  };
  return {
    get rows() {
      return rows;
    },
    add(row) {
      rows++;
      const series = seriesOf(row);
      // What will not be read need not be held, only counted.
      if (series.rows++ >= mostRows) return;
      const at = (series.rows - 1) * 2;
      if (at === series.values.length) series.values = grown(series.values);
      series.values[at] = row.seconds;
      series.values[at + 1] = row.watts;
    },
    rawOf({ meterId, component }) {
      const byComponent = byMeter.get(meterId);
      if (!byComponent) return { problem: 'no such meter in the table' };
      const series = byComponent.get(component);
      if (!series) return { problem: `the meter has no ${component}` };
      if (series.rows > mostRows)
        return { problem: `it has ${series.rows} rows; no more than ${mostRows} are read` };
      const raw = { seconds: new Float64Array(series.rows), watts: new Float64Array(series.rows) };
      for (let n = 0; n < series.rows; n++) {
        raw.seconds[n] = series.values[2 * n] as number;
        raw.watts[n] = series.values[2 * n + 1] as number;
      }
      return raw;
    },
  };
}

/** A text of its own: a part of a line holds on to all that was read with it. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

/** Half as long again. */
function grown(values: Float64Array): Float64Array {
  const longer = new Float64Array(Math.ceil(values.length * 0.75) * 2);
  longer.set(values);
  return longer;
}
