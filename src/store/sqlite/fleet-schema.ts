import type { DatabaseSync } from 'node:sqlite';
import { VenfleetError } from '../../core/errors.ts';
import { requiredColumns } from '../sql/tables.ts';

type Table = keyof typeof requiredColumns;

/**
 * How the tables of this database have to be asked. SQLite keeps whatever it is given: other programs leave whole numbers
 * where texts should be (pandas does), bytes, and columns that compare without regard to capitals. So what identifies
 * a row is compared as a text, byte by byte; where a column can hold nothing else, as it stands, with its indexes.
 */
export interface FleetSchema {
  /** The columns of `resources`, in lower case. */
  readonly siteColumns: ReadonlySet<string>;
  /** What identifies rows, and is compared, as SQL over these aliases of the tables. */
  siteId(site: string): string;
  venName(site: string): string;
  siteName(site: string): string;
  meterPoint(site: string): string;
  siteOfLoad(load: string): string;
  loadId(load: string): string;
  vtnResourceId(load: string): string;
  /** The number of a row. */
  siteRow(site: string): string;
  loadRow(load: string): string;
  /** No two sites, or loads, have one id: the database itself sees to that. */
  readonly areSitesUnique: boolean;
  readonly areLoadsUnique: boolean;
  /** Indexes without which a whole fleet could not be read in time. */
  readonly indexes: readonly { readonly name: string; readonly sql: string }[];
}

/** Any column as a text, as it is read: never a JavaScript number, which would cut off meter point ids. */
export const text = (column: string) => `CAST(${column} AS TEXT)`;

/** The status of a load, compared byte by byte. */
export const statusOf = (load: string) => `coalesce(${text(`${load}.registration_status`)}, '')`;

/** Which row of `resources` a load belongs to: where several have its site's id, the first. */
export function isSiteOfLoad(schema: FleetSchema, site: string, load: string): string {
  const { siteId, siteOfLoad, siteRow } = schema;
  if (schema.areSitesUnique) return `${siteId(site)} = ${siteOfLoad(load)}`;
  return `${siteRow(site)} = ${firstSite(schema, siteOfLoad(load))}`;
}

/** The number of the first row of `resources` with this id. */
export const firstSite = ({ siteId, siteRow }: FleetSchema, id: string) =>
  `(SELECT ${siteRow('first')} FROM resources first WHERE ${siteId('first')} = ${id} ORDER BY ${siteRow('first')} LIMIT 1)`;

/** The number of a row; one that JavaScript has no number for as a text, which SQLite takes as well. */
export const rowNumber = (row: string) =>
  `CASE WHEN ${row} BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER} THEN ${row} ELSE ${text(row)} END`;

/** Whether another site of the VEN of `r` has its name; see `SiteRow`. */
export function nameSharedOf({ siteId, venName, siteName, meterPoint }: FleetSchema): string {
  const sameName = `${venName('o')} = ${venName('r')} AND ${siteName('o')} = ${siteName('r')} AND ${siteId('o')} <> ${siteId('r')}`;
  return `CASE WHEN NOT EXISTS (SELECT 1 FROM resources o WHERE ${sameName}) THEN 'no'
    WHEN NOT EXISTS (SELECT 1 FROM resources o WHERE ${sameName}
      AND ${text(meterPoint('o'))} = ${text(meterPoint('r'))})
    THEN 'name' ELSE 'meter' END`;
}

/** Reads how the fleet's tables are made. Throws DB_SCHEMA where something that is needed is missing. */
export function readFleetSchema(sqlite: DatabaseSync, path: string): FleetSchema {
  const [sites, loads] = [readTable(sqlite, 'resources', path), readTable(sqlite, 'loads', path)];
  const key = (table: TableSchema, column: string) => {
    const isPlain = table.isPlain(column);
    return (alias: string) => (isPlain ? `${alias}.${column}` : keyOf(`${alias}.${column}`));
  };
  const schema = {
    siteColumns: sites.columns,
    siteId: key(sites, 'resource_id'),
    venName: key(sites, 'ven'),
    siteName: key(sites, 'resource_name'),
    meterPoint: key(sites, 'meter_point_id'),
    siteOfLoad: key(loads, 'resource_id'),
    loadId: key(loads, 'load_id'),
    vtnResourceId: key(loads, 'vtn_resource_id'),
    siteRow: (alias: string) => `${alias}.${sites.rowName}`,
    loadRow: (alias: string) => `${alias}.${loads.rowName}`,
    areSitesUnique: sites.isUnique('resource_id'),
    areLoadsUnique: loads.isUnique('load_id'),
  };
  const index = (name: string, table: Table, columns: string[]) => ({
    name,
    sql: `CREATE INDEX ${name} ON ${table}(${columns.map((column) => key(table === 'loads' ? loads : sites, column)(table).replaceAll(`${table}.`, '')).join(', ')})`,
  });
  const arePlain = (table: TableSchema, ...columns: string[]) =>
    columns.every((column) => table.isPlain(column));
  const { areSitesUnique, areLoadsUnique } = schema;
  const indexes = [
    ...(areSitesUnique ? [] : [index('venfleet_resources_key', 'resources', ['resource_id'])]),
    ...(areLoadsUnique ? [] : [index('venfleet_loads_key', 'loads', ['load_id'])]),
    arePlain(sites, 'ven', 'resource_id')
      ? index('venfleet_resources_ven', 'resources', ['ven', 'resource_id'])
      : index('venfleet_resources_ven_key', 'resources', ['ven', 'resource_id']),
    arePlain(sites, 'ven', 'resource_name')
      ? index('venfleet_resources_name', 'resources', ['ven', 'resource_name'])
      : index('venfleet_resources_name_key', 'resources', ['ven', 'resource_name']),
    ...(arePlain(sites, 'meter_point_id')
      ? []
      : [index('venfleet_resources_meter', 'resources', ['meter_point_id'])]),
    arePlain(loads, 'resource_id')
      ? index('idx_loads_resource_id', 'loads', ['resource_id'])
      : index('venfleet_loads_site', 'loads', ['resource_id']),
    arePlain(loads, 'vtn_resource_id')
      ? index('idx_loads_vtn_resource_id', 'loads', ['vtn_resource_id'])
      : index('venfleet_loads_vtn_resource', 'loads', ['vtn_resource_id']),
  ];
  return { ...schema, indexes };
}

