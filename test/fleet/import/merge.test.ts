import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../../src/fleet/import/header.ts';
import { readHeader } from '../../../src/fleet/import/header.ts';
import { mergeSite, type StoredSite } from '../../../src/fleet/import/merge.ts';
import { siteOfFields } from '../../../src/fleet/import/row.ts';

const stored: StoredSite = {
  resourceId: 'site-1',
  resourceName: 'Hotel Søfryd',
  resourceType: 'DSR',
  resourceSubType: 'Hotels',
  meterPointId: '707057500504404881',
  capacities: '{"P_max_kw": 50.0, "P_min_kw": -20.0, "E_max_kwh": 200.0, "E_min_kwh": 0.0}',
  location: '{"longitude": 9.92, "latitude": 57.050}',
  address: 'Vesterbro 12, 9000 Aalborg',
  ven: 'Aalborg',
  h5MeterId: 'meter_3',
};

/** What becomes of a stored site when a file says this of it, besides what it must say. */
function merged(values: Partial<Record<Field, string>>, site: StoredSite = stored) {
  const row = {
    title: 'Hotel Søfryd',
    address: 'Vesterbro 12, 9000 Aalborg',
    longitude: '9.92',
    latitude: '57.05',
    ...values,
  };
  const names: Partial<Record<Field, string>> = { subType: 'sub_type', h5MeterId: 'h5_meter_id' };
  const header = readHeader(
    Object.keys(row)
      .map((field) => names[field as Field] ?? field)
      .join(','),
    'x.csv',
  );
  const read = siteOfFields(Object.values(row), header, undefined);
  assert.ok('site' in read, JSON.stringify(read));
  return mergeSite(site, read);
}

describe('mergeSite', () => {
  it('changes nothing when the file says nothing new, down to the form of the JSON', () => {
    assert.deepEqual(merged({}), stored);
    const compact = { ...stored, capacities: stored.capacities?.replaceAll(' ', '') ?? null };
    assert.deepEqual(merged({ P_max_kw: '50' }, compact), compact);
  });

  it('takes what the file says', () => {
    assert.deepEqual(
      merged({
        title: 'Hotel Strandlyst',
        latitude: '57.06',
        type: 'EV',
        subType: 'Bars',
        meterPointId: '707057500504404882',
        ven: 'Nordby',
        P_max_kw: '60',
        h5MeterId: 'meter_4',
      }),
      {
        ...stored,
        resourceName: 'Hotel Strandlyst',
        resourceType: 'EV',
        resourceSubType: 'Bars',
        meterPointId: '707057500504404882',
        capacities: '{"P_max_kw": 60.0, "P_min_kw": -10.0, "E_max_kwh": 100.0, "E_min_kwh": 0.0}',
        location: '{"latitude": 57.06, "longitude": 9.92}',
        ven: 'Nordby',
        h5MeterId: 'meter_4',
      },
    );
  });

  it('keeps capacities of its own, and others than the usual four', () => {
    const capacities = '{"P_max_kw": 48.50, "note": "2 feeders", "soc": null}';
    const site = { ...stored, capacities };
    assert.deepEqual(merged({ subType: 'Schools' }, site), { ...site, resourceSubType: 'Schools' });
    assert.deepEqual(merged({ P_max_kw: '48.5' }, site), site);
    const changed = merged({ P_min_kw: '-3' }, site);
    assert.ok('capacities' in changed);
    assert.equal(
      changed.capacities,
      '{"P_max_kw": 48.50, "note": "2 feeders", "soc": null, "P_min_kw": -3.0}',
    );
  });

  it('lets the usual capacities and the usual type follow the sub type', () => {
    const changed = merged({ subType: 'EV charging' });
    assert.ok('capacities' in changed);
    assert.equal(changed.resourceType, 'EV');
    assert.equal(
      changed.capacities,
      '{"P_max_kw": 22.0, "P_min_kw": 0.0, "E_max_kwh": 100.0, "E_min_kwh": 0.0}',
    );
  });

  it('lets a VEN that was read off the address follow it, and keeps another', () => {
    const moved = { address: 'Torvet 1, 9400 Nørresundby' };
    assert.deepEqual(merged(moved), { ...stored, ...moved, ven: 'Nørresundby' });
    const site = { ...stored, ven: 'Region North' };
    assert.deepEqual(merged(moved, site), { ...site, ...moved });
    assert.deepEqual(merged({}, { ...stored, ven: null }), stored);
  });

  it('lets a meter that was named after the meter point follow it, and keeps another', () => {
    const site = { ...stored, h5MeterId: 'meter_707057500504404881' };
    const changed = { meterPointId: '707057500504404882' };
    assert.deepEqual(merged(changed, site), { ...site, ...changed, h5MeterId: 'meter_707057500504404882' });
    assert.deepEqual(merged(changed), { ...stored, ...changed });
  });

  it('repairs what is broken', () => {
    assert.deepEqual(merged({}, { ...stored, capacities: '{"P_max' }), stored);
    const location = '{"latitude": 57.05, "longitude": 9.92}';
    assert.deepEqual(merged({}, { ...stored, location: 'nowhere' }), { ...stored, location });
  });

  it('refuses what would be impossible with what is stored', () => {
    const site = { ...stored, capacities: '{"P_max_kw": 10.0, "P_min_kw": 5.0}' };
    assert.deepEqual(merged({ P_max_kw: '4' }, site), {
      problem: 'with what is stored of it: impossible capacities: P_min_kw 5.0 is above P_max_kw 4.0',
    });
  });
});
