import assert from 'node:assert/strict';
import { test } from 'node:test';
import { running } from '../helpers.ts';
import { checksumOf, pointsPage } from '../points.ts';
import { aalborg, stored } from './loads.ts';

test('readings of a moment are checked and counted, each kind for itself', async (t) => {
  const [simulator, send] = await running(t);
  const [id] = await stored(send, 1);
  const ven = (await send('GET', `/vens?ven_name=${aalborg.ven_name}`)).body[0].id;
  const report = {
    report_name: 'Hotel_1736928000000',
    ven_id: ven,
    resource_id: id,
    client_name: 'Client_Aalborg',
    report_type: 'usage',
    reading_type: 'power',
    start: '2025-01-15T08:00:00Z',
    duration: 'PT0S',
    intervals: [{ id: 0, payloads: [{ type: 'USAGE', values: [1.234] }] }],
    resources: [{ resource_name: 'Hotel' }],
  };
  const made = await send('POST', '/reports', report);
  assert.equal(made.status, 201);
  assert.deepEqual({ ...made.body, id: undefined }, { ...report, id: undefined });
  const later = { ...report, start: '2025-01-15T08:00:03Z', load_component: 'load_1', program_id: 'p' };
  await send('POST', '/reports', later);
  await send('POST', '/reports', later);
  const hour = { ...report, report_type: 'demand', reading_type: 'energy', duration: 'PT1H' };
  await send('POST', '/reports', hour);
  const at = Date.UTC(2025, 0, 15, 8);
  const rest = {
    resource: id,
    externalId: 'site-0_load_1',
    ven: 'Aalborg',
    first: '2025-01-15T08:00:00.000Z',
  };
  assert.deepEqual(await pointsPage(simulator), [
    {
      ...rest,
      kind: 'usage power',
      points: 2,
      last: '2025-01-15T08:00:03.000Z',
      checksum: checksumOf([
        [at, 1.234],
        [at + 3000, 1.234],
      ]),
      again: 1,
      againChecksum: checksumOf([[at + 3000, 1.234]]),
    },
    {
      ...rest,
      kind: 'demand energy',
      points: 1,
      last: '2025-01-15T09:00:00.000Z',
      checksum: checksumOf([[at, 1.234]]),
      again: 0,
      againChecksum: '0'.repeat(16),
    },
  ]);

  const wrong = {
    report_type: 'USAGE',
    reading_type: 'kw',
    start: '2025-01-15T08:00:00',
    duration: '0',
    intervals: [],
    resources: [],
    client_name: '',
    load_component: 1,
    more: 1,
  };
  for (const [name, value] of Object.entries(wrong)) {
    const answer = await send('POST', '/reports', { ...report, [name]: value });
    assert.equal(answer.status, 422, name);
    assert.deepEqual(answer.body.detail[0].loc, ['body', name]);
  }
  const noNumber = [{ id: 0, payloads: [{ type: 'USAGE', values: ['1.2'] }] }];
  assert.equal((await send('POST', '/reports', { ...report, intervals: noNumber })).status, 422);
  assert.equal((await send('POST', '/reports', { ...report, resource_id: 'x' })).status, 404);
  assert.equal((await send('POST', '/reports', { ...report, ven_id: 'x' })).status, 404);
});
