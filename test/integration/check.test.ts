import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { register } from '../../src/api/register.ts';
import { execute, pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

for (const dialect of ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const) {
  test(`${dialect}: with check, a run that has nothing to do asks the VTN, and tells what that has lost`, async (t) => {
    const { dbPath, simulator, options } = await registered(t, dialect);
    const requests = () => simulator.stats().requests;
    const before = requests();
    const unasked = await register(options);
    assert.deepEqual([unasked.success, unasked.checked, requests()], [true, null, before]);

    const { success, checked } = await register({ ...options, check: true });
    assert.deepEqual([success, checked], [true, { looked: 20, answered: 20, known: 20, lost: [] }]);
    assert.ok(requests() > before);

    // As if it had lost one of those that are looked for: the first of the first VEN always is.
    const [first] = query(
      dbPath,
      "SELECT l.load_id, r.resource_id || '_' || l.load_component AS id FROM loads l JOIN resources r USING (resource_id) WHERE ven = 'Aalborg' ORDER BY 2",
    ) as { load_id: string; id: string }[];
    execute(dbPath, `UPDATE loads SET vtn_resource_id = 'gone' WHERE load_id = '${first?.load_id}'`);
    const again = await register({ ...options, check: true });
    assert.equal(again.success, false);
    assert.deepEqual(again.checked, {
      looked: 20,
      answered: 20,
      known: 19,
      lost: [{ venId: 'Aalborg', externalResourceId: first?.id, vtnResourceId: 'gone' }],
    });
    const elsewhere = await register({ ...options, check: true, scope: { vens: ['Aarhus'] } });
    assert.deepEqual([elsewhere.success, elsewhere.checked?.lost], [true, []]);
  });
}

test('a check needs the VTN, which a dry run leaves alone', async (t) => {
  const { options } = await registered(t, 'flex-gateway');
  await assert.rejects(register({ ...options, check: true, dryRun: true }), { code: 'BAD_ARGUMENT' });
});

async function registered(t: TestContext, dialect: 'flex-gateway' | 'openadr-3.0' | 'openadr-3.1') {
  const simulator = await simulatorFor(t, { dialect });
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 3, Aarhus: 3 }));
  const options = { dbPath, vtnUrl: simulator.url, profile: dialect, bearerToken: 'x' };
  assert.equal((await register(options)).success, true);
  return { dbPath, simulator, options };
}
