/*
 * SQLite's own way to read a page: columns of foreign files may hold numbers and bytes, rows come as lists, and the thread
 * that reads loads no Kysely.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { externalResourceIdOf } from '../../fleet/components.ts';
import { isLegible } from '../../fleet/legible.ts';
import type { LoadRow, SiteRow } from '../../fleet/load.ts';
import type { SitePage } from '../fleet-store.ts';
import { type FleetSchema, firstSite, isSiteOfLoad, nameSharedOf, rowNumber, text } from './fleet-schema.ts';
import { prepareNotedInBatches } from './journal.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import { prepareSharedIds, type SharedIds } from './shared-ids.ts';

/**
 * Reads one page of sites with all their loads; see `FleetStore.sitesOfVen`. `exclusive`: whoever reads has exclusive
 * access, so that the batches of the sending journal are its own, and in no doubt.
 */
export type ReadSites = (
  venName: string | null,
  after: string | undefined,
  limit: number,
  exclusive: boolean,
) => SitePage;

type RowNumber = number | string;

interface SiteRecord extends Omit<SiteRow, 'enabled' | 'loads'> {
  readonly enabled: number;
  readonly row: RowNumber;
  /** The id as it is compared, in hexadecimal: as a text of JavaScript it might be another. */
  readonly keyHex: string;
  readonly keyType: string;
}

/** In the order of the columns: rows as lists cost half of rows as objects, and there are a hundred thousand. */
type LoadRecord = readonly [
  /** Which of the sites it is of. */
  site: number,
  loadId: string,
  component: string,
  loadName: string | null,
  h5MeterId: string | null,
  vtnResourceId: string | null,
  registrationStatus: string | null,
  isNoted: number,
  /** The row's number: an update by it need not look into the index of ids. */
  storeRef: RowNumber,
  problem: string | null,
  /** Only of loads without a site. */
  resourceId?: string,
];

/** Where a page begins: after a site, by its id and the number of its row; or after a load that has no site. */
type Cursor =
  | { readonly of: 'site'; readonly hex: string; readonly type: string; readonly row: RowNumber }
  | { readonly of: 'orphan'; readonly row: RowNumber };

const firstOrphan: Cursor = { of: 'orphan', row: '-9223372036854775808' };

/** Prepares the statements once; a page costs three of them. */
export function prepareReadSites({ sqlite, schema }: Pick<FleetDatabase, 'sqlite' | 'schema'>): ReadSites {
  const readSiteRows = prepareSiteRows(sqlite, schema);
  const readLoads = prepareReadLoads(sqlite, schema);
  const readOrphans = prepareOrphans(sqlite, schema);
  const sharedIds = prepareSharedIds(sqlite, schema);
  const notedInBatches = prepareNotedInBatches(sqlite);
  return (venName, after, limit, exclusive) => {
    const cursor = after === undefined ? undefined : (JSON.parse(after) as Cursor);
    const alsoNoted = exclusive ? nothing : notedInBatches();
    if (cursor?.of === 'orphan') return readOrphans(cursor, limit, alsoNoted);
    const rows = readSiteRows(venName, cursor, limit);
    const shared = sharedIds(rows.map(({ resourceId }) => resourceId));
    const loads = readLoads(rows, alsoNoted, shared);
    const sites = rows.map((row, index): SiteRow => siteRow(row, loads[index] ?? []));
    const last = rows.at(-1);
    if (last && rows.length === limit) {
      const next: Cursor = { of: 'site', hex: last.keyHex, type: last.keyType, row: last.row };
      return { sites, next: JSON.stringify(next) };
    }
    return { sites, next: venName === null ? JSON.stringify(firstOrphan) : undefined };
  };
}

/** Reads the site of one load with all its loads; undefined: there is none. */
export type ReadSiteOfLoad = (loadId: string, exclusive: boolean) => SiteRow | undefined;

export function prepareReadSiteOfLoad({
  sqlite,
  schema,
}: Pick<FleetDatabase, 'sqlite' | 'schema'>): ReadSiteOfLoad {
  const site = sqlite.prepare(`
    SELECT ${siteSelection(schema)} FROM loads l CROSS JOIN resources r ON ${isSiteOfLoad(schema, 'r', 'l')}
    WHERE ${schema.loadId('l')} = ? ORDER BY ${schema.loadRow('l')} LIMIT 1`);
  const readLoads = prepareReadLoads(sqlite, schema);
  const sharedIds = prepareSharedIds(sqlite, schema);
  const notedInBatches = prepareNotedInBatches(sqlite);
  return (loadId, exclusive) => {
    const row = site.get(loadId) as SiteRecord | undefined;
    if (!row) return undefined;
    const alsoNoted = exclusive ? nothing : notedInBatches();
    return siteRow(row, readLoads([row], alsoNoted, sharedIds([row.resourceId]))[0] ?? []);
  };
}

