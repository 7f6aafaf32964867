/** Events that VENs with credentials of their own read and answer, on the real OpenLEADR: see docs/interop.md. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ClientCredentials } from '../../src/api/connect-vtn.ts';
import type { Dispatch } from '../../src/api/follow-events.ts';
import { type EventAction, type EventWish, postEvent } from '../../src/api/post-event.ts';
import { query } from '../support/fleet-database.ts';
import { writeMeterFile } from '../support/meter-file.ts';
import { registrationAt, twoTowns } from './fleet.ts';
import { credentialsOfTowns, loadsOf, loadsWhere, registerTowns, targetsOf, told } from './following.ts';
import { dbPath, onEachOpenLeadr, vtn } from './suite.ts';

let venCredentials: Record<string, ClientCredentials>;

/** Makes an object as business logic: its id. */
async function made(path: string, body: object): Promise<string> {
  const answer = await vtn.call(path, { method: 'POST', body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.id;
}

const ofType = (type: string, value: string) =>
  vtn.generation === '3.0' ? [{ type, values: [value] }] : [value];

/** Reports in its database: by name, `VEN resource interval type value` of each value. */
async function reportsOn(eventId: string): Promise<Map<string, string[]>> {
  const text = await vtn.sql(
    `SELECT json_build_array(report_name, client_name, resources) FROM report WHERE event_id = '${eventId}'`,
  );
  const lines = text.split('\n').filter((line) => line !== '');
  const byName = new Map(
    lines.map((line) => JSON.parse(line)).map(([name, ...rest]) => [name, valuesIn(rest)]),
  );
  assert.equal(byName.size, lines.length, 'names are used once');
  return byName;
}

interface HeldEntry {
  readonly resourceName: string;
  readonly intervals: readonly {
    readonly id: number;
    readonly payloads: readonly { readonly type: string; readonly values: readonly unknown[] }[];
  }[];
}

function valuesIn([client, resources]: [string, HeldEntry[]]): string[] {
  const values = resources.flatMap(({ resourceName, intervals }) =>
    intervals.flatMap(({ id, payloads }) =>
      payloads.map(({ type, values }) => [client, resourceName, id, type, ...values.map(rounded)].join(' ')),
    ),
  );
  return values.sort();
}

/** The server may give doubles back one unit in the last place off. */
const rounded = (value: unknown) => (typeof value === 'number' ? value.toFixed(6) : value);

interface HeatedLoad {
  readonly meter: string;
  /** The name of its resource on the VTN. */
  readonly name: string;
}

/** The water heaters of a town, under the names that the VTN's database has. */
async function waterHeaters(town: string): Promise<HeatedLoad[]> {
  const text = await vtn.sql('SELECT json_build_array(id, resource_name) FROM resource');
  const names = new Map<string, string>(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  return query(
    dbPath,
    `SELECT loads.h5_meter_id AS meter, vtn_resource_id AS id FROM loads JOIN resources USING (resource_id)
     WHERE ven = '${town}' AND load_component = 'load_1'`,
  ).map(({ meter, id }) => ({ meter: String(meter), name: names.get(String(id)) ?? assert.fail() }));
}

const hourMs = 3_600_000;
const wattsOf = ({ meter }: HeatedLoad, hour: number) => Number(meter.replace(/\D/g, '').slice(-4)) + hour;

function answers() {
  test('reports that an event asks for stand in its database once, of the right loads, as metered', async () => {
    const startMs = Math.floor(Date.now() / 1000) * 1000 - 2.5 * hourMs;
    const programID = await made('/programs', { objectType: 'PROGRAM', programName: 'Flex' });
    const eventId = await made('/events', {
      objectType: 'EVENT',
      programID,
      targets: ofType('GROUP', 'load_1'),
      intervalPeriod: { start: new Date(startMs).toISOString(), duration: 'PT1H' },
      intervals: [1, 2, 3].map((level, id) => ({ id, payloads: [{ type: 'SIMPLE', values: [level] }] })),
      reportDescriptors: [
        { payloadType: 'POWER_LIMIT_ACKNOWLEDGEMENT' },
        { payloadType: 'SIMPLE_LEVEL', historical: false, startInterval: 2, numIntervals: 1 },
        { payloadType: 'USAGE', startInterval: 1, numIntervals: 2 },
        { payloadType: 'USAGE', startInterval: 1, numIntervals: 2, aggregate: true },
      ],
    });
    const towns = await Promise.all(
      twoTowns.map(async (town) => ({ town, loads: await waterHeaters(town) })),
    );
    const meterData = join(dbPath, '..', 'meters.h5');
    const rowsOf = (load: HeatedLoad) =>
      [0, 1, 2].map((hour) => [startMs / 1000 + hour * 3_600, wattsOf(load, hour)] as const);
    await writeMeterFile(
      meterData,
      Object.fromEntries(
        towns.flatMap(({ loads }) => loads.map((one) => [one.meter, { load_1: rowsOf(one) }])),
      ),
    );
    assert.equal((await told({ venCredentials, meterData })).length, 98);

    const held = await reportsOn(eventId);
    for (const { town, loads } of towns) {
      const each = (text: (load: HeatedLoad) => string[]) =>
        loads.flatMap((load) => text(load).map((rest) => `${town} ${load.name} ${rest}`)).sort();
      const usage = (hour: number, of: readonly HeatedLoad[]) =>
        `${hour} USAGE ${rounded(of.reduce((sum, load) => sum + wattsOf(load, hour) / 1000, 0))}`;
      const expected: [name: string, values: string[]][] = [
        [`ack-${eventId}-v1`, each(() => ['0 POWER_LIMIT_ACKNOWLEDGEMENT true'])],
        [`report-${eventId}-v1-d1-0`, each(() => ['2 SIMPLE_LEVEL 3.000000'])],
        [`report-${eventId}-v1-d2-0`, each((load) => [usage(0, [load]), usage(1, [load])])],
        [
          `report-${eventId}-v1-d3-0`,
          [0, 1].map((hour) => `${town} AGGREGATED_REPORT ${usage(hour, loads)}`),
        ],
      ];
      for (const [name, values] of expected) {
        const ofTown = [...held].filter(([key, [first]]) => key.startsWith(name) && first?.startsWith(town));
        assert.deepEqual(
          ofTown.map(([, found]) => found),
          [values],
          `${town} ${name}`,
        );
        assert.match(ofTown[0]?.[0].slice(name.length) ?? '', /^-[0-9a-f]{16}$/);
      }
    }
    assert.equal(held.size, 4 * twoTowns.length, 'and no others');

    assert.deepEqual(await told({ venCredentials, meterData }), []);
    assert.deepEqual(await reportsOn(eventId), held, 'a second run adds nothing');
    const gone = await vtn.call(`/events/${eventId}`, { method: 'DELETE' });
    assert.equal(gone.status, 409, gone.text);
  });
}

/** What makes an event one VEN's: in 3.1 its targets, in 3.0 those of its program, which the event's do not narrow. */
async function onlyFor(town: string): Promise<Partial<EventWish>> {
  if (vtn.generation === '3.1') return { program: 'Flex', targets: targetsOf([['VEN_NAME', town]]) };
  return { program: await made('/programs', { programName: town, targets: ofType('VEN_NAME', town) }) };
}

function reading() {
  test('each VEN sees its own events and those for all, and each load is told once', async () => {
    const at = registrationAt(vtn);
    const ask = (action: EventAction, wish: EventWish) => postEvent({ ...at, action, wish });
    const level = (value: number, rest: Partial<EventWish>) =>
      ask({ kind: 'create' }, { type: 'SIMPLE', values: [value], ...rest });
    const seenBy = async (town: string): Promise<string[]> => {
      const token = await vtn.token(venCredentials[town] as ClientCredentials);
      const seen = await vtn.call('/events', { token });
      return seen.body.map(({ id }: { id: string }) => id).sort();
    };
    const levels = (came: readonly Dispatch[], value: number | undefined) =>
      loadsOf(came.filter(({ instruction: { setpoints } }) => setpoints[0]?.values[0] === value));
    const [aalborg, aarhus] = twoTowns.map((town) => loadsWhere(`ven = '${town}'`));

    const { id: all } = await level(1, { program: 'For all' });
    const first = await told({ venCredentials });
    assert.deepEqual(loadsOf(first), loadsWhere('true'), 'an event that both VENs see is told once');

    const ofAalborg = await onlyFor('Aalborg');
    const ofAarhus = await onlyFor('Aarhus');
    const { id: one } = await level(2, ofAalborg);
    const { id: other } = await level(3, ofAarhus);
    assert.deepEqual(await seenBy('Aalborg'), [all, one].sort());
    assert.deepEqual(await seenBy('Aarhus'), [all, other].sort());
    const second = await told({ venCredentials });
    assert.deepEqual([levels(second, 2), levels(second, 3)], [aalborg, aarhus]);
    assert.equal(second.length, 588);
    assert.deepEqual(await told({ venCredentials }), [], 'nothing is dispatched twice');

    await ask({ kind: 'modify', id: one }, { ...ofAarhus, priority: 0 });
    assert.deepEqual(await seenBy('Aalborg'), [all]);
    const moved = await told({ venCredentials });
    assert.deepEqual(levels(moved, 1), aalborg, 'for these, the event for all counts again');
    assert.deepEqual(levels(moved, 2), aarhus, 'and these it has reached instead');
    assert.equal(moved.length, 588);
  });
}

await onEachOpenLeadr(
  async () => {
    await registerTowns();
    venCredentials = await credentialsOfTowns();
  },
  () => {
    describe('reading', reading);
    describe('answers', answers);
  },
);
