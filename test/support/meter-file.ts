import { File, type Group, ready } from 'h5wasm/node';

export type Row = readonly [seconds: number, watts: number];

/** What a series is in a file: rows, or whatever else this makes of its group. */
export type Series = readonly Row[] | ((load: Group) => void);

/** The beginning of the meter file's year. */
export const start = Date.UTC(2025, 0, 15, 8) / 1000;

/** Hourly readings, from the beginning of the meter file's year, of 100 W and one more each hour. */
export function hourly(count: number, from: number = start): Row[] {
  return Array.from({ length: count }, (_, hour) => [from + 3600 * hour, 100 + hour] as const);
}

/** Writes a real meter file: by meter, by component. */
export async function writeMeterFile(
  path: string,
  meters: Readonly<Record<string, Readonly<Record<string, Series>>>>,
  options: { libver?: 'latest' } = {},
): Promise<void> {
  await ready;
  const file = new File(path, 'w', options);
  try {
    const all = file.create_group('meters');
    for (const [meterId, loads] of Object.entries(meters)) {
      const meter = all.create_group(meterId);
      for (const [component, series] of Object.entries(loads)) {
        const load = meter.create_group(component);
        if (typeof series === 'function') series(load);
        else addPower(load, series);
      }
    }
  } finally {
    file.close();
  }
}

/** Adds rows as a chunked, compressed dataset that can grow. */
export function addPower(load: Group, rows: readonly Row[], chunkRows = 100): void {
  load.create_dataset({
    name: 'power',
    data: Float64Array.from(rows.flat()),
    shape: [rows.length, 2],
    maxshape: [null, 2],
    chunks: [chunkRows, 2],
    compression: 'gzip',
  });
}

/** Appends rows to a series of a file that is there, as a meter does. */
export async function appendRows(path: string, series: string, rows: readonly Row[]): Promise<void> {
  await ready;
  const file = new File(path, 'a');
  try {
    const power = file.get(`meters/${series}/power`);
    if (!power || !('resize' in power)) throw new Error(`no ${series}`);
    const before = power.shape?.[0] ?? 0;
    power.resize([before + rows.length, 2]);
    power.write_slice([[before, before + rows.length], []], Float64Array.from(rows.flat()));
  } finally {
    file.close();
  }
}
