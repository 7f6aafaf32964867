import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { generateFleet, holdsFleet, register } from '../../src/index.ts';
import { query, readLoads, temporaryFolder } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

describe('generateFleet', () => {
  test('makes a database with its folder, that can be registered', async (t) => {
    const dbPath = join(temporaryFolder(t), 'new/fleet.db');
    assert.equal(await holdsFleet(dbPath), false);
    const { elapsedSeconds, ...made } = await generateFleet({ dbPath, resources: 25 });
    assert.ok(elapsedSeconds >= 0);
    assert.deepEqual(made, { vens: 3, resources: 25, loads: 150, seed: 1 });
    assert.equal(await holdsFleet(dbPath), true);
    const simulator = await simulatorFor(t);
    const { loads } = await register({ dbPath, vtnUrl: simulator.url, bearerToken: 'x' });
    assert.equal(loads.registered, 150);
    assertOneToOne(dbPath, simulator);
  });

  test('refuses a database that holds a fleet, unless it is to be replaced', async (t) => {
    const dbPath = join(temporaryFolder(t), 'fleet.db');
    const size = { dbPath, resources: 4, vens: 2 };
    await generateFleet(size);
    const before = readLoads(dbPath).map((load) => load.load_id);
    await assert.rejects(generateFleet({ ...size, seed: 2 }), {
      code: 'DB_NOT_EMPTY',
      message: `${dbPath} already holds a fleet of 4 sites.`,
    });
    assert.deepEqual(
      readLoads(dbPath).map((load) => load.load_id),
      before,
    );
    await generateFleet({ ...size, seed: 2, replace: true });
    assert.equal(new Set([...before, ...readLoads(dbPath).map((load) => load.load_id)]).size, 48);
  });

  test('throws the reason of an aborted signal, and has stored nothing', async (t) => {
    const dbPath = join(temporaryFolder(t), 'fleet.db');
    const controller = new AbortController();
    const running = generateFleet({ dbPath, resources: 100_000, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await assert.rejects(running, { message: 'enough' });
    assert.deepEqual(query(dbPath, 'SELECT * FROM resources'), []);
    assert.equal(await holdsFleet(dbPath), false);
  });

  test('refuses sizes that cannot be before it makes anything', async (t) => {
    const dbPath = join(temporaryFolder(t), 'new/fleet.db');
    for (const wrong of [
      { resources: 0 },
      { resources: 10_000_001 },
      { vens: 1.5 },
      { seed: -1 },
      { sites: 3 },
    ])
      await assert.rejects(
        generateFleet({ dbPath, ...wrong } as never),
        { code: 'BAD_ARGUMENT' },
        JSON.stringify(wrong),
      );
    await assert.rejects(generateFleet({ dbPath, resources: 3, vens: 4 }), { code: 'BAD_OPTION' });
    assert.equal(await holdsFleet(dbPath), false);
    await assert.rejects(async () => query(dbPath, 'SELECT 1'));
  });
});
