import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { generateSites } from '../../../src/fleet/generate/generate.ts';
import { readSites } from '../../../src/fleet/import/read-sites.ts';
import type { ImportedSite } from '../../../src/fleet/import/row.ts';
import type { FleetWriter } from '../../../src/store/fleet-writer.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { execute, pythonDatabase, query, readLoads, temporaryFolder } from '../../support/fleet-database.ts';

async function opened(t: TestContext, path: string): Promise<FleetWriter> {
  const store = await openStore(path, { create: true });
  t.after(() => store.close());
  return store;
}

const newPath = (t: TestContext) => join(temporaryFolder(t), 'config', 'fleet.db');

async function rowsOf(csv: string): Promise<ImportedSite[]> {
  async function* bytes() {
    yield Buffer.from(csv);
  }
  const rows: ImportedSite[] = [];
  for await (const row of readSites(bytes(), 'x.csv')) {
    assert.ok('site' in row, JSON.stringify(row));
    rows.push(row);
  }
  return rows;
}

/** Imports a file's text; refuses nothing unless told what. */
async function imported(store: FleetWriter, csv: string) {
  const refused: string[] = [];
  const counts = await store.upsertSites(await rowsOf(csv), (_, problem) => refused.push(problem));
  return { ...counts, refused };
}

const failOnRefusal = (_: unknown, problem: string) => assert.fail(problem);

const columns = 'title,address,longitude,latitude';
const file = `${columns},sub_type
Hotel Søfryd,"Vesterbro 12, 9000 Aalborg",9.92,57.05,Hotels
"O'Learys ""Nord""","Torvet 1, 8000 Aarhus C",10.2,56.15,Bars
`;

describe('insertSites', () => {
  it('stores sites and loads as the Python system would', async (t) => {
    const path = newPath(t);
    const sites = [...generateSites({ resources: 40, vens: 3 })];
    const store = await opened(t, path);
    assert.deepEqual(await store.insertSites(sites), { sites: 40, loads: 240 });
    const [row] = query(path, 'SELECT * FROM resources ORDER BY id LIMIT 1');
    const { created_at, updated_at, ...rest } = row ?? {};
    const [first] = sites;
    assert.deepEqual(
      { ...rest },
      {
        id: 1,
        resource_id: first?.resourceId,
        resource_name: first?.resourceName,
        resource_type: first?.resourceType,
        resource_sub_type: first?.resourceSubType,
        meter_point_id: first?.meterPointId,
        connection_id: 1,
        capacities: first?.capacities,
        location: first?.location,
        address: first?.address,
        ven: first?.ven,
        enabled: 1,
        reporting: null,
        registration_status: 'PENDING',
        h5_meter_id: first?.h5MeterId,
      },
    );
    assert.ok(created_at && updated_at);
    const loads = query(path, 'SELECT * FROM loads ORDER BY id LIMIT 6').map((load) => [
      load.load_id,
      load.resource_id,
      load.load_component,
      load.load_name,
      load.h5_meter_id,
      load.vtn_resource_id,
      load.registration_status,
    ]);
    assert.deepEqual(
      loads,
      first?.loads.map((load) => [
        load.loadId,
        first.resourceId,
        load.component,
        load.loadName,
        load.h5MeterId,
        null,
        'PENDING',
      ]),
    );
    assert.deepEqual(
      query(path, 'SELECT type, actortype FROM connections').map((found) => ({ ...found })),
      [{ type: 'FILEREADER', actortype: 'READER' }],
    );
    assert.deepEqual(query(path, 'PRAGMA foreign_key_check'), []);
  });

  it('stores all or nothing', async (t) => {
    const path = newPath(t);
    const store = await opened(t, path);
    const sites = [...generateSites({ resources: 5, vens: 1 })];
    await assert.rejects(store.insertSites([...sites, ...sites]), /UNIQUE/);
    assert.equal(await store.countSites(), 0);
    const controller = new AbortController();
    function* interrupted() {
      yield* sites;
      controller.abort();
      yield* generateSites({ resources: 5, vens: 1, seed: 2 });
    }
    await assert.rejects(store.insertSites(interrupted(), { signal: controller.signal }), /abort/i);
    assert.deepEqual(readLoads(path), []);
    assert.deepEqual(await store.insertSites(sites), { sites: 5, loads: 30 });
  });

  it('replaces a fleet, with what is known of its registration', async (t) => {
    const path = pythonDatabase(t, [{ ven: 'Aalborg' }]);
    const store = await opened(t, path);
    execute(
      path,
      `INSERT INTO venfleet_vens (ven_name, vtn_ven_id) VALUES ('Aalborg', 'x');
       INSERT INTO venfleet_failures (load_id, reason) VALUES ('x', 'y');
       INSERT INTO venfleet_sending VALUES ('x');`,
    );
    await store.insertSites(generateSites({ resources: 2, vens: 2 }), { replace: true });
    assert.equal(await store.countSites(), 2);
    assert.equal(readLoads(path).length, 12);
    for (const table of ['venfleet_vens', 'venfleet_failures', 'venfleet_sending']) {
      assert.deepEqual(query(path, `SELECT * FROM ${table}`), [], table);
    }
  });
});

