import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GridProgram } from '../../src/fleet/grid-event.ts';
import { profileNamed, profileNames } from '../../src/profiles/choose-profile.ts';
import { type EventsProfile, targetKinds } from '../../src/profiles/events-profile.ts';
import { openAdr30 } from '../../src/profiles/openadr-3.0/profile.ts';
import { openAdr31 } from '../../src/profiles/openadr-3.1/profile.ts';
import { loadOf, siteRow } from '../support/load.ts';
import { anyCharacter, casesOf } from '../support/properties.ts';
import { eventOf } from './events-support.ts';

const v30 = await openAdr30.jobs.events({});
const v31 = await openAdr31.jobs.events({});
const program = (targets: GridProgram['targets'], name = 'Peak'): GridProgram => ({
  id: 'p1',
  name,
  targets,
  payloadDescriptors: [],
});
const selected = (profile: EventsProfile, targets: unknown, of?: GridProgram) =>
  profile.selectionOf(eventOf(profile, { id: 'e1', eventName: 'Cold', programID: 'p1', targets }), of);

test('3.0: each type names what registration said under it; of several every one must, or any', async () => {
  const targets = [
    { type: 'VEN_NAME', values: ['Aalborg'] },
    { type: 'GROUP', values: ['load_2'] },
    { type: 'POWER_SERVICE_LOCATION', values: ['707057500504404881'] },
    { type: 'RESOURCE_NAME', values: [1211] },
    { type: 'LOAD_ID', values: ['3f2c'] },
    { type: 'SERVICE_AREA', values: ['DK1'] },
    { type: 'ORGANIZATION_ID', values: ['7'] },
    { type: 'GROUP', values: ['Hotels'] },
  ];
  const selection = selected(v30, targets);
  assert.deepEqual(selection, {
    groups: [
      { label: 'VEN_NAME', kinds: ['ven'], values: ['Aalborg'] },
      { label: 'GROUP', kinds: ['component', 'sub-type'], values: ['load_2', 'Hotels'] },
      { label: 'POWER_SERVICE_LOCATION', kinds: ['meter-point'], values: ['707057500504404881'] },
      { label: 'RESOURCE_NAME', kinds: ['resource-name'], values: ['1211'] },
      { label: 'LOAD_ID', kinds: ['load'], values: ['3f2c'] },
      { label: 'SERVICE_AREA', kinds: [], values: ['DK1'] },
      { label: 'ORGANIZATION_ID', kinds: [], values: ['7'] },
    ],
    combine: 'every',
    enrolledIn: null,
    programGroups: null,
  });
  const any = await openAdr30.jobs.events({ targetRule: 'any' });
  assert.deepEqual(selected(any, targets), { ...selection, combine: 'any' });
  for (const none of [undefined, null, []]) assert.deepEqual(selected(v30, none).groups, []);
});

test('3.0: the names of program and event leave it as it is where they are true, else no load is meant', () => {
  const own = [
    { type: 'PROGRAM_NAME', values: ['Other', 'Peak'] },
    { type: 'EVENT_NAME', values: ['Cold'] },
  ];
  assert.deepEqual(selected(v30, own, program([])).groups, []);
  const unsure = selected(v30, own).groups;
  assert.deepEqual(unsure, [{ label: 'PROGRAM_NAME', kinds: [], values: ['Other', 'Peak'] }]);
  const other = selected(v30, [{ type: 'EVENT_NAME', values: ['Hot'] }], program([])).groups;
  assert.deepEqual(other, [{ label: 'EVENT_NAME', kinds: [], values: ['Hot'] }]);
});

test('3.0: targets without values, of no type, or that cannot be read, mean no load', () => {
  assert.deepEqual(selected(v30, [{ type: 'GROUP', values: null }]).groups, [
    { label: 'GROUP', kinds: ['component', 'sub-type'], values: [] },
  ]);
  assert.deepEqual(selected(v30, ['Aalborg']).groups, [{ label: 'target', kinds: [], values: ['Aalborg'] }]);
  const unreadable = program([{ type: 'UNREADABLE', values: [] }]);
  assert.deepEqual(selected(v30, [], unreadable).programGroups, [
    { label: 'UNREADABLE', kinds: [], values: [] },
  ]);
});

test('3.0: events are for the VENs that their program names, whatever else it names', () => {
  const of = program([
    { type: 'VEN_NAME', values: ['Aalborg'] },
    { type: 'GROUP', values: ['load_1'] },
    { type: 'VEN_NAME', values: ['Esbjerg'] },
  ]);
  assert.deepEqual(selected(v30, [], of).programGroups, [
    { label: 'VEN_NAME', kinds: ['ven'], values: ['Aalborg', 'Esbjerg'] },
  ]);
  assert.equal(selected(v30, [], program([{ type: 'GROUP', values: ['load_1'] }])).programGroups, null);
});

