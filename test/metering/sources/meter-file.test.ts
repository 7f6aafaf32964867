import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { File, type Group } from 'h5wasm/node';
import type { ReadingSource } from '../../../src/metering/reading-source.ts';
import { openMeterFile } from '../../../src/metering/sources/open-meter-file.ts';
import { addPower, hourly, type Row, start, writeMeterFile } from '../../support/meter-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'venfleet-meter-file-'));
const byH5py = join(import.meta.dirname, 'by-h5py.h5');
const clock = { now: () => Date.UTC(2026, 0, 15) };
// Not `after`: where no test of this process is asked for, that would count as one that never ended.
process.once('exit', () => rmSync(folder, { recursive: true }));

/** The readings of a series as rows, or the problem. */
async function read(source: ReadingSource, series: string) {
  const [meterId = '', component = ''] = series.split('/');
  const read = await source.read({ meterId, component });
  if (!read.ok) return read.problem;
  const { startsMs, watts } = read.readings;
  return Array.from(startsMs, (ms, n): Row => [ms / 1000, watts[n] as number]);
}

/** Adds a dataset of any kind. */
const dataset = (name: string, data: Parameters<Group['create_dataset']>[0]['data'], shape: number[]) => {
  return (load: Group) => void load.create_dataset({ name, data, shape });
};

suite('a meter file', () => {
  const path = join(folder, 'traps.h5');
  let source: ReadingSource;
  before(async () => {
    const rows = hourly(10);
    await writeMeterFile(path, {
      meter_1: {
        load_0: rows,
        load_1: [],
        load_2: [rows[3], rows[1], rows[1], [start, Number.NaN], [start + 36_000, -5.5]] as Row[],
        load_3: rows.map(([time, watts]): Row => [time * 1000, watts]),
      },
      meter_2: {
        load_0: dataset('power', new Float64Array(21), [3, 7]),
        load_1: dataset('power', new Float64Array(30), [10, 3]),
        load_2: dataset('power', new Float64Array(4), [4]),
        load_3: dataset('energy', new Float64Array(4), [2, 2]),
        load_4: (load) => void load.create_group('power'),
        load_5: dataset('power', Int32Array.from(rows.flat()), [10, 2]),
      },
      meter_3: {
        load_0: dataset('power', new Uint8Array(8_000_002), [4_000_001, 2]),
        load_1: (load) => addPower(load, [], 40_000_000),
      },
    });
    source = await openMeterFile(path, { clock });
  });
  after(() => source.close());

  test('has the series of each meter and component', async () => {
    assert.deepEqual(await read(source, 'meter_1/load_0'), hourly(10));
    assert.deepEqual(await read(source, 'meter_1/load_1'), []);
    assert.deepEqual(await read(source, 'meter_2/load_5'), hourly(10));
  });

  test('is mended, and what was mended is counted', async () => {
    const read = await source.read({ meterId: 'meter_1', component: 'load_2' });
    assert.ok(read.ok);
    assert.deepEqual([...read.readings.watts], [101, 103, -5.5]);
    assert.deepEqual(read.mended, {
      ...{ rows: 5, notNumbers: 1, duplicates: 1, inFuture: 0, outOfOrder: 1, gaps: 1 },
    });
  });

  test('says why there are no readings of a series', async () => {
    const problems = {
      'meter_9/load_0': 'no such meter in the file',
      './load_0': 'no such meter in the file',
      'meter_1\0/load_0': 'no such meter in the file',
      'meter_1/load_4': 'the meter has no load_4',
      'meter_1/.': 'the meter has no .',
      'meter_2/load_0': 'its shape is (3, 7), not (N, 2)',
      'meter_2/load_1': 'its shape is (10, 3), not (N, 2)',
      'meter_2/load_2': 'its shape is (4), not (N, 2)',
      'meter_2/load_3': 'its load_3 has no dataset "power"',
      'meter_2/load_4': 'its load_4 has no dataset "power"',
      'meter_1/load_3': 'its times look like milliseconds; they must be Unix seconds',
      'meter_3/load_0': 'it has 4000001 rows; no more than 4000000 are read',
      'meter_3/load_1': 'its chunks have 640000000 bytes, too many to be read',
    };
    for (const [series, problem] of Object.entries(problems))
      assert.equal(await read(source, series), problem);
  });

  test('may be of the latest format, and is read slice by slice where it is long', async () => {
    const latest = join(folder, 'latest.h5');
    const minutes = Array.from({ length: 70_000 }, (_, n): Row => [start + 60 * n, n % 997]);
    await writeMeterFile(latest, { meter_1: { load_0: minutes } }, { libver: 'latest' });
    const long = await openMeterFile(latest, { clock });
    const [one, other] = await Promise.all([
      read(long, 'meter_1/load_0'),
      read(long, 'meter_1/load_0'),
      long.close(),
    ]);
    // Of so many rows, a comparison that shows the differences would take minutes.
    for (const rows of [one, other]) assert.ok(isDeepStrictEqual(rows, minutes));
    await assert.rejects(read(long, 'meter_1/load_0'), /is closed/);
  });
});

