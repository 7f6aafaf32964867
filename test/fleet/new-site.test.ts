import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  capacitiesText,
  locationText,
  numberText,
  usualCapacities,
  usualType,
} from '../../src/fleet/new-site.ts';

describe('numberText', () => {
  it('writes numbers as Python does', () => {
    assert.deepEqual([50, -20, 0, 57.158158, 0.5].map(numberText), [
      '50.0',
      '-20.0',
      '0.0',
      '57.158158',
      '0.5',
    ]);
  });
});

describe('the JSON of a site', () => {
  it('has the spacing and order of the Python system', () => {
    const capacities = { P_max_kw: 50, P_min_kw: -20, E_max_kwh: 200, E_min_kwh: 0 };
    assert.equal(
      capacitiesText(capacities),
      '{"P_max_kw": 50.0, "P_min_kw": -20.0, "E_max_kwh": 200.0, "E_min_kwh": 0.0}',
    );
    assert.equal(locationText(57.158158, 9.736535), '{"latitude": 57.158158, "longitude": 9.736535}');
  });
});

describe('what is usual', () => {
  it('knows kinds of sites by their sub type, however it is written', () => {
    const peak = (subType: string) => usualCapacities(subType, 'DSR').P_max_kw;
    assert.deepEqual(['EV charging', 'ev_charger', 'Charging station'].map(peak), [22, 22, 22]);
    assert.deepEqual(['Hotels', 'hotel', 'Swimming pool'].map(peak), [50, 50, 50]);
    assert.deepEqual(['Industry', 'Industrial', 'school'].map(peak), [100, 100, 100]);
    assert.deepEqual(['Bars', 'Event hall', ''].map(peak), [25, 25, 25]);
  });

  it('goes by the type where there is no sub type', () => {
    assert.equal(usualCapacities(null, 'EV').P_max_kw, 22);
    assert.equal(usualCapacities(null, 'PV').P_max_kw, 25);
  });

  it('tells the type from the sub type', () => {
    const types = ['EV charging', 'Battery Storage', 'Solar Roofs', 'Hotels', null].map(usualType);
    assert.deepEqual(types, ['EV', 'BATTERY', 'PV', 'DSR', 'DSR']);
  });
});
