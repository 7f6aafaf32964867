import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { File, Group } from 'h5wasm/node';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import type { Readings, SeriesKey } from '../../fleet/readings.ts';
import { type Hdf5, loadHdf5 } from './hdf5.ts';

/** A meter of a file that is to be written. */
export interface NewMeter {
  readonly meterId: string;
  readonly company: string;
  readonly loads: readonly { readonly component: string; readonly name: string }[];
}

export interface WriteMeterFileOptions {
  readonly meters: readonly NewMeter[];
  readonly readingsOf: (key: SeriesKey) => Readings;
  /** Write over a file that is there. Default: throw FILE_EXISTS. */
  readonly replace?: boolean | undefined;
  /** Stops it: there is no file then, or the one that was there, and its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each series. */
  readonly onSeries?: (() => void) | undefined;
}

/** Rows to a chunk: the reference meter file has few chunks a series. */
const mostChunkRows = 8_192;

/** Throws FILE_EXISTS where there is a file, unless it may be replaced. */
export function checkNewFile(path: string, replace = false): void {
  if (!replace && existsSync(path)) throw new VenfleetError('FILE_EXISTS', { path });
}

/**
 * Writes a meter file, whole or not at all: under another name in the same folder, which it makes where there is none; at the
 * end the file gets its own name. Throws FILE_EXISTS, NOT_WRITABLE.
 */
export async function writeMeterFile(path: string, options: WriteMeterFileOptions): Promise<void> {
  const { replace, signal } = options;
  checkNewFile(path, replace);
  const hdf5 = await loadHdf5();
  const partial = `${path}.${process.pid}.partial`;
  try {
    makeFolder(dirname(path));
    // Whether it can be made at all, the system says better than the library.
    await (await open(partial, 'w')).close();
    await fill(hdf5, partial, options);
    const written = await open(partial, 'r+');
    await written.sync().finally(() => written.close());
    signal?.throwIfAborted();
    // In the meantime somebody else may have made one.
    checkNewFile(path, replace);
    await rename(partial, path);
  } catch (error) {
    // What went wrong before matters more.
    await rm(partial, { force: true }).catch(() => undefined);
    if (signal?.aborted || error instanceof VenfleetError) throw error;
    throw new VenfleetError('NOT_WRITABLE', { path, problem: describeError(error) }, { cause: error });
  }
}

async function fill(
  hdf5: Hdf5,
  path: string,
  { meters, readingsOf, signal, onSeries }: WriteMeterFileOptions,
): Promise<void> {
  const h5wasm = await import('h5wasm/node');
  const carryOut = <T>(work: () => T): T => {
    const done = hdf5.attempt(work);
    if (!done.ok) throw new Error(done.reason);
    return done.result;
  };
  const file: File = carryOut(() => new h5wasm.File(path, 'w'));
  try {
    const all = carryOut(() => file.create_group('meters'));
    for (const { meterId, company, loads } of meters) {
      const meter = carryOut(() => addMeter(all, meterId, company, loads.length));
      for (const { component, name } of loads) {
        const readings = readingsOf({ meterId, component });
        carryOut(() => addLoad(meter, component, name, readings));
        onSeries?.();
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
    carryOut(() => file.flush());
  } finally {
    hdf5.attempt(() => file.close());
  }
}

function addMeter(all: Group, meterId: string, company: string, loads: number): Group {
  const meter = all.create_group(meterId);
  meter.create_attribute('meter_id', meterId);
  meter.create_attribute('company', company);
  meter.create_attribute('num_load_components', BigInt64Array.of(BigInt(loads)), []);
  return meter;
}

function addLoad(meter: Group, component: string, name: string, { startsMs, watts }: Readings): void {
  const load = meter.create_group(component);
  load.create_attribute('name', name);
  const rows = new Float64Array(startsMs.length * 2);
  for (let n = 0; n < startsMs.length; n++) {
    rows[2 * n] = (startsMs[n] as number) / 1000;
    rows[2 * n + 1] = watts[n] as number;
  }
  load.create_dataset({
    name: 'power',
    data: rows,
    shape: [startsMs.length, 2],
    // It may grow, as readings come.
    maxshape: [null, 2],
    chunks: [Math.min(mostChunkRows, startsMs.length), 2],
    compression: 'gzip',
  });
}
