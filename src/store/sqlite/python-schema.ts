import { type Kysely, sql } from 'kysely';
import type { Tables } from '../sql/tables.ts';

/** The Python system's schema, for a new database: its tables and indexes, to the letter. */
const fleetSchema = [
  `CREATE TABLE connections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    actortype TEXT NOT NULL,
    host TEXT,
    port INTEGER,
    topic TEXT,
    file TEXT,
    username TEXT,
    password TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  )`,
  `CREATE TABLE resources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    resource_id TEXT UNIQUE NOT NULL,
    resource_name TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_sub_type TEXT,
    meter_point_id TEXT NOT NULL,
    connection_id INTEGER NOT NULL,
    capacities TEXT NOT NULL,
    location TEXT NOT NULL,
    address TEXT,
    ven TEXT,
    enabled BOOLEAN DEFAULT 1,
    reporting TEXT,
    registration_status TEXT DEFAULT 'PENDING',
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    h5_meter_id TEXT,
    FOREIGN KEY (connection_id) REFERENCES connections(id)
  )`,
  `CREATE TABLE loads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    load_id TEXT UNIQUE NOT NULL,
    resource_id TEXT NOT NULL,
    load_component TEXT NOT NULL,
    load_name TEXT,
    h5_meter_id TEXT NOT NULL,
    vtn_resource_id TEXT,
    registration_status TEXT DEFAULT 'PENDING',
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (resource_id) REFERENCES resources(resource_id)
  )`,
  'CREATE INDEX idx_resources_resource_id ON resources(resource_id)',
  'CREATE INDEX idx_resources_meter_point_id ON resources(meter_point_id)',
  'CREATE INDEX idx_resources_resource_type ON resources(resource_type)',
  'CREATE INDEX idx_resources_ven ON resources(ven)',
  'CREATE INDEX idx_loads_resource_id ON loads(resource_id)',
  'CREATE INDEX idx_loads_h5_meter_id ON loads(h5_meter_id)',
  'CREATE INDEX idx_loads_vtn_resource_id ON loads(vtn_resource_id)',
];

/** Makes the Python system's tables in an empty database. */
export async function createFleetTables(db: Kysely<Tables>): Promise<void> {
  for (const statement of fleetSchema) await sql.raw(statement).execute(db);
}
