import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { apply } from '../../src/api/apply.ts';
import { register } from '../../src/api/register.ts';
import { status } from '../../src/api/status.ts';
import { execute, pythonDatabase, sitesOf, testLoadId } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

async function setUp(t: TestContext) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 3 }));
  const simulator = await simulatorFor(t);
  const options = {
    dbPath,
    vtnUrl: simulator.url,
    bearerToken: 'x',
    retry: { maxAttempts: 2, baseMs: 1, capMs: 2 },
  };
  const failed = async () =>
    (await status({ dbPath })).latestFailures.map(({ externalResourceId }) => externalResourceId).sort();
  return { dbPath, simulator, options, failed };
}

test('a failure that was put right without apply is forgotten by an apply that finds the load as it should be', async (t) => {
  const { dbPath, simulator, options, failed } = await setUp(t);
  await register(options);
  const rename = (name: string) =>
    execute(dbPath, `UPDATE loads SET load_name = '${name}' WHERE load_id = '${testLoadId(1, 'load_2')}'`);
  rename('Pump');
  simulator.answerNext(1, { status: 422, body: '{}' }, 'PUT /resources/{id}');
  assert.equal((await apply(options)).failed, 1);
  assert.deepEqual(await failed(), ['site-00001_load_2'], 'it is still to be updated');
  rename('HVAC');
  const again = await apply(options);
  assert.deepEqual([again.success, again.plan.agrees], [true, true]);
  assert.deepEqual(await failed(), []);
});

test('failures of loads that are taken off the VTN, or are not wanted there any more, are forgotten', async (t) => {
  const { dbPath, simulator, options, failed } = await setUp(t);
  // One load of the site never came onto the VTN.
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /resources');
  await register({ ...options, pacing: { kind: 'window', concurrency: 1 } });
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /resources');
  execute(dbPath, "UPDATE resources SET address = 'Ny Vej 1' WHERE resource_id = 'site-00000'");
  simulator.answerNext(5, { status: 422, body: '{}' }, 'PUT /resources/{id}');
  assert.equal((await apply(options)).failed, 6);
  assert.equal((await failed()).length, 6);
  execute(dbPath, "UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00000'");
  const off = await apply(options);
  assert.deepEqual([off.success, off.removed], [true, 5]);
  assert.deepEqual(await failed(), []);
});

test('what could not be put right keeps its failure', async (t) => {
  const { simulator, options, failed } = await setUp(t);
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /resources');
  const pacing = { kind: 'window', concurrency: 1 } as const;
  await register({ ...options, pacing });
  assert.deepEqual(await failed(), ['site-00000_load_0']);
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /resources');
  assert.equal((await apply({ ...options, pacing })).success, false);
  assert.deepEqual(await failed(), ['site-00000_load_0']);
  assert.equal((await apply({ ...options, pacing })).created, 1);
  assert.deepEqual(await failed(), []);
});