const nothing: ReadonlySet<string> = new Set();

function siteRow(record: SiteRecord, loads: readonly LoadRow[]): SiteRow {
  const { keyHex, keyType, row, enabled, ven, ...site } = record;
  const problem =
    ven !== null && !isLegible(ven) ? 'the name of its VEN (resources.ven) is not valid UTF-8' : site.problem;
  return {
    ...site,
    ven: ven !== null && isLegible(ven) ? ven : null,
    enabled: enabled !== 0,
    problem,
    loads,
  };
}

/** Prepares what reads sites: of a VEN, or of none that anybody could name. */
function prepareSiteRows(sqlite: DatabaseSync, schema: FleetSchema) {
  const { siteId, venName: nameOfVen, siteRow: row, areSitesUnique } = schema;
  const key = siteId('r');
  const bound = "CASE ? WHEN 'blob' THEN unhex(?) ELSE CAST(unhex(?) AS TEXT) END";
  const ven = nameOfVen('r');
  const prepare = (where: string, isLater: boolean) =>
    sqlite.prepare(`
      SELECT ${siteSelection(schema)} FROM resources r
      WHERE ${where} AND ${key} IS NOT NULL ${areSitesUnique ? '' : `AND ${row('r')} = ${firstSite(schema, key)}`}
        ${isLater ? `AND ${key} >= ${bound} AND (${key} > ${bound} OR ${row('r')} > ?)` : ''}
      ORDER BY ${key}, ${row('r')} LIMIT ?`);
  const ofVen = `${ven} = ?`;
  const ofNone = `(coalesce(trim(${ven}), '') = '' OR typeof(r.ven) = 'blob'
    OR hex(CAST(${ven} AS BLOB)) IN (SELECT value FROM json_each(?)))`;
  const statements = [false, true].map((isLater) => ({
    named: prepare(ofVen, isLater),
    nameless: prepare(ofNone, isLater),
  }));
  const names = sqlite.prepare(
    `SELECT DISTINCT ${text(ven)} AS name, hex(CAST(${ven} AS BLOB)) AS hex FROM resources r`,
  );
  const illegible = () =>
    names.all().flatMap(({ name, hex }) => (name === null || isLegible(name as string) ? [] : hex));
  return (venName: string | null, after: Extract<Cursor, { of: 'site' }> | undefined, limit: number) => {
    const { named, nameless } = statements[after ? 1 : 0] as (typeof statements)[0];
    const place = after ? [after.type, after.hex, after.hex] : [];
    const from: SQLInputValue[] = after ? [...place, ...place, after.row, limit] : [limit];
    const rows =
      venName === null ? nameless.all(JSON.stringify(illegible()), ...from) : named.all(venName, ...from);
    return rows as unknown as SiteRecord[];
  };
}

function prepareReadLoads(
  sqlite: DatabaseSync,
  schema: FleetSchema,
): (sites: readonly SiteRecord[], alsoNoted: ReadonlySet<string>, shared: SharedIds) => LoadRow[][] {
  const { siteId, siteOfLoad, siteRow, loadRow: row } = schema;
  const statement = sqlite.prepare(`
    SELECT p.key, ${loadSelection(schema)}
    FROM json_each(?) p CROSS JOIN resources r ON ${siteRow('r')} = p.value
    CROSS JOIN loads l ON ${siteOfLoad('l')} = ${siteId('r')}
    LEFT JOIN venfleet_sending s ON s.load_id = ${schema.loadId('l')}
    ORDER BY p.key, l.load_component, ${row('l')}`);
  statement.setReturnArrays(true);
  return (sites, alsoNoted, shared) => {
    const records = statement.all(JSON.stringify(sites.map((site) => site.row))) as unknown as LoadRecord[];
    const bySite: LoadRow[][] = sites.map(() => []);
    for (const record of records) {
      const resourceId = sites[record[0]]?.resourceId ?? '';
      bySite[record[0]]?.push(loadRow(record, resourceId, alsoNoted, shared));
    }
    return bySite;
  };
}

