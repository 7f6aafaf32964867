import { setImmediate } from 'node:timers/promises';
import type { Module } from 'h5wasm/node';
import type { SeriesKey } from '../../fleet/readings.ts';
import type { RawReadings } from '../sound-readings.ts';
import { restoreFloat32Times } from './float32-times.ts';
import { isGroupName } from './group-name.ts';
import type { Hdf5 } from './hdf5.ts';

/** Rows that a series may have; they are held in memory, 16 bytes each, while it is read. */
export const mostRows = 4_000_000;

/** Bytes of a chunk, which has to be in memory as a whole; WebAssembly has 2 GiB in all. */
const largestChunk = 512 * 1024 * 1024;

/** Rows that are read at once, unless chunks are larger. */
const rowsAtOnce = 65_536;

/** The rows of one series in a meter file: `/meters/<meter>/<component>/power`, (N, 2) numbers. */
export interface PowerDataset {
  readonly path: string;
  readonly rows: number;
  readonly chunkRows: number;
  readonly numbers: NumberType;
}

export type Problem = { readonly problem: string };

/** How numbers lie in memory once they are read; the order of their bytes is this machine's by then. */
type NumberType = 'Float64' | 'Float32' | `${'Int' | 'Uint'}${8 | 16 | 32}` | `Big${'Int' | 'Uint'}64`;

const numberTypes: Readonly<Record<string, NumberType>> = {
  '1 8': 'Float64',
  '1 4': 'Float32',
  ...{ '0 1 true': 'Int8', '0 2 true': 'Int16', '0 4 true': 'Int32', '0 8 true': 'BigInt64' },
  ...{ '0 1 false': 'Uint8', '0 2 false': 'Uint16', '0 4 false': 'Uint32', '0 8 false': 'BigUint64' },
};

/** The series of this key, or why there is none. The meter is looked up by the name of its group. */
export function findPower({ h5, attempt }: Hdf5, file: bigint, key: SeriesKey): PowerDataset | Problem {
  const typeOf = (path: string) => h5.get_type(file, path);
  if (!isGroupName(key.meterId)) return { problem: 'no such meter in the file' };
  const meter = `/meters/${key.meterId}`;
  if (typeOf(meter) !== h5.H5G_GROUP) return { problem: 'no such meter in the file' };
  const load = `${meter}/${key.component}`;
  if (!isGroupName(key.component) || typeOf(load) !== h5.H5G_GROUP)
    return { problem: `the meter has no ${key.component}` };
  const path = `${load}/power`;
  if (typeOf(path) !== h5.H5G_DATASET) return { problem: `its ${key.component} has no dataset "power"` };
  const metadata = attempt(() => h5.get_dataset_metadata(file, path));
  return metadata.ok ? powerOf(path, metadata.result) : { problem: `it cannot be read: ${metadata.reason}` };
}

type Metadata = ReturnType<typeof Module.get_dataset_metadata>;

function powerOf(path: string, { shape, type, size, signed, chunks }: Metadata): PowerDataset | Problem {
  const [rows = 0, columns] = shape ?? [];
  if (shape?.length !== 2 || columns !== 2)
    return { problem: `its shape is (${shape?.join(', ') ?? 'none'}), not (N, 2)` };
  const numbers = numberTypes[type === 0 ? `${type} ${size} ${signed}` : `${type} ${size}`];
  if (!numbers) return { problem: `it holds ${kindOf(type, size)}, not numbers of 1, 2, 4 or 8 bytes` };
  if (rows > mostRows) return { problem: `it has ${rows} rows; no more than ${mostRows} are read` };
  const chunkBytes = (chunks ?? []).reduce((product, length) => product * length, size);
  if (chunkBytes > largestChunk)
    return { problem: `its chunks have ${chunkBytes} bytes, too many to be read` };
  return { path, rows, chunkRows: chunks?.[0] ?? 1, numbers };
}

/** The classes of HDF5 types (`H5T_class_t`), as people say them. */
const kinds = ['integers', 'floating-point numbers', 'times', 'text', 'bits', 'opaque bytes', 'compounds'];
const moreKinds = ['references', 'enumerated values', 'lists', 'arrays'];

function kindOf(type: number, size: number): string {
  const kind = [...kinds, ...moreKinds][type] ?? 'values of another type';
  return type <= 1 ? `${kind} of ${size} bytes` : kind;
}

/** Rows of a series, from one up to another. Lets others have their turn where that takes long. */
export async function readRows(
  hdf5: Hdf5,
  file: bigint,
  power: PowerDataset,
  from: number = 0,
): Promise<RawReadings | Problem> {
  const { rows, chunkRows, numbers } = power;
  const raw = { seconds: new Float64Array(rows - from), watts: new Float64Array(rows - from) };
  // A chunk that is read in parts would be unpacked for each of them.
  const step = Math.ceil(rowsAtOnce / chunkRows) * chunkRows;
  for (let begin = from, end: number; begin < rows; begin = end) {
    if (begin > from) await setImmediate();
    end = Math.min(rows, begin - (begin % chunkRows) + step);
    const problem = readSlice(hdf5, file, power, { begin, end, raw, at: begin - from });
    if (problem) return { problem };
  }
  const problem = numbers === 'Float32' ? restoreFloat32Times(raw.seconds) : undefined;
  return problem ? { problem } : raw;
}

interface Slice {
  readonly begin: number;
  readonly end: number;
  readonly raw: RawReadings;
  /** Where in `raw` its first row goes. */
  readonly at: number;
}

function readSlice(
  { h5, attempt }: Hdf5,
  file: bigint,
  { path, numbers }: PowerDataset,
  { begin, end, raw, at }: Slice,
): string | undefined {
  const rows = end - begin;
  const pointer = h5._malloc(rows * 16);
  if (pointer === 0) return `there is no memory to read it (${rows * 16} bytes)`;
  try {
    const read = attempt(() =>
      h5.get_dataset_data(file, path, [BigInt(rows), 2n], [BigInt(begin), 0n], [1n, 1n], BigInt(pointer)),
    );
    if (!read.ok) return `it cannot be read: ${read.reason}`;
    // The heap may have moved while the library read.
    const values = new globalThis[`${numbers}Array`](h5.HEAPU8.buffer as ArrayBuffer, pointer, rows * 2);
    if (values instanceof Float64Array) split(values, raw, at);
    else split(Float64Array.from(values as Iterable<number | bigint>, Number), raw, at);
    return undefined;
  } finally {
    h5._free(pointer);
  }
}

function split(values: Float64Array, { seconds, watts }: RawReadings, at: number): void {
  for (let row = 0; row * 2 < values.length; row++) {
    seconds[at + row] = values[row * 2] as number;
    watts[at + row] = values[row * 2 + 1] as number;
  }
}