describe('upsertSites', () => {
  it('inserts the first time, changes nothing the second', async (t) => {
    const path = newPath(t);
    const store = await opened(t, path);
    assert.deepEqual(await imported(store, file), { inserted: 2, updated: 0, unchanged: 0, refused: [] });
    const before = query(path, 'SELECT * FROM resources, loads');
    assert.deepEqual(await imported(store, file), { inserted: 0, updated: 0, unchanged: 2, refused: [] });
    assert.deepEqual(query(path, 'SELECT * FROM resources, loads'), before);
    assert.equal(before.length, 2 * 12);
  });

  it('updates a corrected row, and leaves its loads and their registration alone', async (t) => {
    const path = newPath(t);
    const store = await opened(t, path);
    await imported(store, file);
    execute(
      path,
      `UPDATE loads SET vtn_resource_id = 'vtn-' || id, registration_status = 'APPROVED', updated_at = '2020-01-01'`,
    );
    execute(path, `UPDATE resources SET updated_at = '2020-01-01', enabled = 0`);
    const before = readLoads(path);
    const counts = await imported(store, file.replace('57.05,Hotels', '57.06,Hotels'));
    assert.deepEqual(counts, { inserted: 0, updated: 1, unchanged: 1, refused: [] });
    assert.deepEqual(readLoads(path), before);
    const rows = query(path, 'SELECT location, updated_at, enabled FROM resources ORDER BY id');
    assert.equal(rows[0]?.location, '{"latitude": 57.06, "longitude": 9.92}');
    assert.notEqual(rows[0]?.updated_at, '2020-01-01');
    assert.equal(rows[1]?.updated_at, '2020-01-01');
    assert.deepEqual(
      rows.map((row) => row.enabled),
      [0, 0],
    );
  });

  it('knows a site by its resource id, whatever else changes', async (t) => {
    const path = newPath(t);
    const store = await opened(t, path);
    const csv = (rest: string) => `resource_id,${columns}\nsite-1,${rest}\n`;
    await imported(store, csv('A,"Vej 1, 9000 Aalborg",9,57'));
    const counts = await imported(store, csv('B,"Vej 2, 8000 Aarhus C",10,56'));
    assert.deepEqual(counts, { inserted: 0, updated: 1, unchanged: 0, refused: [] });
    const [row] = query(path, 'SELECT resource_name, ven FROM resources');
    assert.deepEqual({ ...row }, { resource_name: 'B', ven: 'Aarhus' });
  });

  it('knows a site of the Python system by its meter point', async (t) => {
    const path = pythonDatabase(t, [
      { ven: 'Aalborg', resourceId: 'old', meterPointId: '707057500504404881' },
    ]);
    const store = await opened(t, path);
    const before = readLoads(path);
    const csv = `${columns},meter_point_id\nNew name,"Vej 1, 9000 Aalborg",9,57,707057500504404881\n`;
    assert.deepEqual(await imported(store, csv), { inserted: 0, updated: 1, unchanged: 0, refused: [] });
    assert.deepEqual(await imported(store, csv), { inserted: 0, updated: 0, unchanged: 1, refused: [] });
    const rows = query(path, 'SELECT resource_id, resource_name, capacities FROM resources');
    assert.deepEqual(
      rows.map((row) => [row.resource_id, row.resource_name]),
      [['old', 'New name']],
    );
    assert.deepEqual(readLoads(path), before);
  });

  it('knows a site again whose meter point became known later, but no other at that address', async (t) => {
    const path = newPath(t);
    const store = await opened(t, path);
    const place = 'A,"Vej 1, 9000 Aalborg",9,57';
    await imported(store, `${columns}\n${place}\n`);
    const csv = `${columns},meter_point_id\n${place},707057500504404881\n${place},707057500504404882\n`;
    assert.deepEqual(await imported(store, csv), { inserted: 1, updated: 1, unchanged: 0, refused: [] });
    assert.deepEqual(await imported(store, csv), { inserted: 0, updated: 0, unchanged: 2, refused: [] });
  });

  it('refuses a row that could mean several stored sites', async (t) => {
    const meterPointId = '707057500504404881';
    const path = pythonDatabase(t, [
      { ven: 'Aalborg', meterPointId },
      { ven: 'Aalborg', meterPointId },
    ]);
    const store = await opened(t, path);
    const csv = `${columns},meter_point_id\nA,"Vej 1, 9000 Aalborg",9,57,${meterPointId}\n${file.split('\n')[1]?.replace('Hotels', '')}\n`;
    const counts = await imported(store, csv);
    assert.deepEqual(
      { ...counts, refused: counts.refused.length },
      {
        inserted: 1,
        updated: 0,
        unchanged: 0,
        refused: 1,
      },
    );
    assert.match(counts.refused[0] ?? '', /several stored sites have meter point 707057500504404881/);
  });

  it('gives a site without loads the usual ones', async (t) => {
    const path = pythonDatabase(t, [{ ven: 'Aalborg', resourceId: 'site-1', loads: {} }]);
    const store = await opened(t, path);
    const counts = await imported(store, `resource_id,${columns}\nsite-1,A,"Vej 1, 9000 Aalborg",9,57\n`);
    assert.equal(counts.updated, 1);
    assert.equal(readLoads(path).length, 6);
  });

  it('moves the meter of the loads only when the file names another', async (t) => {
    const path = newPath(t);
    const store = await opened(t, path);
    const csv = (meter: string) =>
      `resource_id,${columns},h5_meter_id\nsite-1,A,"Vej 1, 9000 Aalborg",9,57,${meter}\n`;
    await imported(store, csv('meter_1'));
    execute(path, "UPDATE loads SET h5_meter_id = 'own' WHERE load_component = 'load_3'");
    await imported(store, csv(''));
    const meters = () => new Set(query(path, 'SELECT h5_meter_id AS m FROM loads').map((row) => row.m));
    assert.deepEqual(meters(), new Set(['meter_1', 'own']));
    await imported(store, csv('meter_2'));
    assert.deepEqual(meters(), new Set(['meter_2']));
  });

  it('stores many batches, with the rows before a broken stream', async (t) => {
    const path = newPath(t);
    const store = await opened(t, path);
    const lines = Array.from({ length: 1_200 }, (_, index) => `S${index},"Vej ${index}, 9000 Aalborg",9,57`);
    const rows = await rowsOf(`${columns}\n${lines.join('\n')}\n`);
    async function* broken() {
      yield* rows;
      throw new Error('unplugged');
    }
    await assert.rejects(store.upsertSites(broken(), failOnRefusal), /unplugged/);
    assert.equal(await store.countSites(), 1_000);
    const counts = await store.upsertSites(rows, failOnRefusal);
    assert.deepEqual(counts, { inserted: 200, updated: 0, unchanged: 1_000 });
  });
});

