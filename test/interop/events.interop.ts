/** Events on the real OpenLEADR of both generations: see docs/interop.md. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Dispatch, followEvents, type Sink } from '../../src/api/follow-events.ts';
import { type EventAction, postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import { query } from '../support/fleet-database.ts';
import { registrationAt, twoTowns } from './fleet.ts';
import { dbPath, onEachOpenLeadr, vtn } from './suite.ts';

/** An event for a level, for what these targets name: in 3.0 of these types. */
function post(
  action: EventAction,
  value: number,
  targets: readonly (readonly [type: string, value: string])[],
) {
  const { profile } = registrationAt(vtn);
  const isTyped = profile === 'openadr-3.0';
  const wish = {
    type: 'SIMPLE',
    values: [value],
    targets: targets.map(([type, text]) => ({ type: isTyped ? type : null, value: text })),
  };
  return postEvent({ ...registrationAt(vtn), action, wish });
}

/** Follows the events once: what loads were told. */
async function told(): Promise<Dispatch[]> {
  const came: Dispatch[] = [];
  const sink: Sink = {
    name: 'test',
    batchSize: 100,
    async handOver(batch) {
      came.push(...batch);
      return { failed: new Map() };
    },
    whichArrived: async () => new Set(),
    close: async () => undefined,
  };
  const summary = await followEvents({ dbPath, ...registrationAt(vtn), sinks: [sink], once: true });
  assert.deepEqual([summary.missed, summary.open], [0, 0]);
  return came;
}

const loadsWhere = (condition: string) =>
  query(
    dbPath,
    `SELECT load_id FROM loads JOIN resources USING (resource_id) WHERE vtn_resource_id IS NOT NULL AND ${condition}`,
  )
    .map(({ load_id }) => load_id)
    .sort();

const loadsOf = (came: readonly Dispatch[]) => came.map(({ load }) => load.loadId).sort();

function events() {
  test('an event made, changed and cancelled reaches exactly the loads that are meant', async () => {
    const { id } = await post({ kind: 'create' }, 2, [['GROUP', 'load_1']]);
    const first = await told();
    assert.deepEqual(loadsOf(first), loadsWhere("load_component = 'load_1'"));
    assert.equal(first.length, 98);
    assert.deepEqual(await told(), [], 'nothing is dispatched twice');

    await post({ kind: 'modify', id }, 1, [['VEN_NAME', 'Aalborg']]);
    const changed = await told();
    const taken = changed.filter(({ instruction }) => instruction.setpoints.length === 0);
    const given = changed.filter(({ instruction }) => instruction.setpoints[0]?.version === 2);
    assert.deepEqual(loadsOf(given), loadsWhere("ven = 'Aalborg'"));
    assert.deepEqual(loadsOf(taken), loadsWhere("ven = 'Aarhus' AND load_component = 'load_1'"));
    assert.equal(given.length + taken.length, changed.length);

    await post({ kind: 'cancel', id }, 1, []);
    const back = await told();
    assert.deepEqual(loadsOf(back), loadsWhere("ven = 'Aalborg'"));
    assert.ok(back.every(({ instruction }) => instruction.setpoints.length === 0));
  });

  test('an event for one load, by its meter point and by its id, reaches that one', async () => {
    const [load] = query(
      dbPath,
      "SELECT load_id, meter_point_id FROM loads JOIN resources USING (resource_id) WHERE ven = 'Aarhus' AND load_component = 'load_2' ORDER BY load_id LIMIT 1",
    );
    await post({ kind: 'create' }, 3, [['LOAD_ID', String(load?.load_id)]]);
    assert.deepEqual(loadsOf(await told()), [load?.load_id]);
    await post({ kind: 'create' }, 3, [['POWER_SERVICE_LOCATION', String(load?.meter_point_id)]]);
    const others = loadsWhere(`meter_point_id = '${load?.meter_point_id}'`);
    assert.deepEqual(loadsOf(await told()), others, 'of like events, the newer one counts');
    assert.equal(others.length, 6);
  });

  test('an event that is deleted is taken back', async () => {
    const { id } = await post({ kind: 'create' }, 2, [['GROUP', 'load_1']]);
    assert.equal((await told()).length, 98);
    const gone = await vtn.call(`/events/${id}`, { method: 'DELETE' });
    assert.equal(gone.status, 200);
    const back = await told();
    assert.equal(back.length, 98);
    assert.ok(back.every(({ instruction }) => instruction.setpoints.length === 0));
  });
}

await onEachOpenLeadr(
  async () => {
    const summary = await register({ dbPath, ...registrationAt(vtn), scope: { vens: twoTowns } });
    assert.equal(summary.loads.registered, 588);
  },
  () => describe('events', events),
);
