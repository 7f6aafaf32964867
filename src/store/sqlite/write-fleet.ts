import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { nameKey } from '../../core/same-name.ts';
import type { StoredSite } from '../../fleet/import/merge.ts';
import type { ImportedSite } from '../../fleet/import/row.ts';
import { type FoundSite, type StoredFleet, upsertSite } from '../../fleet/import/upsert.ts';
import type { NewSite } from '../../fleet/new-site.ts';
import type { InsertOptions, UpsertCounts } from '../fleet-writer.ts';
import { connect } from './connect.ts';
import { withDatabaseErrors } from './errors.ts';
import { text } from './fleet-schema.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import { inTransaction } from './transaction.ts';

/** Rows of a file that are stored in one transaction. */
const batchRows = 1_000;

/** New sites after which others in this process get their turn, e.g. who hears of Ctrl-C. */
const turnSites = 1_000;

/** See `FleetWriter`: one transaction. */
export async function insertSites(
  database: FleetDatabase,
  sites: Iterable<NewSite>,
  options: InsertOptions = {},
): Promise<{ sites: number; loads: number }> {
  return withOwnConnection(database, (own) => inTransaction(own.sqlite, () => storeAll(own, sites, options)));
}

async function storeAll(
  database: Connection,
  sites: Iterable<NewSite>,
  { replace, signal }: InsertOptions,
): Promise<{ sites: number; loads: number }> {
  if (replace) removeFleet(database);
  const insert = prepareInsert(database);
  let [count, loads] = [0, 0];
  for (const site of sites) {
    insert(site);
    count++;
    loads += site.loads.length;
    if (count % turnSites === 0) await setImmediate();
    signal?.throwIfAborted();
  }
  return { sites: count, loads };
}

/** See `FleetWriter`: every 1,000 rows are one transaction. */
export async function upsertSites<R extends ImportedSite>(
  database: FleetDatabase,
  rows: AsyncIterable<R> | Iterable<R>,
  onRefused: (row: R, problem: string) => void,
): Promise<UpsertCounts> {
  const counts: UpsertCounts = { inserted: 0, updated: 0, unchanged: 0 };
  return withOwnConnection(database, async (own) => {
    const fleet = prepareStoredFleet(own);
    const store = (batch: readonly R[]) =>
      inTransaction(own.sqlite, () => {
        for (const row of batch) {
          const outcome = upsertSite(row, fleet);
          if (typeof outcome === 'string') counts[outcome]++;
          else onRefused(row, outcome.problem);
        }
      });
    let batch: R[] = [];
    for await (const row of rows) {
      if (batch.push(row) < batchRows) continue;
      store(batch);
      batch = [];
    }
    store(batch);
    return counts;
  });
}

/** A connection of the fleet's writer alone, and the columns that `resources` has. */
type Connection = Pick<FleetDatabase, 'sqlite' | 'schema'>;

/**
 * Opens a connection for a long transaction, which others of this process must not fall into. Ids are random, so each
 * one lands on another page of its index; by default too few of them are held.
 */
function withOwnConnection<T>(
  { path, identity, schema }: FleetDatabase,
  work: (own: Connection) => Promise<T>,
): Promise<T> {
  return withDatabaseErrors(path, async () => {
    const sqlite = connect(path, { identity });
    try {
      sqlite.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -4096');
      return await work({ sqlite, schema });
    } finally {
      sqlite.close();
    }
  });
}

function removeFleet({ sqlite }: Connection): void {
  const own = [
    'venfleet_sending',
    'venfleet_sending_log',
    'venfleet_failures',
    'venfleet_sent',
    'venfleet_sent_log',
    'venfleet_vens',
    'venfleet_vtn',
    'venfleet_vtns',
    'venfleet_ven_vtn',
    'venfleet_reported',
    'venfleet_reports_sending',
    'venfleet_report_failures',
    'venfleet_report_anchor',
    'venfleet_events',
    'venfleet_event_programs',
    'venfleet_event_notes',
    'venfleet_event_answers',
    'venfleet_enrolled',
    'venfleet_dispatch_sinks',
    'venfleet_dispatch_loads',
    'venfleet_dispatch_asked',
    'venfleet_dispatch_events',
    'venfleet_instructions',
    'venfleet_dispatches',
    'venfleet_in_force',
    'venfleet_dispatch_counts',
  ];
  for (const table of ['loads', 'resources', ...own]) sqlite.exec(`DELETE FROM ${table}`);
}

