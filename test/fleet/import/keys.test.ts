import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  loadIdOf,
  meterPointOfSite,
  resourceIdOfMeterPoint,
  resourceIdOfPlace,
} from '../../../src/fleet/import/keys.ts';

// Pinned: a fleet imported by one version must be found again by the next.
describe('the ids of imported sites', () => {
  it('never change', () => {
    assert.equal(resourceIdOfMeterPoint('707057500504404881'), 'bad3d888-d247-5aa5-8530-fcb2d856b677');
    assert.equal(
      resourceIdOfPlace('Hotel Søfryd', 'Vesterbro 12, 9000 Aalborg'),
      '380b5b30-4f3e-5958-b94f-921690bdc120',
    );
    assert.equal(loadIdOf('site-1', 'load_0'), '2b1f5438-5e54-5786-9ebd-6f2ac7b82329');
    assert.equal(meterPointOfSite('site-1'), '707057500788620251');
  });

  it('are UUIDs of version 5', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    for (let index = 0; index < 50; index++) {
      assert.match(resourceIdOfMeterPoint(String(index)), uuid);
      assert.match(loadIdOf('site', `load_${index}`), uuid);
    }
  });

  it('overlook case, spacing and the form of letters in title and address', () => {
    const one = resourceIdOfPlace('Hotel Åen', 'Vesterbro 12, 9000 Aalborg');
    assert.equal(resourceIdOfPlace(' hotel  ÅEN'.normalize('NFD'), 'vesterbro 12,  9000 aalborg '), one);
    assert.notEqual(resourceIdOfPlace('Hotel Aen', 'Vesterbro 12, 9000 Aalborg'), one);
  });

  it('keep title and address apart', () => {
    assert.notEqual(resourceIdOfPlace('a b', 'c'), resourceIdOfPlace('a', 'b c'));
  });

  it('give 18 digits for a meter point that is not known', () => {
    for (let index = 0; index < 200; index++) {
      assert.match(meterPointOfSite(`site ${index}`), /^707057500\d{9}$/);
    }
  });
});
