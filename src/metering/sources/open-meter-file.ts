import { type Clock, systemClock } from '../../core/clock.ts';
import type { SeriesKey } from '../../fleet/readings.ts';
import type { ReadingSource, SeriesRead } from '../reading-source.ts';
import { soundReadings } from '../sound-readings.ts';
import { type Hdf5, loadHdf5 } from './hdf5.ts';
import { openHdf5File } from './hdf5-file.ts';
import { findPower, readRows } from './power-dataset.ts';

export interface MeterFileOptions {
  /** What has not begun by it is no reading yet. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/**
 * Opens a meter file: HDF5 with `/meters/<meter>/<component>/power`, (N, 2) numbers, Unix time in seconds and power in W;
 * docs/meter-files.md says more. Only the series that is asked for is in memory. Throws METER_FILE.
 */
export async function openMeterFile(
  path: string,
  { clock = systemClock }: MeterFileOptions = {},
): Promise<ReadingSource> {
  const hdf5 = await loadHdf5();
  const file = await openHdf5File(hdf5, path);
  // One after another, so that only one is held.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  let isOpen = true;
  return {
    name: path,
    read: (key) =>
      inTurn(async () => {
        if (!isOpen) throw new Error(`${path} is closed`);
        return readSeries(hdf5, file, key, clock.now());
      }),
    close: () =>
      inTurn(async () => {
        if (isOpen) hdf5.h5.close_file(file);
        isOpen = false;
      }),
  };
}

async function readSeries(hdf5: Hdf5, file: bigint, key: SeriesKey, nowMs: number): Promise<SeriesRead> {
  const power = findPower(hdf5, file, key);
  if ('problem' in power) return { ok: false, ...power };
  const raw = await readRows(hdf5, file, power);
  return 'problem' in raw ? { ok: false, ...raw } : soundReadings(raw, { nowMs });
}