/** Prepares the statements that store one new site and its loads. */
function prepareInsert(database: Connection): StoredFleet['insert'] {
  const { sqlite, schema } = database;
  const { siteColumns } = schema;
  const connection = siteColumns.has('connection_id') ? connectionId(sqlite) : 0;
  const columns: Record<string, (site: NewSite) => string | number | null> = {
    ...valueOfColumn,
    connection_id: () => connection,
    enabled: () => 1,
    registration_status: () => 'PENDING',
  };
  const own = Object.entries(columns).filter(([name]) => siteColumns.has(name));
  const site = sqlite.prepare(
    `INSERT INTO resources (${own.map(([name]) => name).join(', ')}) VALUES (${own.map(() => '?').join(', ')})`,
  );
  const insertLoads = prepareInsertLoads(sqlite);
  return (newSite) => {
    site.run(...own.map(([, value]) => value(newSite)));
    insertLoads(newSite.resourceId, newSite.loads);
  };
}

/** One row to a statement: several would have SQLite keep a journal for each, which costs more than it saves. */
function prepareInsertLoads(sqlite: DatabaseSync): StoredFleet['insertLoads'] {
  const statement = sqlite.prepare(`
    INSERT INTO loads (load_id, resource_id, load_component, load_name, h5_meter_id, registration_status)
    VALUES (?, ?, ?, ?, ?, 'PENDING')`);
  return (resourceId, loads) => {
    for (const load of loads) {
      statement.run(load.loadId, resourceId, load.component, load.loadName, load.h5MeterId);
    }
  };
}

/** What each column of `resources` holds of a site. */
const valueOfColumn = {
  resource_id: (site) => site.resourceId,
  resource_name: (site) => site.resourceName,
  resource_type: (site) => site.resourceType,
  resource_sub_type: (site) => site.resourceSubType,
  meter_point_id: (site) => site.meterPointId,
  capacities: (site) => site.capacities,
  location: (site) => site.location,
  address: (site) => site.address,
  ven: (site) => site.ven,
  h5_meter_id: (site) => site.h5MeterId,
} satisfies Record<string, (site: StoredSite) => string | null>;

/**
 * The connection that new sites are read through: the Python system wants each site to have one. The first
 * that reads from files, else one that is made; 1 where the database knows no connections.
 */
function connectionId(sqlite: DatabaseSync): number {
  const names = sqlite.prepare("SELECT lower(name) AS name FROM pragma_table_info('connections')").all();
  const columns = new Set(names.map(({ name }) => name));
  if (!['id', 'type', 'actortype'].every((name) => columns.has(name))) return 1;
  const found = sqlite
    .prepare(
      "SELECT id FROM connections ORDER BY type = 'FILEREADER' AND actortype = 'READER' DESC, id LIMIT 1",
    )
    .get() as { id: number } | undefined;
  if (found) return found.id;
  const made = columns.has('file')
    ? sqlite
        .prepare("INSERT INTO connections (type, actortype, file) VALUES ('FILEREADER', 'READER', ?)")
        .run(usualMeterFile)
    : sqlite.prepare("INSERT INTO connections (type, actortype) VALUES ('FILEREADER', 'READER')").run();
  return Number(made.lastInsertRowid);
}

const usualMeterFile = './config/examplemeterdata/load_data.h5';

/** The fleet of the database, as `upsertSite` reads and changes it. */
function prepareStoredFleet(own: Connection): StoredFleet {
  return {
    ...prepareFind(own),
    ...storedSpellings(own),
    insert: prepareInsert(own),
    update: prepareUpdate(own),
    insertLoads: prepareInsertLoads(own.sqlite),
  };
}