suite('a meter file that h5py wrote', () => {
  let source: ReadingSource;
  before(async () => {
    source = await openMeterFile(byH5py, { clock });
  });
  after(() => source.close());

  test('is read in each of its types, orders of bytes and filters', async () => {
    for (const component of ['load_0', 'load_1', 'load_2', 'load_3', 'load_4', 'load_5'])
      assert.deepEqual(await read(source, `meter_1/${component}`), hourly(48), component);
  });

  test('says why a series cannot be read', async () => {
    const problems = {
      load_0: 'it cannot be read: it is compressed by "lzf", which is not known here',
      load_1: 'it holds compounds, not numbers of 1, 2, 4 or 8 bytes',
      load_2: 'it holds text, not numbers of 1, 2, 4 or 8 bytes',
      load_3: 'it holds floating-point numbers of 2 bytes, not numbers of 1, 2, 4 or 8 bytes',
      load_4: 'it cannot be read: filter returned failure during read',
    };
    for (const [component, problem] of Object.entries(problems))
      assert.equal(await read(source, `meter_2/${component}`), problem);
    assert.deepEqual(await read(source, 'meter_1/load_0'), hourly(48), 'the others are read as before');
  });
});

suite('a meter file that cannot be used', () => {
  const refusal = (path: string, problem: string) =>
    assert.rejects(openMeterFile(path), {
      code: 'METER_FILE',
      message: `The meter data ${path} cannot be used: ${problem}.`,
    });

  test('is told in one line', async () => {
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    await refusal(join(folder, 'none.h5'), 'there is no such file');
    await refusal(join(byH5py, 'none.h5'), 'there is no such file');
    await refusal(folder, 'it is a directory');
    await refusal(file('text.h5', 'time,watts\n'), 'it is no HDF5 file');
    await refusal(file('empty.h5', ''), 'it is no HDF5 file');
    await refusal('/dev/null', 'it is no HDF5 file');
    const whole = readFileSync(byH5py).length;
    const truncated = join(folder, 'truncated.h5');
    copyFileSync(byH5py, truncated);
    truncateSync(truncated, 5000);
    await refusal(truncated, `it is truncated: it has 5000 of its ${whole} bytes`);
    new File(join(folder, 'other.h5'), 'w').close();
    await refusal(join(folder, 'other.h5'), 'it has no group "/meters"');
  });

  test('because it is being written is told so, unless that is done for readers too (SWMR)', async () => {
    const written = join(folder, 'written.h5');
    const seen = join(folder, 'seen.h5');
    const writer = new File(written, 'w', { libver: 'latest' });
    addPower(writer.create_group('meters').create_group('meter_1').create_group('load_0'), hourly(5));
    writer.flush();
    copyFileSync(written, seen);
    await refusal(seen, 'another program is writing it');
    writer.start_swmr_write();
    copyFileSync(written, seen);
    const source = await openMeterFile(seen, { clock });
    assert.deepEqual(await read(source, 'meter_1/load_0'), hourly(5));
    await source.close();
    writer.close();
  });

  test('is told where it may not be read', {
    skip: process.getuid?.() === 0 && 'root may read all',
  }, async () => {
    const secret = join(folder, 'secret.h5');
    copyFileSync(byH5py, secret);
    chmodSync(secret, 0);
    await refusal(secret, 'you may not read it');
  });
});
