import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DuplicateAnswer } from '../../../src/simulator/index.ts';
import { running } from '../helpers.ts';
import { aalborg, loadBody, stored } from './loads.ts';

const answers: readonly [DuplicateAnswer, status: number, withId: boolean][] = [
  ['409-id', 409, true],
  ['409', 409, false],
  ['500', 500, false],
  ['existing-200', 200, true],
  ['existing-201', 201, true],
];

for (const [duplicates, status, withId] of answers) {
  test(`a resource that is there already gets ${duplicates}`, async (t) => {
    const [simulator, send] = await running(t, { duplicates });
    const [id] = await stored(send, 1);
    const again = await send('POST', '/resources', { ...loadBody(0), resource_name: 'Other' });
    assert.equal(again.status, status);
    assert.equal(again.body.id, withId ? id : undefined);
    if (status < 300) assert.equal(again.body.resource_name, loadBody(0).resource_name);
    const stats = simulator.stats();
    assert.deepEqual([stats.resources, stats.duplicates], [1, 0]);
  });
}

test('a VTN that takes duplicates stores, lists and counts them', async (t) => {
  const [simulator, send] = await running(t, { duplicates: 'accept' });
  const [id] = await stored(send, 1);
  const again = await send('POST', '/resources', loadBody(0));
  assert.equal(again.status, 201);
  const found = await send('GET', '/resources?external_resource_id=site-0_load_1');
  assert.deepEqual(
    found.body.map((one: { id: string }) => one.id),
    [id, again.body.id],
  );
  assert.deepEqual([simulator.stats().resources, simulator.stats().duplicates], [2, 1]);
  await send('DELETE', `/resources/${id}`);
  const left = await send('GET', '/resources?external_resource_id=site-0_load_1');
  assert.deepEqual(
    left.body.map((one: { id: string }) => one.id),
    [again.body.id],
  );
});

for (const venDuplicates of ['409-id', '409', 'existing-200'] as const) {
  test(`a VEN that is there already gets ${venDuplicates}`, async (t) => {
    const [simulator, send] = await running(t, { venDuplicates });
    const { body } = await send('POST', '/vens', aalborg);
    const again = await send('POST', '/vens', aalborg);
    assert.equal(again.status, venDuplicates === 'existing-200' ? 200 : 409);
    assert.equal(again.body.id, venDuplicates === '409' ? undefined : body.id);
    assert.equal(simulator.stats().vens, 1);
  });
}
