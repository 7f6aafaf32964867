import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';

/** A folder that is gone when the test is over. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The schema as the Python system writes it; written out here once more, so that ours is held against it. */
const pythonSchema = `
  CREATE TABLE connections (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT, actortype TEXT, host TEXT,
    port INTEGER, topic TEXT, file TEXT, username TEXT, password TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
  CREATE TABLE resources (id INTEGER PRIMARY KEY AUTOINCREMENT, resource_id TEXT UNIQUE NOT NULL,
    resource_name TEXT NOT NULL, resource_type TEXT NOT NULL, resource_sub_type TEXT, meter_point_id TEXT NOT NULL,
    connection_id INTEGER NOT NULL, capacities TEXT NOT NULL, location TEXT NOT NULL, address TEXT, ven TEXT,
    enabled BOOLEAN DEFAULT 1, reporting TEXT, registration_status TEXT DEFAULT 'PENDING',
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, h5_meter_id TEXT,
    FOREIGN KEY (connection_id) REFERENCES connections(id));
  CREATE TABLE loads (id INTEGER PRIMARY KEY AUTOINCREMENT, load_id TEXT UNIQUE NOT NULL, resource_id TEXT NOT NULL,
    load_component TEXT NOT NULL, load_name TEXT, h5_meter_id TEXT NOT NULL, vtn_resource_id TEXT,
    registration_status TEXT DEFAULT 'PENDING', created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, FOREIGN KEY (resource_id) REFERENCES resources(resource_id));
  CREATE INDEX idx_resources_resource_id ON resources(resource_id);
  CREATE INDEX idx_resources_meter_point_id ON resources(meter_point_id);
  CREATE INDEX idx_resources_type ON resources(resource_type);
  CREATE INDEX idx_resources_ven ON resources(ven);
  CREATE INDEX idx_loads_resource_id ON loads(resource_id);
  CREATE INDEX idx_loads_h5_meter_id ON loads(h5_meter_id);
  CREATE INDEX idx_loads_vtn_resource_id ON loads(vtn_resource_id);
  INSERT INTO connections (type, actortype) VALUES ('FILEREADER', 'READER');`;

/** A site of a test; what is not given is plausible. */
export interface TestSite {
  ven: string | null;
  name?: string;
  resourceId?: string;
  subType?: string | null;
  meterPointId?: string;
  capacities?: string;
  location?: string;
  address?: string | null;
  enabled?: number | null;
  /** Names of its loads, by component; default: six loads with the usual names. */
  loads?: Record<string, string | null>;
}

const usualLoads = {
  load_0: 'Base Load',
  load_1: 'Water Heater',
  load_2: 'HVAC',
  load_3: 'Kitchen Appliances',
  load_4: 'Lighting',
  load_5: 'Other Appliances',
};

/** The id of test load `component` of test site `index`: a UUID that a person can read. */
export function testLoadId(index: number, component: string): string {
  const digits = component.replace(/\D/g, '') || '0';
  return `00000000-0000-4000-8000-${String(index).padStart(8, '0')}${digits.padStart(4, '0')}`;
}

/** Makes a database as the Python system would have left it; returns its path. */
export function pythonDatabase(t: TestContext, sites: readonly TestSite[], alter = ''): string {
  const path = join(temporaryFolder(t), 'resources.db');
  writePythonDatabase(path, sites, alter);
  return path;
}

/** The same at a place of the caller's. */
export function writePythonDatabase(path: string, sites: readonly TestSite[], alter = ''): void {
  const db = new DatabaseSync(path);
  // Nobody's data: no power cut is waited out.
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  db.exec(pythonSchema);
  if (alter) db.exec(alter);
  const enabled = db.prepare("SELECT 1 FROM pragma_table_info('resources') WHERE name = 'enabled'").get();
  const insertSite =
    db.prepare(`INSERT INTO resources (resource_id, resource_name, resource_type, resource_sub_type,
    meter_point_id, connection_id, capacities, location, address, ven${enabled ? ', enabled' : ''})
    VALUES (?, ?, 'DSR', ?, ?, 1, ?, ?, ?, ?${enabled ? ', ?' : ''})`);
  const insertLoad = db.prepare(
    'INSERT INTO loads (load_id, resource_id, load_component, load_name, h5_meter_id) VALUES (?, ?, ?, ?, ?)',
  );
  for (const [index, site] of sites.entries()) {
    const resourceId = site.resourceId ?? `site-${String(index).padStart(5, '0')}`;
    insertSite.run(
      resourceId,
      site.name ?? `Site ${index}`,
      site.subType === undefined ? 'Hotels' : site.subType,
      site.meterPointId ?? `707057500${String(index).padStart(9, '0')}`,
      site.capacities ?? '{"P_max_kw": 50.0, "P_min_kw": -20.0, "E_max_kwh": 200.0, "E_min_kwh": 0.0}',
      site.location ?? '{"latitude": 57.158158, "longitude": 9.736535}',
      site.address === undefined ? `Vesterbro ${index}, 9000 Aalborg` : site.address,
      site.ven,
      ...(enabled ? [site.enabled === undefined ? 1 : site.enabled] : []),
    );
    for (const [component, name] of Object.entries(site.loads ?? usualLoads)) {
      insertLoad.run(testLoadId(index, component), resourceId, component, name, `meter_${index % 7}`);
    }
  }
  db.exec('COMMIT');
  db.close();
}

/** `count` sites of each VEN. */
export function sitesOf(counts: Readonly<Record<string, number>>): TestSite[] {
  return Object.entries(counts).flatMap(([ven, count]) => Array.from({ length: count }, () => ({ ven })));
}

export interface TestLoadRow {
  load_id: string;
  resource_id: string;
  load_component: string;
  h5_meter_id: string;
  vtn_resource_id: string | null;
  registration_status: string;
  updated_at: string;
}

/** All loads of a database, read without venfleet. */
export function readLoads(path: string): TestLoadRow[] {
  return query(path, 'SELECT * FROM loads ORDER BY id') as unknown as TestLoadRow[];
}

export function query(path: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

/** Changes a database behind venfleet's back. */
export function execute(path: string, sql: string): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

/** Ids of the loads that the journal says may have been sent, in their order; none where it was never made. */
export function notedLoads(path: string): string[] {
  const tables = query(path, "SELECT name FROM sqlite_schema WHERE name LIKE 'venfleet_sending%'");
  const parts = tables.map(({ name }) =>
    name === 'venfleet_sending'
      ? 'SELECT load_id AS id FROM venfleet_sending'
      : 'SELECT one.value AS id FROM venfleet_sending_log log, json_each(log.batch) one',
  );
  if (parts.length === 0) return [];
  return query(path, `${parts.join(' UNION ')} ORDER BY 1`).map((row) => row.id as string);
}