describe('a database of the Python system', () => {
  const variants: [name: string, alter: string][] = [
    ['without connections', 'DROP TABLE connections'],
    ['with other connections', "UPDATE connections SET type = 'MQTT'"],
    ['without connection', 'DELETE FROM connections'],
    ['without enabled', 'ALTER TABLE resources DROP COLUMN enabled'],
    ['without reporting', 'ALTER TABLE resources DROP COLUMN reporting'],
    ['without h5_meter_id on resources', 'ALTER TABLE resources DROP COLUMN h5_meter_id'],
    ['with more columns', "ALTER TABLE resources ADD COLUMN owner TEXT NOT NULL DEFAULT 'us'"],
    ['with triggers', 'CREATE TRIGGER x AFTER INSERT ON loads BEGIN SELECT 1; END'],
  ];
  for (const [name, alter] of variants) {
    it(`takes new sites, and updates of old ones: ${name}`, async (t) => {
      const path = pythonDatabase(t, [{ ven: 'Aalborg', resourceId: 'site-1' }]);
      execute(path, `PRAGMA foreign_keys = OFF; ${alter}`);
      const store = await opened(t, path);
      const csv = `resource_id,${columns},h5_meter_id\nsite-1,A,"Vej 1, 9000 Aalborg",9,57,meter_9\nsite-2,B,"Vej 2, 9000 Aalborg",9,57,\n`;
      assert.deepEqual(await imported(store, csv), { inserted: 1, updated: 1, unchanged: 0, refused: [] });
      assert.deepEqual(await imported(store, csv), { inserted: 0, updated: 0, unchanged: 2, refused: [] });
      assert.equal(readLoads(path).length, 12);
    });
  }
});
