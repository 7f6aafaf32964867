import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Dispatch, type FollowEventsOptions, followEvents } from '../../src/api/follow-events.ts';
import { register } from '../../src/api/register.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, query, testLoadId } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { takingAll } from '../support/taking-sink.ts';

/*
 * Registration writes what events may name, and the resolving of events reads it: each test reads the VTN for what was written,
 * has an event name that, and looks which loads are told. All events of a test are read at once; each asks with a payload type of
 * its own, so that none stands before another.
 */

type ProfileName = 'openadr-3.0' | 'openadr-3.1' | 'flex-gateway';
const loads = { load_1: 'Water Heater', load_2: 'HVAC' };
const longName = 'Llanfair'.repeat(18);
/** Names that a VTN may take only in another form, that several things share, or that are missing. */
const sites = [
  { ven: 'Aalborg', name: 'Netto', loads },
  { ven: 'Aalborg', name: 'Netto', subType: 'Spas & Pools', loads },
  { ven: 'København Ø', name: 'Føtex', meterPointId: 'DK 12/3', loads },
  { ven: longName, name: 'Netto', subType: null, loads: { ...loads, 'pump 9': 'HVAC' } },
];
const allLoads = sites.flatMap((site, at) => Object.keys(site.loads).map((name) => testLoadId(at, name)));

interface Resource {
  readonly id: string;
  readonly targets?: readonly unknown[];
  readonly [field: string]: unknown;
}

