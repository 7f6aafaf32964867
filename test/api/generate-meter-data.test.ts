import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { File, type Group } from 'h5wasm/node';
import { generateFleet, generateMeterData } from '../../src/index.ts';
import { openMeterFile } from '../../src/metering/sources/open-meter-file.ts';
import { execute, query, temporaryFolder } from '../support/fleet-database.ts';

async function smallFleet(t: TestContext) {
  const folder = temporaryFolder(t);
  const dbPath = join(folder, 'fleet.db');
  await generateFleet({ dbPath, resources: 60 });
  return { dbPath, path: join(folder, 'new/meters.h5'), hours: 48 };
}

describe('generateMeterData', () => {
  test('makes a series for each meter and component of a fleet', async (t) => {
    const { dbPath, ...file } = await smallFleet(t);
    execute(dbPath, "UPDATE loads SET h5_meter_id = '' WHERE rowid = 1");
    execute(dbPath, "UPDATE loads SET h5_meter_id = 'a/b' WHERE rowid = 2");
    const progress: number[] = [];
    const { elapsedSeconds, ...made } = await generateMeterData({
      dbPath,
      ...file,
      onProgress: ({ done, total }) => progress.push(done / total),
    });
    assert.ok(elapsedSeconds > 0);
    assert.deepEqual(made, { meters: 3, series: 18, readings: 864, loadsWithout: 2, seed: 1 });
    assert.deepEqual([progress.length, progress.at(-1)], [18, 1]);
    const source = await openMeterFile(file.path);
    const keys = query(
      dbPath,
      "SELECT DISTINCT h5_meter_id, load_component FROM loads WHERE h5_meter_id LIKE 'meter%'",
    );
    for (const { h5_meter_id: meterId, load_component: component } of keys) {
      const read = await source.read({ meterId: String(meterId), component: String(component) });
      assert.ok(read.ok);
      assert.equal(read.readings.startsMs.length, 48);
      assert.deepEqual(read.mended, {
        ...{ rows: 48, notNumbers: 0, duplicates: 0, inFuture: 0, outOfOrder: 0, gaps: 0 },
      });
    }
    await source.close();
  });

  test('lays the file out as that of the Python system', async (t) => {
    const options = await smallFleet(t);
    await generateMeterData(options);
    const file = new File(options.path, 'r');
    const meterId = 'meter_707057500950414460';
    const attribute = (path: string, name: string) => (file.get(path) as Group).attrs[name]?.value;
    assert.equal(attribute(`meters/${meterId}`, 'meter_id'), meterId);
    assert.equal(typeof attribute(`meters/${meterId}`, 'company'), 'string');
    assert.equal(attribute(`meters/${meterId}`, 'num_load_components'), 6n);
    assert.equal(attribute(`meters/${meterId}/load_2`, 'name'), 'HVAC');
    const power = file.get(`meters/${meterId}/load_2/power`);
    assert.ok(power && 'filters' in power);
    assert.deepEqual([power.dtype, power.shape], ['<d', [48, 2]]);
    assert.deepEqual(
      power.filters.map(({ name }) => name),
      ['deflate'],
    );
    assert.equal((power.value as Float64Array)[0], 1_736_928_000);
    file.close();
  });

  test('gives the same readings for the same seed, and no file is written over unasked', async (t) => {
    const options = await smallFleet(t);
    const watts = async () => {
      const source = await openMeterFile(options.path);
      const read = await source.read({ meterId: 'meter_707057500950414460', component: 'load_3' });
      await source.close();
      return read.ok && [...read.readings.watts];
    };
    await generateMeterData(options);
    const first = await watts();
    await assert.rejects(generateMeterData({ ...options, seed: 2 }), {
      code: 'FILE_EXISTS',
      message: `There is a file ${options.path} already.`,
    });
    assert.deepEqual(await watts(), first);
    await generateMeterData({ ...options, seed: 2, replace: true });
    assert.notDeepEqual(await watts(), first);
    await generateMeterData({ ...options, replace: true });
    assert.deepEqual(await watts(), first);
    assert.deepEqual(readdirSync(dirname(options.path)), ['meters.h5']);
  });

  test('leaves what was there where it is stopped, or cannot write', async (t) => {
    const options = await smallFleet(t);
    const controller = new AbortController();
    const stopped = generateMeterData({
      ...options,
      onProgress: ({ done }) => done === 2 && controller.abort(new Error('enough')),
      signal: controller.signal,
    });
    await assert.rejects(stopped, { message: 'enough' });
    assert.deepEqual(readdirSync(dirname(options.path)), []);
    writeFileSync(options.path, 'real readings');
    const beneath = join(options.path, 'meters.h5');
    await assert.rejects(generateMeterData({ ...options, path: beneath }), { code: 'NOT_WRITABLE' });
    assert.equal(readFileSync(options.path, 'utf8'), 'real readings');
  });

  test('refuses what cannot be', async (t) => {
    const options = await smallFleet(t);
    for (const wrong of [{ hours: 0 }, { seed: 0.5 }, { path: '' }, { meters: 3 }])
      await assert.rejects(generateMeterData({ ...options, ...wrong } as never), { code: 'BAD_ARGUMENT' });
    await assert.rejects(generateMeterData({ ...options, dbPath: 'none.db' }), { code: 'DB_MISSING' });
  });
});