/** How names are spelled that are stored now. What an import adds is in the composed form, which needs no looking up. */
function storedSpellings({
  sqlite,
  schema,
}: Connection): Pick<StoredFleet, 'otherSpellings' | 'venSpelling'> {
  const texts = (select: string) =>
    sqlite
      .prepare(select)
      .all()
      .map(({ name }) => name as string);
  const [id, ven] = [schema.siteId('r'), schema.venName('r')];
  const ids = texts(`
    SELECT ${id} AS name FROM resources r
    WHERE typeof(${id}) = 'text' AND (${id} GLOB '*[^ -~]*' OR ${id} <> trim(${id}))`);
  const otherIds = Map.groupBy(
    ids.filter((id) => id !== nameKey(id)),
    nameKey,
  );
  const vens = texts(
    `SELECT DISTINCT ${ven} AS name FROM resources r WHERE typeof(${ven}) = 'text' ORDER BY name`,
  );
  const known = new Map<string, string>();
  for (const name of vens) {
    const key = nameKey(name);
    if (!known.has(key) || name === key) known.set(key, name);
  }
  return {
    otherSpellings: (resourceId) => otherIds.get(nameKey(resourceId)) ?? [],
    venSpelling: (venName) => known.get(nameKey(venName)) ?? venName,
  };
}

function prepareFind({ sqlite, schema }: Connection): Pick<StoredFleet, 'byResourceId' | 'byMeterPoint'> {
  const { siteColumns, siteId, venName, siteOfLoad, meterPoint } = schema;
  const ofLoads = `(SELECT ${text('l.h5_meter_id')} FROM loads l WHERE ${siteOfLoad('l')} = ${siteId('r')} ORDER BY l.load_component LIMIT 1)`;
  const select = (where: string) =>
    sqlite.prepare(`
      SELECT ${text(siteId('r'))} AS resourceId, ${text('r.resource_name')} AS resourceName,
        ${text('r.resource_type')} AS resourceType, ${text('r.resource_sub_type')} AS resourceSubType,
        ${text(meterPoint('r'))} AS meterPointId, ${text('r.capacities')} AS capacities,
        ${text('r.location')} AS location, ${text('r.address')} AS address, ${text(venName('r'))} AS ven,
        ${siteColumns.has('h5_meter_id') ? `coalesce(${text('r.h5_meter_id')}, ${ofLoads})` : ofLoads} AS h5MeterId,
        (SELECT count(*) FROM loads l WHERE ${siteOfLoad('l')} = ${siteId('r')}) AS loadCount
      FROM resources r WHERE ${where} LIMIT 2`);
  const byId = select(`${siteId('r')} = ?`);
  const byMeterPoint = select(`${meterPoint('r')} = ?`);
  return {
    byResourceId: (resourceId) => byId.get(resourceId) as FoundSite | undefined,
    byMeterPoint: (meterPointId) => byMeterPoint.all(meterPointId) as unknown as FoundSite[],
  };
}

function prepareUpdate({ sqlite, schema }: Connection): StoredFleet['update'] {
  const { siteColumns, siteId, siteOfLoad } = schema;
  const columns = Object.entries(valueOfColumn).filter(
    ([name]) => name !== 'resource_id' && siteColumns.has(name),
  );
  const touch = siteColumns.has('updated_at') ? ', updated_at = CURRENT_TIMESTAMP' : '';
  const site = sqlite.prepare(
    `UPDATE resources AS r SET ${columns.map(([name]) => `${name} = ?`).join(', ')}${touch} WHERE ${siteId('r')} = ?`,
  );
  const meterOfLoads = sqlite.prepare(
    `UPDATE loads AS l SET h5_meter_id = ?, updated_at = CURRENT_TIMESTAMP WHERE ${siteOfLoad('l')} = ?`,
  );
  return (before, after) => {
    site.run(...columns.map(([, value]) => value(after)), before.resourceId);
    if (before.h5MeterId !== after.h5MeterId) meterOfLoads.run(after.h5MeterId, before.resourceId);
  };
}