/** The indexes that are missing. */
export function missingIndexes(sqlite: DatabaseSync, { indexes }: FleetSchema): FleetSchema['indexes'] {
  const rows = sqlite.prepare("SELECT lower(name) AS name FROM sqlite_schema WHERE type = 'index'").all();
  const there = new Set(rows.map(({ name }) => name));
  return indexes.filter(({ name }) => !there.has(name));
}

/** Whether there is any of the fleet's tables. */
export function hasFleetTable(sqlite: DatabaseSync): boolean {
  return Object.keys(requiredColumns).some((table) => typeOf(sqlite, table) !== undefined);
}

/** Whole numbers become what a person reads them as, also where they are kept as floating-point ones. */
const keyOf = (column: string) =>
  `CASE typeof(${column}) WHEN 'integer' THEN ${text(column)}
  WHEN 'real' THEN iif(${column} = CAST(${column} AS INTEGER), CAST(CAST(${column} AS INTEGER) AS TEXT), ${text(column)})
  ELSE ${column} END`.replace(/\s+/g, ' ');

interface TableSchema {
  readonly columns: ReadonlySet<string>;
  /** What the number of a row is called: a column may have taken the usual name. */
  readonly rowName: string;
  /** The column holds texts alone (or bytes, or nothing), and is compared byte by byte. */
  isPlain(column: string): boolean;
  isUnique(column: string): boolean;
}

function readTable(sqlite: DatabaseSync, table: Table, path: string): TableSchema {
  const unfit = (problem: string) => new VenfleetError('DB_SCHEMA', { path, problem });
  const found = typeOf(sqlite, table);
  if (!found) throw unfit(`it has no table "${table}"`);
  if (found.type !== 'table') throw unfit(`its "${table}" is a ${found.type}, not a table`);
  const rows = sqlite.prepare('SELECT lower(name) AS name, type FROM pragma_table_xinfo(?)').all(table);
  const types = new Map(rows.map(({ name, type }) => [name as string, type as string]));
  const missing = requiredColumns[table].filter((name) => !types.has(name));
  if (missing.length > 0) throw unfit(`its table "${table}" has no column "${missing.join('", "')}"`);
  if (found.withoutRowid) throw unfit(`its table "${table}" is one WITHOUT ROWID`);
  const rowName = ['rowid', '_rowid_', 'oid'].find((name) => !types.has(name));
  if (!rowName) throw unfit(`its table "${table}" has columns "rowid", "_rowid_" and "oid"`);
  const hasCollation = /\bcollate\b/i.test(found.sql);
  // Of the affinity TEXT: https://www.sqlite.org/datatype3.html#determination_of_column_affinity
  const isPlain = (column: string) => {
    const type = types.get(column) ?? '';
    return !hasCollation && !/int/i.test(type) && /char|clob|text/i.test(type);
  };
  const unique = uniqueColumns(sqlite, table);
  return {
    columns: new Set(types.keys()),
    rowName,
    isPlain,
    isUnique: (column) => isPlain(column) && unique.has(column),
  };
}

function typeOf(sqlite: DatabaseSync, table: string) {
  const row = sqlite
    .prepare(`SELECT s.type, coalesce(s.sql, '') AS sql,
      (SELECT max(wr) FROM pragma_table_list(s.name) WHERE schema = 'main') AS withoutRowid
      FROM sqlite_schema s WHERE lower(s.name) = ? AND s.type IN ('table', 'view')`)
    .get(table);
  return row as { type: string; sql: string; withoutRowid: number } | undefined;
}

/** Columns that have an index of their own which lets no value in twice. */
function uniqueColumns(sqlite: DatabaseSync, table: string): ReadonlySet<string> {
  const rows = sqlite
    .prepare(`SELECT min(lower(c.name)) AS name FROM pragma_index_list(?) i, pragma_index_info(i.name) c
      WHERE i."unique" = 1 AND i.partial = 0 GROUP BY i.name HAVING count(*) = 1`)
    .all(table);
  return new Set(rows.map(({ name }) => name as string));
}
