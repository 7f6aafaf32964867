/*
 * SQLite's own way to read a page: columns of foreign files may hold numbers and bytes, rows come as lists, and the thread
 * that reads loads no Kysely.
 */
import type { DatabaseSync } from 'node:sqlite';
import { externalResourceIdOf } from '../../fleet/components.ts';
import type { LoadRow, SiteRow } from '../../fleet/load.ts';
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
) => SiteRow[];

type SiteRecord = Omit<SiteRow, 'enabled' | 'loads'> & { enabled: number };
/** In the order of the columns: rows as lists cost half of rows as objects, and there are a hundred thousand. */
type LoadRecord = readonly [
  resourceId: string,
  loadId: string,
  component: string,
  loadName: string | null,
  h5MeterId: string | null,
  vtnResourceId: string | null,
  registrationStatus: string | null,
  isNoted: number,
  /** The row's number: an update by it need not look into the index of ids. */
  storeRef: number | null,
];

/** Prepares the statements once; a page costs three of them. */
export function prepareReadSites({
  sqlite,
  siteColumns,
}: Pick<FleetDatabase, 'sqlite' | 'siteColumns'>): ReadSites {
  const columns = siteSelection(siteColumns);
  const preparePage = (from: '>=' | '>') => ({
    withVen: sqlite.prepare(`
      SELECT ${columns} FROM resources r
      WHERE r.ven = ? AND r.resource_id ${from} ? ORDER BY r.resource_id LIMIT ?`),
    withoutVen: sqlite.prepare(`
      SELECT * FROM (
        SELECT ${columns} FROM resources r WHERE coalesce(trim(r.ven), '') = '' OR typeof(r.ven) = 'blob'
        UNION ALL ${orphanSelection})
      WHERE resourceId ${from} ? ORDER BY resourceId LIMIT ?`),
  });
  // A resource id may be empty.
  const firstPage = preparePage('>=');
  const laterPage = preparePage('>');
  const readLoads = prepareReadLoads(sqlite);
  const sharedIds = prepareSharedIds(sqlite);
  const notedInBatches = prepareNotedInBatches(sqlite);
  return (venName, after, limit, exclusive) => {
    const { withVen, withoutVen } = after === undefined ? firstPage : laterPage;
    const from = after ?? '';
    const rows = venName === null ? withoutVen.all(from, limit) : withVen.all(venName, from, limit);
    const sites = rows as unknown as SiteRecord[];
    const resourceIds = sites.map((site) => site.resourceId);
    const alsoNoted = exclusive ? nothing : notedInBatches();
    const loads = readLoads(resourceIds, alsoNoted, sharedIds(resourceIds));
    return sites.map((site) => ({
      ...site,
      enabled: site.enabled !== 0,
      loads: loads.get(site.resourceId) ?? [],
    }));
  };
}

const nothing: ReadonlySet<string> = new Set();

function prepareReadLoads(
  sqlite: DatabaseSync,
): (resourceIds: string[], alsoNoted: ReadonlySet<string>, shared: SharedIds) => Map<string, LoadRow[]> {
  const statement = sqlite.prepare(`
    SELECT l.resource_id, l.load_id, ${text('l.load_component')}, ${text('l.load_name')}, ${text('l.h5_meter_id')},
      ${text('l.vtn_resource_id')}, ${text('l.registration_status')}, s.load_id IS NOT NULL,
      CASE WHEN l.id BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER} THEN l.id END
    FROM loads l LEFT JOIN venfleet_sending s ON s.load_id = l.load_id
    WHERE l.resource_id IN (SELECT value FROM json_each(?))
    ORDER BY l.resource_id, l.load_component, l.id`);
  statement.setReturnArrays(true);
  return (resourceIds, alsoNoted, shared) => {
    const records = statement.all(JSON.stringify(resourceIds)) as unknown as LoadRecord[];
    const bySite = new Map<string, LoadRow[]>();
    for (const record of records) {
      const row = loadRow(record, alsoNoted, shared);
      const loads = bySite.get(record[0]);
      if (loads) loads.push(row);
      else bySite.set(record[0], [row]);
    }
    return bySite;
  };
}

function loadRow(record: LoadRecord, alsoNoted: ReadonlySet<string>, shared: SharedIds): LoadRow {
  const [
    resourceId,
    loadId,
    component,
    loadName,
    h5MeterId,
    vtnResourceId,
    registrationStatus,
    isNoted,
    storeRef,
  ] = record;
  return {
    loadId,
    storeRef,
    component,
    loadName,
    h5MeterId,
    vtnResourceId,
    registrationStatus,
    trace: isNoted !== 0 || alsoNoted.has(loadId) ? 'maybe-sent' : 'none',
    problem: shared.size === 0 ? null : (shared.get(externalResourceIdOf(resourceId, component)) ?? null),
  };
}

/**
 * A column as a text: a foreign database may hold numbers, which are too large for a JavaScript one (meter point ids),
 * and bytes (BLOB), as SQLite keeps whatever it is given.
 */
const text = (column: string) => `CAST(${column} AS TEXT)`;

function siteSelection(siteColumns: ReadonlySet<string>): string {
  const sameName = 'o.ven = r.ven AND o.resource_name = r.resource_name AND o.resource_id <> r.resource_id';
  return `r.resource_id AS resourceId, coalesce(${text('r.resource_name')}, '') AS resourceName,
    coalesce(${text('r.resource_type')}, '') AS resourceType, ${text('r.resource_sub_type')} AS resourceSubType,
    coalesce(${text('r.meter_point_id')}, '') AS meterPointId, coalesce(${text('r.capacities')}, '') AS capacities,
    coalesce(${text('r.location')}, '') AS location, ${text('r.address')} AS address,
    CASE WHEN typeof(r.ven) <> 'blob' THEN ${text('r.ven')} END AS ven,
    ${siteColumns.has('enabled') ? 'coalesce(r.enabled, 1) <> 0' : '1'} AS enabled,
    CASE WHEN NOT EXISTS (SELECT 1 FROM resources o WHERE ${sameName}) THEN 'no'
      WHEN NOT EXISTS (SELECT 1 FROM resources o WHERE ${sameName} 
        AND CAST(o.meter_point_id AS TEXT) = CAST(r.meter_point_id AS TEXT))
      THEN 'name' ELSE 'meter' END AS nameShared,
    NULL AS problem`;
}

/** Loads whose site is missing: no foreign key holds in a database that SQLite was never told to check. */
const orphanSelection = `
  SELECT DISTINCT l.resource_id, '', '', NULL, '', '', '', NULL, NULL, 1, 'no',
    'there is no site with this resource_id in "resources"'
  FROM loads l WHERE NOT EXISTS (SELECT 1 FROM resources r WHERE r.resource_id = l.resource_id)`;
