import type { Load, LoadRow, SiteRow } from '../../src/fleet/load.ts';
import { loadsOfSite, siteFromRow } from '../../src/fleet/load-from-row.ts';

const loadRow: LoadRow = {
  loadId: '3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11',
  storeRef: undefined,
  component: 'load_1',
  loadName: 'Water Heater',
  h5MeterId: 'meter_7',
  vtnResourceId: null,
  registrationStatus: 'PENDING',
  trace: 'none',
  problem: null,
};

/** A site's row that makes the contract's example; `changes` in place of its fields. */
export function siteRow(changes: Partial<SiteRow> = {}, ...loads: Partial<LoadRow>[]): SiteRow {
  return {
    resourceId: 'abc-123',
    resourceName: 'Hotel ABC',
    resourceType: 'DSR',
    resourceSubType: 'Hotels',
    meterPointId: '707057500504404881',
    capacities: '{"P_max_kw": 50.0, "P_min_kw": -20.0, "E_max_kwh": 200.0, "E_min_kwh": 0.0}',
    location: '{"latitude": 57.158158, "longitude": 9.736535}',
    address: 'Vesterbro 1, 9000 Aalborg',
    ven: 'Aalborg',
    enabled: true,
    nameShared: 'no',
    problem: null,
    loads: (loads.length > 0 ? loads : [{}]).map((load) => ({ ...loadRow, ...load })),
    ...changes,
  };
}

/** The first load of a row; throws where the row is broken. */
export function loadOf(row: SiteRow): Load {
  const parsed = siteFromRow(row);
  if (!parsed.ok) throw new Error(parsed.problem);
  return loadsOfSite(parsed.site, row.loads)[0] as Load;
}