test('3.1: a text names whatever has it as a target, and each one more loads', () => {
  assert.deepEqual(selected(v31, ['Aalborg', 'load_2'], program([{ type: null, values: ['Esbjerg'] }])), {
    groups: [
      {
        label: 'target',
        kinds: ['ven', 'meter-point', 'component', 'sub-type', 'load'],
        values: ['Aalborg', 'load_2'],
      },
    ],
    combine: 'any',
    enrolledIn: null,
    programGroups: null,
  });
  assert.deepEqual(selected(v31, []).groups, []);
  assert.deepEqual(selected(v31, [{ type: 'VEN_NAME', values: ['Aalborg'] }]).groups, [
    { label: 'VEN_NAME', kinds: [], values: ['Aalborg'] },
  ]);
});

const strange = siteRow(
  { ven: 'Sønderborg', resourceSubType: 'Køle & frys', meterPointId: 'MP 7', resourceName: 'x'.repeat(140) },
  { component: 'load 1/ø' },
);
const ven = { name: 'Sønderborg', id: 'v1' };

test('3.0: what registration says of a load is among the texts that may name it', async () => {
  const load = loadOf(strange);
  const registration = await openAdr30.jobs.registration({});
  const { resourceName, targets } = JSON.parse(registration.loadBody(load, ven));
  const values = (type: string) =>
    targets.find((target: { type: string }) => target.type === type).values as string[];
  const { site } = load;
  assert.equal(v30.resourceNameOf(load), resourceName);
  assert.ok(v30.wireFormsOf('resource-name', resourceName).includes(values('RESOURCE_NAME')[0]!));
  assert.ok(v30.wireFormsOf('meter-point', site.meterPointId).includes(values('POWER_SERVICE_LOCATION')[0]!));
  assert.ok(v30.wireFormsOf('component', load.component).includes(values('GROUP')[0]!));
  assert.ok(v30.wireFormsOf('sub-type', site.subType!).includes(values('GROUP')[1]!));
  assert.ok(v30.wireFormsOf('ven', site.venName).includes(values('VEN_NAME')[0]!));
  assert.ok(v30.wireFormsOf('load', load.loadId).includes(values('LOAD_ID')[0]!));
});

test('3.1: what registration says of a load is among the texts that may name it, and so is what it is called', async () => {
  const load = loadOf(strange);
  const { site } = load;
  const registration = await openAdr31.jobs.registration({});
  const { targets } = JSON.parse(registration.loadBody(load, ven)) as { targets: string[] };
  const named = [
    ['meter-point', site.meterPointId],
    ['component', load.component],
    ['sub-type', site.subType],
    ['ven', site.venName],
    ['load', load.loadId],
  ] as const;
  const forms = named.map(([kind, name]) => v31.wireFormsOf(kind, name!));
  assert.deepEqual(
    targets.filter((target) => !forms.flat().includes(target)),
    [],
  );
  forms.forEach((of, n) => {
    assert.ok(of.includes(targets[n]!));
    assert.ok(of.includes(named[n]![1]!));
  });
});

test('no two names become one text on the wire', async () => {
  const profiles = await Promise.all(profileNames.map((name) => profileNamed(name).jobs.events({})));
  // As a database may have them: neither NUL nor halves of characters, of which the wire makes one and the same.
  const text = fc
    .string({ unit: anyCharacter, minLength: 1, maxLength: 150 })
    .filter((one) => !one.includes('\0'));
  const hashed = fc
    .tuple(text, fc.constantFrom('-', '~'))
    .map(([one, joint]) => `${one}${joint}0123456789abcdef`);
  const name = fc.oneof(text, hashed, fc.constantFrom('null', 'København', 'x'.repeat(200)));
  const derived = (profile: EventsProfile, kind: (typeof targetKinds)[number], one: string) =>
    profile.wireFormsOf(kind, one);
  fc.assert(
    fc.property(
      fc.constantFrom(...profiles),
      fc.constantFrom(...targetKinds),
      name,
      name,
      (profile, kind, a, b) => {
        // Also names that look like what the other one becomes.
        for (const other of [b, ...derived(profile, kind, a)]) {
          if (other === a) continue;
          const forms = derived(profile, kind, a);
          for (const form of derived(profile, kind, other))
            assert.ok(!forms.includes(form), `${a} and ${other}`);
          assert.equal(new Set(forms).size, forms.length);
        }
      },
    ),
    { numRuns: casesOf(800) },
  );
});
