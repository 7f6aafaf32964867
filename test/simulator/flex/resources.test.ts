import assert from 'node:assert/strict';
import { test } from 'node:test';
import { running } from '../helpers.ts';
import { aalborg, loadBody, loadBodyWithObject, stored } from './loads.ts';

test('a VEN and a load are stored, echoed and found again', async (t) => {
  const [simulator, send] = await running(t);
  const ven = await send('POST', '/vens', aalborg);
  assert.equal(ven.status, 201);
  assert.equal(ven.body.ven_name, 'Aalborg');
  const created = await send('POST', '/resources', loadBody(1));
  assert.equal(created.status, 201);
  const { id } = created.body;
  assert.notEqual(id, loadBody(1).id);
  assert.deepEqual(created.body, { ...loadBody(1), id });

  assert.deepEqual((await send('GET', `/resources/${id}`)).body, created.body);
  const found = await send('GET', '/resources?external_resource_id=site-1_load_1');
  assert.deepEqual(found.body, [created.body]);
  assert.deepEqual((await send('GET', '/resources?external_resource_id=other')).body, []);
  assert.equal((await send('GET', '/vens?ven_name=Aalborg')).body[0].id, ven.body.id);
  assert.deepEqual(
    [...simulator.resources()],
    [
      {
        id,
        externalId: 'site-1_load_1',
        ven: 'Aalborg',
        name: loadBody(1).resource_name,
        loadId: loadBody(1).id,
      },
    ],
  );
  const stats = simulator.stats();
  assert.deepEqual(stats.answers['POST /resources'], { 201: 1 });
  assert.deepEqual([stats.vens, stats.resources, stats.duplicates, stats.inFlight], [1, 1, 0, 0]);
});

test('an echo is right even where the body is written unusually', async (t) => {
  const [, send] = await running(t);
  await stored(send, 0);
  const { id, ...rest } = loadBody(1);
  const created = await send('POST', '/resources', JSON.stringify({ ...rest, id }, undefined, 2));
  assert.equal(created.status, 201);
  assert.deepEqual(created.body, { ...rest, id: created.body.id });
  assert.notEqual(created.body.id, id);
});

test('service_location as an object is taken where asked for, and told apart', async (t) => {
  const [simulator, send] = await running(t, { serviceLocation: 'object' });
  await stored(send, 0);
  const wrong = await send('POST', '/resources', loadBody(1));
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.body.detail[0].loc, ['body', 'service_location']);
  const right = await send('POST', '/resources', loadBodyWithObject(1));
  assert.equal(right.status, 201);
  assert.deepEqual((await send('GET', `/resources/${right.body.id}`)).body, right.body);
  simulator.set({ serviceLocation: 'string' });
  const other = await send('POST', '/resources', loadBodyWithObject(2));
  assert.equal(other.status, 422);
  assert.deepEqual(other.body.detail[0].loc, ['body', 'service_location']);
});

type Body = ReturnType<typeof loadBody>;
const attributeAt = (at: number, change: object) => (body: Body) => ({
  ...body,
  attributes: body.attributes.map((one, index) => (index === at ? { ...one, ...change } : one)),
});

const refused: readonly [string, (body: Body) => object, loc: string][] = [
  ['an id that is no UUID', (b) => ({ ...b, id: 'load-1' }), 'id'],
  ['no id', ({ id: _, ...b }) => b, 'id'],
  ['an unknown field', (b) => ({ ...b, enabled: true }), 'enabled'],
  ['an empty name', (b) => ({ ...b, resource_name: ' ' }), 'resource_name'],
  ['an unknown type', (b) => ({ ...b, resource_type: 'dsr' }), 'resource_type'],
  ['the text None as a meter point', (b) => ({ ...b, service_location: 'None' }), 'service_location'],
  ['null as a meter point', (b) => ({ ...b, service_location: null }), 'service_location'],
  ['a number as a meter point', (b) => ({ ...b, service_location: 707057 }), 'service_location'],
  ['attributes that are no list', (b) => ({ ...b, attributes: {} }), 'attributes'],
  [
    'the external id of another component',
    (b) => ({ ...b, external_resource_id: 'a_load_2' }),
    'external_resource_id',
  ],
  ['no load_component', (b) => ({ ...b, attributes: b.attributes.slice(0, 6) }), 'attributes'],
  ['attributes out of order', (b) => ({ ...b, attributes: b.attributes.toReversed() }), 'attributes'],
  ['an attribute twice', (b) => ({ ...b, attributes: [...b.attributes, b.attributes[8]] }), 'attributes'],
  ['a number as a value', attributeAt(1, { attribute_values: [50] }), 'attributes'],
  ['the text null as a value', attributeAt(5, { attribute_values: ['null'] }), 'attributes'],
  ['no value', attributeAt(5, { attribute_values: [] }), 'attributes'],
  ['two values', attributeAt(5, { attribute_values: ['a', 'b'] }), 'attributes'],
  ['a type with capitals', attributeAt(1, { attribute_type: 'P_max_kw' }), 'attributes'],
  ['a type of another name', attributeAt(1, { attribute_type: 'p_min_kw' }), 'attributes'],
  ['a field more in an attribute', attributeAt(1, { unit: 'kW' }), 'attributes'],
  ['a latitude of 91 degrees', attributeAt(4, { attribute_values: ['91'] }), 'attributes'],
];

