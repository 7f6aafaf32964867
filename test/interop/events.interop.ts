/** Events on the real OpenLEADR of both generations: see docs/interop.md. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { query } from '../support/fleet-database.ts';
import { loadsOf, loadsWhere, post, registerTowns, told } from './following.ts';
import { dbPath, onEachOpenLeadr, vtn } from './suite.ts';

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

await onEachOpenLeadr(registerTowns, () => describe('events', events));
