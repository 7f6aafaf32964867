import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VenfleetError } from '../../../src/core/errors.ts';
import { generateSites } from '../../../src/fleet/generate/generate.ts';
import { meterIds } from '../../../src/fleet/generate/meters.ts';
import { towns } from '../../../src/fleet/generate/towns.ts';
import { siteFromRow } from '../../../src/fleet/load-from-row.ts';
import type { NewSite } from '../../../src/fleet/new-site.ts';

const reference = [...generateSites()];

function countBy(sites: readonly NewSite[], key: (site: NewSite) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const site of sites) counts.set(key(site), (counts.get(key(site)) ?? 0) + 1);
  return counts;
}

describe('the reference fleet', () => {
  it('has 287 VENs, 19,402 sites and 116,412 loads; Aalborg and Aarhus come first', () => {
    const vens = countBy(reference, (site) => site.ven);
    assert.equal(reference.length, 19_402);
    assert.equal(reference.flatMap((site) => site.loads).length, 116_412);
    assert.equal(vens.size, 287);
    assert.deepEqual([...vens].sort(byCodePoint).slice(0, 2), [
      ['Aalborg', 46],
      ['Aarhus', 52],
    ]);
  });

  it('comes in order of VENs, as SQLite sorts them', () => {
    const order = [...countBy(reference, (site) => site.ven)];
    assert.deepEqual(order, [...order].sort(byCodePoint));
  });

  it('has no id and no meter point twice', () => {
    assert.equal(new Set(reference.map((site) => site.resourceId)).size, 19_402);
    assert.equal(new Set(reference.map((site) => site.meterPointId)).size, 19_402);
    assert.equal(new Set(reference.flatMap((site) => site.loads.map((load) => load.loadId))).size, 116_412);
  });

  it('has ids of the right form', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    for (const site of reference) {
      assert.match(site.resourceId, uuid);
      assert.match(site.meterPointId, /^707057500\d{9}$/);
      for (const load of site.loads) assert.match(load.loadId, uuid);
    }
  });

  it('uses each of 153 meters at many sites, one for all loads of a site', () => {
    const meters = countBy(reference, (site) => site.h5MeterId);
    assert.deepEqual(new Set(meters.keys()), new Set(meterIds()));
    assert.ok(Math.min(...meters.values()) > 50);
    assert.ok(reference.every((site) => site.loads.every((load) => load.h5MeterId === site.h5MeterId)));
  });

  it('consists of sites that registration can use, in Denmark', () => {
    for (const site of reference) {
      const row = { ...site, enabled: true, nameShared: 'no' as const, problem: null, loads: [] };
      const result = siteFromRow(row);
      assert.ok(result.ok, JSON.stringify(result));
      const { latitude, longitude } = result.site;
      assert.ok(Number(latitude) > 54.4 && Number(latitude) < 57.9, site.location);
      assert.ok(Number(longitude) > 8 && Number(longitude) < 15.3, site.location);
      assert.match(site.location, /^\{"latitude": 5\d\.\d{1,6}, "longitude": 1?\d\.\d{1,6}\}$/);
      assert.match(site.address, /^.+ \d+[ABC]?, \d{4} \p{L}/u);
    }
  });

  it('gives each kind its capacities, as Python writes them', () => {
    const of = (subType: string) => reference.find((site) => site.resourceSubType === subType)?.capacities;
    const text = (p: number, q: number, e: number) =>
      `{"P_max_kw": ${p}.0, "P_min_kw": ${q}.0, "E_max_kwh": ${e}.0, "E_min_kwh": 0.0}`;
    assert.equal(of('EV Charging'), text(22, 0, 100));
    for (const kind of ['Hotels', 'Swimming Pools']) assert.equal(of(kind), text(50, -20, 200));
    for (const kind of ['Industry', 'Schools']) assert.equal(of(kind), text(100, -40, 400));
    for (const kind of ['Bars', 'Restaurants', 'Bakeries', 'Supermarkets']) {
      assert.equal(of(kind), text(25, -10, 100));
    }
  });

  it('repeats names within a town, and has names that need care', () => {
    const aalborg = countBy(
      reference.filter((site) => site.ven === 'Aalborg'),
      (site) => site.resourceName,
    );
    assert.ok(Math.max(...aalborg.values()) > 1);
    for (const mark of ["'", '"', '&', 'æ', 'ø', 'å', 'Æ', 'Ø']) {
      assert.ok(
        reference.some((site) => site.resourceName.includes(mark)),
        mark,
      );
    }
  });

  it('stays the same fleet: others compare their runs by it', () => {
    const hash = createHash('sha256').update(JSON.stringify(reference)).digest('hex');
    assert.equal(hash, '5de3e7cb112d854897465c304d0a364a965054024f4488ad5a54e98cc934b53f');
  });
});

describe('generateSites', () => {
  it('gives the same fleet for the same seed, and another for another', () => {
    const size = { resources: 60, vens: 5 };
    assert.deepEqual([...generateSites({ ...size, seed: 7 })], [...generateSites({ ...size, seed: 7 })]);
    const ids = (seed: number) => [...generateSites({ ...size, seed })].map((site) => site.resourceId);
    assert.equal(new Set([...ids(7), ...ids(8)]).size, 120);
  });

  it('keeps to any possible size', () => {
    const sizes = fc
      .tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 699 }), fc.nat())
      .map(([resources, less, seed]) => ({ resources, vens: Math.max(1, resources - less), seed }));
    fc.assert(
      fc.property(sizes, (size) => {
        const sites = [...generateSites(size)];
        assert.equal(sites.length, size.resources);
        assert.equal(countBy(sites, (site) => site.ven).size, size.vens);
        assert.equal(new Set(sites.map((site) => site.meterPointId)).size, size.resources);
      }),
      { numRuns: 25 },
    );
  });

  it('makes VENs of quarters when there are no more towns', () => {
    const vens = new Set([...generateSites({ resources: 3_000, vens: 3_000 })].map((site) => site.ven));
    assert.equal(vens.size, 3_000);
    assert.ok(vens.has('Odense Nord'));
  });

  it('refuses sizes that cannot be, before it makes anything', () => {
    for (const size of [
      { resources: 3, vens: 4 },
      { resources: 0, vens: 1 },
      { resources: 5, vens: 0 },
      { resources: 2.5, vens: 1 },
      { resources: 11_000_000, vens: 1 },
      { resources: 5, vens: 1, seed: Number.NaN },
    ]) {
      assert.throws(
        () => generateSites(size),
        (error) => error instanceof VenfleetError && error.code === 'BAD_OPTION',
      );
    }
  });

  it('streams: a huge fleet begins at once', () => {
    const first = generateSites({ resources: 10_000_000, vens: 2 }).next();
    assert.equal(first.value?.ven, 'Aalborg');
  });
});

describe('the table of towns', () => {
  it('names each town once, none before Aalborg and Aarhus, with a plausible postal code', () => {
    const names = towns.map(([name]) => name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= 287);
    assert.deepEqual(names.toSorted().slice(0, 2), ['Aalborg', 'Aarhus']);
    for (const [name, postalCode] of towns) assert.ok(postalCode >= 1000 && postalCode <= 9999, name);
  });
});

describe('meterIds', () => {
  it('are the same at every call, the first ones for a smaller number', () => {
    assert.equal(new Set(meterIds()).size, 153);
    assert.deepEqual(meterIds(10), meterIds().slice(0, 10));
    assert.equal(meterIds()[0], 'meter_707057500950414460');
    assert.equal(meterIds()[152], 'meter_707057500265542466');
  });
});

function byCodePoint([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