/** The fleet on its VTN, and what the VTN has of each load, by the load's id. */
async function registered(t: TestContext, profile: ProfileName) {
  const dbPath = pythonDatabase(t, sites);
  const simulator = await simulatorFor(t, { dialect: profile });
  const vtn = { vtnUrl: simulator.url, profile, bearerToken: 'secret' };
  assert.equal((await register({ dbPath, ...vtn })).success, true);
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const answer = await fetch(`${simulator.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  const vens: { id: string; venName?: string; ven_name?: string }[] = await ask('GET', '/vens');
  const paths = profile === 'openadr-3.0' ? vens.map(({ id }) => `/vens/${id}/resources`) : ['/resources'];
  const resources: Resource[] = (await Promise.all(paths.map((path) => ask('GET', path)))).flat();
  const loadOf = new Map(
    query(dbPath, 'SELECT load_id, vtn_resource_id FROM loads').map((row) => [
      row.vtn_resource_id,
      String(row.load_id),
    ]),
  );
  const wire = new Map(resources.map((resource) => [loadOf.get(resource.id) ?? '', resource]));
  assert.deepEqual([...wire.keys()].sort(), allLoads.toSorted());
  return { dbPath, vtn, ask, vens, wire };
}

type Fleet = Awaited<ReturnType<typeof registered>>;

/** Whom an event names, and which loads these should be. */
interface Naming {
  readonly names: unknown;
  readonly loads: readonly string[];
}

const period = () => ({ start: new Date(Date.now() - 60_000).toISOString(), duration: 'PT1H' });
const intervalsAsking = (at: number) => [{ id: 0, payloads: [{ type: `ASK_${at}`, values: [1] }] }];

/** Follows the VTN's events once, and holds the loads that are told something of each against those that are meant. */
async function assertReached(
  { dbPath, vtn }: Fleet,
  namings: readonly Naming[],
  options: Partial<FollowEventsOptions> = {},
) {
  const told: Dispatch[] = [];
  await followEvents({ dbPath, ...vtn, sinks: [takingAll(told)], once: true, ...options });
  const reached = namings.map((_, at) =>
    told.filter(({ instruction }) => instruction.setpoints.some(({ type }) => type === `ASK_${at}`)),
  );
  for (const [at, { names, loads: meant }] of namings.entries())
    assert.deepEqual(
      reached[at]?.map(({ load }) => load.loadId).sort(),
      meant.toSorted(),
      `${JSON.stringify(names)} means others`,
    );
}

/** One naming for each target that the VTN has, with the loads that have it. */
function namingsOfWire(wire: Fleet['wire'], targetsOf: (resource: Resource) => readonly unknown[]): Naming[] {
  const byText = new Map<string, string[]>();
  for (const [loadId, resource] of wire) {
    for (const target of targetsOf(resource)) {
      const text = JSON.stringify([target]);
      byText.set(text, [...(byText.get(text) ?? []), loadId]);
    }
  }
  return [...byText].map(([text, ids]) => ({ names: JSON.parse(text), loads: ids }));
}

const idsOf = (wanted: (site: (typeof sites)[number], component: string) => boolean) =>
  sites.flatMap((site, at) =>
    Object.keys(site.loads)
      .filter((component) => wanted(site, component))
      .map((component) => testLoadId(at, component)),
  );

async function postOpenAdr({ ask }: Fleet, namings: readonly Naming[], program: object = {}) {
  const { id: programID } = await ask('POST', '/programs', { programName: 'P', ...program });
  for (const [at, { names }] of namings.entries())
    await ask('POST', '/events', {
      ...{ programID, eventName: `E${at}`, intervalPeriod: period(), intervals: intervalsAsking(at) },
      ...(names !== undefined && { targets: names }),
    });
}

type ValuesMap = { readonly type: string; readonly values: readonly string[] };

test('openadr-3.0: whatever targets registration gave a load reach it, and so do the names in the database', async (t) => {
  const fleet = await registered(t, 'openadr-3.0');
  const single = namingsOfWire(fleet.wire, ({ targets }) =>
    (targets as ValuesMap[]).flatMap(({ type, values }) =>
      values.map((value) => ({ type, values: [value] })),
    ),
  );
  const types = new Set(single.map(({ names }) => (names as ValuesMap[])[0]?.type));
  assert.deepEqual([...types].sort(), [
    'GROUP',
    'LOAD_ID',
    'POWER_SERVICE_LOCATION',
    'RESOURCE_NAME',
    'VEN_NAME',
  ]);
  const named = (type: string, ...values: unknown[]) => ({ type, values });
  const ofNetto = idsOf((site) => site.name === 'Netto' && site.ven === 'Aalborg');
  const namings: Naming[] = [
    ...single,
    { names: undefined, loads: allLoads },
    { names: [named('VEN_NAME', longName)], loads: idsOf(({ ven }) => ven === longName) },
    { names: [named('VEN_NAME', 'København Ø')], loads: idsOf(({ ven }) => ven === 'København Ø') },
    {
      names: [named('GROUP', 'pump 9', 'Spas & Pools')],
      loads: idsOf(({ subType }, component) => subType === 'Spas & Pools' || component === 'pump 9'),
    },
    // Of targets of several types each must name a load.
    {
      names: [named('VEN_NAME', 'Aalborg'), named('GROUP', 'load_2')],
      loads: idsOf(({ ven }, component) => ven === 'Aalborg' && component === 'load_2'),
    },
    { names: [named('VEN_NAME', 'Aalborg'), named('POWER_SERVICE_LOCATION', 'DK 12/3')], loads: [] },
    { names: [named('PROGRAM_NAME', 'P'), named('VEN_NAME', 'Aalborg')], loads: ofNetto },
    { names: [named('PROGRAM_NAME', 'Q')], loads: [] },
    { names: [named('SERVICE_AREA', 'DK1')], loads: [] },
    { names: [named('VEN_NAME', 'aalborg')], loads: [] },
    { names: [named('RESOURCE_NAME', 'Netto - Water Heater')], loads: [testLoadId(3, 'load_1')] },
  ];
  await postOpenAdr(fleet, namings);
  await assertReached(fleet, namings);
});

test('openadr-3.0: with --target-rule any, one type is enough; the VENs of the program bound it', async (t) => {
  const fleet = await registered(t, 'openadr-3.0');
  const named = (type: string, ...values: string[]) => ({ type, values });
  const ofAalborg = idsOf(({ ven }) => ven === 'Aalborg');
  const namings: Naming[] = [
    {
      names: [named('VEN_NAME', 'Aalborg'), named('GROUP', 'load_2')],
      loads: [...new Set([...ofAalborg, testLoadId(3, 'load_2')])],
    },
    { names: undefined, loads: idsOf(({ ven }) => ven !== 'København Ø') },
  ];
  // VENs by the names that registration gave them; of each target OpenLEADR takes one.
  const names = fleet.vens.map(({ venName = '' }) => venName).filter((name) => name !== 'København Ø');
  await postOpenAdr(fleet, namings, { targets: names.map((name) => named('VEN_NAME', name)) });
  await assertReached(fleet, namings, { targetRule: 'any' });
});

test('openadr-3.1: whatever targets registration gave a load or its VEN reach it', async (t) => {
  const fleet = await registered(t, 'openadr-3.1');
  const single = namingsOfWire(fleet.wire, ({ targets }) => targets as string[]);
  const ofVens = fleet.vens.flatMap((ven) => (ven as unknown as { targets: string[] }).targets);
  assert.equal(ofVens.length, 3);
  for (const target of ofVens) assert.ok(single.some(({ names }) => (names as string[])[0] === target));
  const [, københavn = ''] = ofVens.toSorted();
  assert.match(københavn, /^K_benhavn__-[0-9a-f]{16}$/);
  const namings: Naming[] = [
    ...single,
    { names: undefined, loads: allLoads },
    // Whoever has one of them is meant.
    {
      names: ['Aalborg', 'load_2'],
      loads: idsOf(({ ven }, component) => ven === 'Aalborg' || component === 'load_2'),
    },
    {
      names: [københavn, 'Hotels', 'nobody'],
      loads: idsOf(({ ven, ...site }) => ven === 'København Ø' || !('subType' in site)),
    },
    { names: ['nobody'], loads: [] },
    { names: ['K_benhavn'], loads: [] },
  ];
  await postOpenAdr(fleet, namings);
  await assertReached(fleet, namings);
});

test('flex-gateway: whatever the gateway was told of an enrolled load reaches it, as a typed target or as a plain text', async (t) => {
  const fleet = await registered(t, 'flex-gateway');
  const { ask, wire, vens, dbPath } = fleet;
  const [stranger = ''] = allLoads;
  const attributesOf = (resource: Resource) =>
    (resource.attributes as { attribute_type: string; attribute_values: string[] }[]).filter(
      ({ attribute_type }) => ['resource_sub_type', 'load_component'].includes(attribute_type),
    );
  const typed = namingsOfWire(wire, (resource) => [
    ...['ven_name', 'resource_name', 'service_location'].map((type) => ({ type, values: [resource[type]] })),
    { type: 'resource_id', values: [resource.id] },
    ...attributesOf(resource).map(({ attribute_type: type, attribute_values: values }) => ({ type, values })),
  ]);
  const plain = typed.map(({ names, loads: ids }) => ({
    names: (names as ValuesMap[])[0]?.values,
    loads: ids,
  }));
  const named = (type: string, ...values: string[]) => ({ type, values });
  const namings: Naming[] = [
    ...[...typed, ...plain],
    ...allLoads.slice(0, 2).map((id) => ({ names: [named('LOAD_ID', id)], loads: [id] })),
    { names: [named('GROUP', 'load_2'), named('VEN_NAME', longName)], loads: [testLoadId(3, 'load_2')] },
    { names: [named('group', 'pump 9')], loads: [testLoadId(3, 'pump 9')] },
    { names: undefined, loads: allLoads },
    { names: [named('region', 'DK1')], loads: [] },
    { names: ['nobody'], loads: [] },
  ];
  const ofVens = vens.map(({ id, ven_name }) => ({
    names: { ven_id: id },
    loads: idsOf(({ ven }) => ven === ven_name),
  }));
  const all = [...namings, ...ofVens];

  const { id: program } = await ask('POST', '/programs', { program_name: 'P' });
  const enrolled = [...wire].filter(([loadId]) => loadId !== stranger);
  for (const [, { id }] of enrolled) await ask('POST', `/programs/${program}/resources?resource_id=${id}`);
  const store = await openStore(dbPath);
  await store.recordEnrolled(
    program,
    enrolled.map(([loadId, { id }]) => ({ loadId, vtnResourceId: id })),
  );
  await store.close();
  const { start } = period();
  for (const [at, { names }] of all.entries()) {
    const isVen = typeof names === 'object' && !Array.isArray(names);
    await ask('POST', '/events', {
      ...{ event_name: `E${at}`, program_id: program, start_date: start, intervals: intervalsAsking(at) },
      ...(isVen ? names : names !== undefined && { event_targets: names }),
      end_date: new Date(Date.now() + 3_600_000).toISOString(),
    });
  }
  const withoutStranger = all.map((one) => ({ ...one, loads: one.loads.filter((id) => id !== stranger) }));
  await assertReached(fleet, withoutStranger);
});
