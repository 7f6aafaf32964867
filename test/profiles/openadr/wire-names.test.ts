import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Load, NameShared } from '../../../src/fleet/load.ts';
import { loadsOfSite, siteFromRow } from '../../../src/fleet/load-from-row.ts';
import { formerNamesOf, resourceNameOf, venNameOf } from '../../../src/profiles/openadr/wire-names.ts';
import { loadOf, siteRow } from '../../support/load.ts';
import { casesOf } from '../../support/properties.ts';

interface TestSite {
  name: string;
  id: string;
  meter?: string;
  /** Names of its loads, by component. */
  loads: Readonly<Record<string, string>>;
}

/** All loads of a VEN, with what the store says of shared names. */
function loadsOfVen(sites: readonly TestSite[]): Load[] {
  const meterOf = ({ meter = '707057500000000001' }: TestSite) => meter;
  return sites.flatMap((site) => {
    const same = sites.filter((other) => other !== site && other.name === site.name);
    const shared: NameShared = same.some((other) => meterOf(other) === meterOf(site)) ? 'meter' : 'name';
    const rows = Object.entries(site.loads).map(([component, loadName]) => ({ component, loadName }));
    const row = siteRow(
      {
        resourceName: site.name,
        resourceId: site.id,
        meterPointId: meterOf(site),
        nameShared: same.length === 0 ? 'no' : shared,
      },
      ...rows,
    );
    const parsed = siteFromRow(row);
    assert.ok(parsed.ok);
    return loadsOfSite(parsed.site, row.loads);
  });
}

const namesOf = (...sites: TestSite[]) => loadsOfVen(sites).map(resourceNameOf);

function assertApart(names: readonly string[]): void {
  assert.equal(new Set(names).size, names.length, names.join('\n'));
  for (const name of names) assert.ok(Buffer.byteLength(name) <= 128 && name.isWellFormed(), name);
}

const meters = ['707057500000000001', '707057500000000002', '707057500000000003'] as const;
const loads = { load_2: 'HVAC' };

test('names that are not odd stay as they are, and what tells others apart can be read', () => {
  assert.deepEqual(namesOf({ name: 'Lager (3)', id: 'a', loads: { load_0: 'Pumpe (2)' } }), [
    'Lager (3) - Pumpe (2)',
  ]);
  assert.deepEqual(
    namesOf(
      { name: 'Netto', id: 'a', meter: meters[0], loads },
      { name: 'Netto', id: 'b', meter: meters[1], loads },
      { name: 'Netto', id: 'c', meter: meters[1], loads },
      { name: 'Hal', id: 'd', loads: { load_0: 'Pumpe', load_1: 'Pumpe' } },
      { name: 'A - B', id: 'e', loads },
    ),
    [
      'Netto (707057500000000001) - HVAC',
      'Netto (707057500000000002, b) - HVAC',
      'Netto (707057500000000002, c) - HVAC',
      'Hal - Pumpe (load_0)',
      'Hal - Pumpe (load_1)',
      'A - B (707057500000000001) - HVAC',
    ],
  );
});

test('a name that looks as if something had been added gets it added too', () => {
  for (const [first, second] of [
    ['707057500000000001', '707057500000000002'],
    ['7070', '7071'],
  ] as const) {
    assertApart(
      namesOf(
        { name: 'Netto', id: 'a', meter: first, loads },
        { name: 'Netto', id: 'b', meter: second, loads },
        { name: `Netto (${first})`, id: 'c', meter: meters[2], loads },
      ),
    );
  }
  const own = { load_1: 'X', load_2: 'X', load_5: 'X (load_2)' };
  assert.deepEqual(namesOf({ name: 'S', id: 'a', loads: own }), [
    'S - X (load_1)',
    'S - X (load_2)',
    'S - X (load_2) (load_5)',
  ]);
});

test('where a site ends and its load begins is never in doubt', () => {
  assertApart(
    namesOf(
      { name: 'A -', id: 'a', loads: { load_1: 'B' } },
      { name: 'A', id: 'b', loads: { load_1: '- B' } },
    ),
  );
});

test('loads of a VEN never share a name, and each fits in 128 bytes', () => {
  const piece = fc.constantFrom(
    ...['A', 'B', ' ', '-', ' - ', '- ', ' -', '(', ')', ', ', '7070', '7071'],
    ...meters.map((meter) => ` (${meter})`),
    ...meters.map((meter) => ` (${meter}, s1)`),
    ...[' (7070)', ' (7070, s1)', ' (load_1)', ' (load_2)', ' (x)', '~0123456789abcdef', 'Ærø'.repeat(20)],
  );
  const odd = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
  // What cannot be read as a text fails before it has a name.
  const any = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
    .filter((text) => !/[\0\ufffd]/.test(text));
  const name = fc
    .oneof({ weight: 4, arbitrary: odd }, { weight: 1, arbitrary: any })
    .filter((text) => text.trim() !== '' && text.trim() === text);
  const component = fc.constantFrom('load_1', 'load_2', 'load_3', 'x', 'x) - (y');
  const site = fc.record({
    name,
    id: fc.constantFrom('s1', 's2', 's3', 's4', 's5', 's(6)', 's - 7', '707057500000000001'),
    meter: fc.constantFrom(...meters, '7070', '7071', 'A) - B', `${meters[0]}, s1`),
    loads: fc.dictionary(component, name, { minKeys: 1, maxKeys: 3 }),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(site, { selector: ({ id }) => id, minLength: 2, maxLength: 5 }),
      fc.nat({ max: 2 }),
      (sites, copies) => {
        // Equal names are rare by chance.
        const some = sites.map((one, index) =>
          index > 0 && index <= copies ? { ...one, name: sites[0]?.name ?? '' } : one,
        );
        assertApart(namesOf(...some));
      },
    ),
    { numRuns: casesOf(2_000) },
  );
});

test('former names are those of a fleet in which fewer had that name', () => {
  const former = (nameShared: NameShared, ...names: string[]) =>
    formerNamesOf(
      loadOf(
        siteRow({ nameShared }, ...names.map((loadName, at) => ({ loadName, component: `load_${at}` }))),
      ),
    );
  assert.deepEqual(former('no', 'HVAC'), []);
  assert.deepEqual(former('name', 'HVAC'), ['Hotel ABC - HVAC']);
  assert.deepEqual(former('meter', 'HVAC', 'HVAC'), [
    'Hotel ABC - HVAC',
    'Hotel ABC - HVAC (load_0)',
    'Hotel ABC (707057500504404881) - HVAC',
    'Hotel ABC (707057500504404881) - HVAC (load_0)',
    'Hotel ABC (707057500504404881, abc-123) - HVAC',
  ]);
});

test('names of VENs fit as well, and stay apart', () => {
  const long = 'Ærøskøbing '.repeat(20);
  const names = ['Aalborg', `${long}A`, `${long}B`, 'Aal\0borg', 'Aal\u{fffd}borg'];
  const wire = names.map(venNameOf);
  assertApart([...wire, venNameOf(wire[1] as string)]);
  assert.equal(wire[0], 'Aalborg');
});