/** Loads whose site is missing: no foreign key holds in a database that SQLite was never told to check. */
function prepareOrphans(sqlite: DatabaseSync, schema: FleetSchema) {
  const row = schema.loadRow('l');
  const statement = sqlite.prepare(`
    SELECT 0, ${loadSelection(schema)}, coalesce(${text(schema.siteOfLoad('l'))}, '')
    FROM loads l LEFT JOIN venfleet_sending s ON s.load_id = ${schema.loadId('l')}
    WHERE ${row} > ? AND NOT EXISTS (SELECT 1 FROM resources r WHERE ${isSiteOfLoad(schema, 'r', 'l')})
    ORDER BY ${row} LIMIT ?`);
  statement.setReturnArrays(true);
  return (after: Cursor, limit: number, alsoNoted: ReadonlySet<string>): SitePage => {
    const records = statement.all(after.row, limit) as unknown as LoadRecord[];
    const sites = records.map((record) => {
      const resourceId = record[10] ?? '';
      return { ...noSite, resourceId, loads: [loadRow(record, resourceId, alsoNoted, noShared)] };
    });
    const last = records.at(-1);
    if (!last || records.length < limit) return { sites, next: undefined };
    const next: Cursor = { of: 'orphan', row: last[8] };
    return { sites, next: JSON.stringify(next) };
  };
}

const noShared: SharedIds = new Map();

const noSite: Omit<SiteRow, 'resourceId' | 'loads'> = {
  resourceName: '',
  resourceType: '',
  resourceSubType: null,
  meterPointId: '',
  capacities: '',
  location: '',
  address: null,
  ven: null,
  enabled: true,
  nameShared: 'no',
  problem: 'there is no site with this resource_id in "resources"',
};

function loadRow(
  record: LoadRecord,
  resourceId: string,
  alsoNoted: ReadonlySet<string>,
  shared: SharedIds,
): LoadRow {
  const [
    ,
    loadId,
    component,
    loadName,
    h5MeterId,
    vtnResourceId,
    registrationStatus,
    isNoted,
    storeRef,
    problem,
  ] = record;
  const isShared = shared.size > 0 ? shared.get(externalResourceIdOf(resourceId, component)) : undefined;
  return {
    loadId,
    storeRef,
    component,
    loadName,
    h5MeterId,
    vtnResourceId,
    registrationStatus,
    trace: isNoted !== 0 || alsoNoted.has(loadId) ? 'maybe-sent' : 'none',
    problem: problem ?? isShared ?? null,
  };
}

function loadSelection(schema: FleetSchema): string {
  const id = schema.loadId('l');
  const twins = `(SELECT count(*) FROM loads twin WHERE ${schema.loadId('twin')} = ${id})`;
  const shared = schema.areLoadsUnique
    ? 'NULL'
    : `CASE WHEN ${twins} > 1 THEN ${twins} || ' loads have its id (loads.load_id)' END`;
  return `coalesce(${text(id)}, ''), coalesce(${text('l.load_component')}, ''), ${text('l.load_name')},
    ${text('l.h5_meter_id')}, ${text(schema.vtnResourceId('l'))}, ${text('l.registration_status')},
    s.load_id IS NOT NULL, ${rowNumber(schema.loadRow('l'))},
    CASE typeof(l.load_id) WHEN 'null' THEN 'the load has no id (loads.load_id)'
      WHEN 'blob' THEN 'its id (loads.load_id) is bytes, not a text' ELSE ${shared} END`;
}

function siteSelection(schema: FleetSchema): string {
  const { siteId, venName, siteName, meterPoint, siteRow: row } = schema;
  const id = siteId('r');
  const rows = `(SELECT count(*) FROM resources twin WHERE ${siteId('twin')} = ${id})`;
  const shared = schema.areSitesUnique
    ? 'NULL'
    : `CASE WHEN ${rows} > 1 THEN ${rows} || ' sites have its id (resources.resource_id)' END`;
  return `${text(id)} AS resourceId, coalesce(${text(siteName('r'))}, '') AS resourceName,
    coalesce(${text('r.resource_type')}, '') AS resourceType, ${text('r.resource_sub_type')} AS resourceSubType,
    coalesce(${text(meterPoint('r'))}, '') AS meterPointId, coalesce(${text('r.capacities')}, '') AS capacities,
    coalesce(${text('r.location')}, '') AS location, ${text('r.address')} AS address,
    CASE WHEN typeof(r.ven) <> 'blob' THEN ${text(venName('r'))} END AS ven,
    ${schema.siteColumns.has('enabled') ? 'coalesce(r.enabled, 1) <> 0' : '1'} AS enabled,
    ${nameSharedOf(schema)} AS nameShared,
    CASE typeof(r.resource_id) WHEN 'blob' THEN 'the id of its site (resources.resource_id) is bytes, not a text'
      ELSE ${shared} END AS problem,
    ${rowNumber(row('r'))} AS "row", hex(CAST(${id} AS BLOB)) AS keyHex, typeof(${id}) AS keyType`;
}