for (const [what, change, loc] of refused) {
  test(`refused with 422: ${what}`, async (t) => {
    const [simulator, send] = await running(t);
    await stored(send, 0);
    const answer = await send('POST', '/resources', change(loadBody(1)));
    assert.equal(answer.status, 422, answer.text);
    assert.equal(answer.body.detail[0].loc[1], loc, answer.text);
    assert.equal(simulator.stats().resources, 0);
  });
}

test('refused: no token, no JSON, unknown VEN, unknown path, wrong method, wrong query', async (t) => {
  const [, send] = await running(t, { unknownVenStatus: 404 });
  assert.equal((await send('POST', '/resources', loadBody(1), { authorization: 'Basic eDp5' })).status, 401);
  assert.equal((await send('POST', '/resources', loadBody(1), { authorization: 'Bearer ' })).status, 401);
  assert.equal((await send('POST', '/resources', loadBody(1), { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await send('POST', '/resources', '{"id":')).status, 422);
  assert.equal((await send('POST', '/resources', loadBody(1))).status, 404);
  assert.equal((await send('POST', '/vens', { ven_name: 'Aalborg' })).status, 422);
  assert.equal((await send('GET', '/resource')).status, 404);
  assert.equal((await send('PATCH', '/resources')).status, 405);
  assert.equal((await send('GET', '/resources?limit=51')).status, 422);
  assert.equal((await send('GET', '/resources?external_id=x')).status, 422);
});

test('listings come in pages of at most 50, in the order asked for', async (t) => {
  const [simulator, send] = await running(t);
  const ids = await stored(send, 60);
  const all = async () => {
    const first = (await send('GET', '/resources?limit=50')).body;
    const rest = (await send('GET', '/resources?skip=50')).body;
    assert.deepEqual([first.length, rest.length], [50, 10]);
    return [...first, ...rest].map((one: { id: string }) => one.id);
  };
  assert.deepEqual(await all(), ids);
  simulator.set({ order: 'reverse' });
  assert.deepEqual(await all(), ids.toReversed());
  simulator.set({ order: 'shuffled' });
  const shuffled = await all();
  assert.notDeepEqual(shuffled, ids);
  assert.deepEqual(shuffled.toSorted(), ids.toSorted());
  assert.equal((await send('GET', '/resources?ven_name=Aalborg&skip=55')).body.length, 5);
});

test('a resource is replaced and deleted; a VEN only once it has none', async (t) => {
  const [simulator, send] = await running(t);
  const [first, second] = await stored(send, 2);
  const venId = (await send('GET', '/vens?ven_name=Aalborg')).body[0].id;
  const changed = { ...loadBody(0), resource_name: 'New name' };
  assert.equal((await send('PUT', `/resources/${first}`, changed)).body.resource_name, 'New name');
  assert.equal((await send('PUT', `/resources/${first}`, loadBody(1))).status, 409);
  // What is to be changed is looked up before the body is read.
  assert.equal((await send('PUT', '/resources/nothing', '{')).status, 404);
  assert.equal((await send('DELETE', `/vens/${venId}`)).status, 409);
  assert.equal((await send('DELETE', `/resources/${first}`)).status, 200);
  assert.equal((await send('GET', `/resources/${first}`)).status, 404);
  assert.deepEqual((await send('GET', '/resources?external_resource_id=site-0_load_1')).body, []);
  assert.equal((await send('DELETE', `/resources/${second}`)).status, 200);
  assert.equal((await send('DELETE', `/vens/${venId}`)).status, 200);
  assert.deepEqual([simulator.stats().vens, simulator.stats().resources], [0, 0]);
});

test('a wiped VTN forgets everything and gives out new ids', async (t) => {
  const [simulator, send] = await running(t);
  const before = await stored(send, 1);
  simulator.wipe();
  assert.equal((await send('GET', `/resources/${before[0]}`)).status, 404);
  const after = await stored(send, 1);
  assert.notDeepEqual(after, before);
});
