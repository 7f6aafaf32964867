import assert from 'node:assert/strict';
import { test } from 'node:test';
import { running, type Send } from '../helpers.ts';
import { loadBody } from './loads.ts';

const hour = 3_600_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();

async function program(send: Send, program_name = 'DR'): Promise<string> {
  const { status, body } = await send('POST', '/programs', { program_name });
  assert.equal(status, 201);
  return body.id;
}

const eventIn = (program_id: string, more: object = {}) => ({
  ...{ event_name: 'E', program_id, start_date: at(-hour), end_date: at(hour) },
  ...more,
});

async function ven(send: Send, ven_name = 'Aalborg') {
  return (await send('POST', '/vens', { ven_name, client_name: `Client_${ven_name}` })).body;
}

const resource = async (send: Send) => {
  const { status, body, text } = await send('POST', '/resources', loadBody(1));
  assert.equal(status, 201, text);
  return body;
};

test('an event is kept as it was sent; its status follows the clock', async (t) => {
  const [, send] = await running(t);
  const program_id = await program(send);
  const intervals = [
    {
      id: 0,
      interval_period: { start: at(0), duration: 'PT15M' },
      payloads: [{ type: 'SIMPLE', values: [2] }],
    },
  ];
  const more = { priority: 1, event_targets: ['load_2', { type: 'LOAD', values: ['x'] }], intervals };
  const made = await send('POST', '/events', eventIn(program_id, more));
  assert.equal(made.status, 201, made.text);
  const { id, created_date, modification_date, start_date, end_date, ...rest } = made.body;
  assert.equal(created_date, modification_date);
  assert.deepEqual(rest, {
    ...{ event_name: 'E', program_id, status: 'active', modification_number: 0, ...more },
    ...{ ven_id: null, notification_period: null },
  });
  const later = await send('POST', '/events', eventIn(program_id, { start_date: at(hour), end_date: null }));
  assert.deepEqual([later.body.status, later.body.end_date], ['scheduled', null]);
  const past = eventIn(program_id, {
    start_date: '2025-01-15T08:00:00',
    end_date: '2025-01-15T09:00:00+02:00',
  });
  assert.equal((await send('POST', '/events', past)).status, 422);
  const over = { ...past, end_date: '2025-01-15T09:00:00' };
  assert.equal((await send('POST', '/events', over)).body.status, 'completed');
  assert.deepEqual((await send('GET', `/events/${id}`)).body, made.body);
  const listed = async (query: string) => (await send('GET', `/events${query}`)).body.length;
  assert.deepEqual([await listed(''), await listed('?status=active'), await listed('?limit=2')], [3, 1, 2]);
});

test('all events come at once: no pages unless asked for', async (t) => {
  const [, send] = await running(t);
  const program_id = await program(send);
  for (let n = 0; n < 60; n += 1) await send('POST', '/events', eventIn(program_id, { event_name: `E${n}` }));
  assert.equal((await send('GET', '/events')).body.length, 60);
});

test('a change raises the modification number; a cancelled event stays, or goes', async (t) => {
  const [simulator, send] = await running(t);
  const program_id = await program(send);
  const { body: made } = await send('POST', '/events', eventIn(program_id));
  const changed = await send('PUT', `/events/${made.id}`, eventIn(program_id, { priority: 0 }));
  assert.deepEqual([changed.status, changed.body.modification_number, changed.body.priority], [200, 1, 0]);
  const cancelled = await send('PUT', `/events/${made.id}`, eventIn(program_id, { status: 'cancelled' }));
  assert.deepEqual([cancelled.body.status, cancelled.body.modification_number], ['cancelled', 2]);
  const { body: other } = await send('POST', '/events', eventIn(program_id));
  assert.equal((await send('DELETE', `/events/${other.id}`)).status, 200);
  const { status, modification_number } = (await send('GET', `/events/${other.id}`)).body;
  assert.deepEqual([status, modification_number], ['cancelled', 1]);
  simulator.set({ deletedEvents: 'gone' });
  await send('DELETE', `/events/${other.id}`);
  assert.equal((await send('GET', `/events/${other.id}`)).status, 404);
  assert.equal((await send('PUT', '/events/nonsense', eventIn(program_id))).status, 404);
});

test('an event is checked', async (t) => {
  const [, send] = await running(t);
  const program_id = await program(send);
  const payloads = [{ type: 'SIMPLE', values: [1] }];
  const bad: [object, (string | number)[]][] = [
    [{ event_name: '' }, ['event_name']],
    [{ start_date: 'now' }, ['start_date']],
    [{ priority: -1 }, ['priority']],
    [{ status: 'pending' }, ['status']],
    [{ nonsense: 1 }, ['nonsense']],
    [{ event_targets: [7] }, ['event_targets', 0]],
    [{ intervals: [{ id: 0, payloads: [] }] }, ['intervals', 0, 'payloads']],
    [{ intervals: [{ id: 'a', payloads }] }, ['intervals', 0, 'id']],
    [
      { intervals: [{ id: 0, payloads, interval_period: { duration: '1h' } }] },
      ['intervals', 0, 'interval_period', 'duration'],
    ],
  ];
  for (const [change, loc] of bad) {
    const { status, body } = await send('POST', '/events', eventIn(program_id, change));
    assert.deepEqual([status, body.detail[0].loc], [422, ['body', ...loc]]);
  }
  assert.equal((await send('POST', '/events', eventIn('nonsense'))).status, 404);
  assert.equal((await send('POST', '/events', eventIn(program_id, { ven_id: 'nonsense' }))).status, 404);
  assert.equal((await send('POST', '/events', [])).status, 422);
});

test('programs have unique names, and stay while they have events', async (t) => {
  const [simulator, send] = await running(t);
  const id = await program(send);
  assert.deepEqual((await send('POST', '/programs', { program_name: 'DR' })).body.id, id);
  assert.equal((await send('POST', '/programs', { program_name: 'DR', x: 1 })).status, 422);
  const other = await program(send, 'Other');
  assert.equal((await send('PUT', `/programs/${other}`, { program_name: 'DR' })).status, 409);
  assert.equal((await send('GET', '/programs?program_name=DR')).body[0].id, id);
  await send('POST', '/events', eventIn(id));
  assert.equal((await send('DELETE', `/programs/${id}`)).status, 409);
  assert.equal((await send('DELETE', `/programs/${other}`)).status, 200);
  assert.deepEqual([simulator.stats().programs, simulator.stats().events], [1, 1]);
});

test('a VEN has one answer to an event, the last; its token says who it is', async (t) => {
  const [simulator, send] = await running(t);
  const program_id = await program(send);
  const { id } = (await send('POST', '/events', eventIn(program_id))).body;
  const [aalborg, aarhus] = [await ven(send), await ven(send, 'Aarhus')];
  const as = ({ auth_token }: { auth_token: string }) => ({ authorization: `Bearer ${auth_token}` });
  const answer = (response_type: string, more: object = {}, headers = {}) =>
    send('POST', `/events/${id}/responses`, { event_id: id, response_type, ...more }, headers);
  assert.equal((await answer('optIn', {}, as(aalborg))).status, 201);
  const again = await answer('optOut', {}, as(aalborg));
  assert.deepEqual([again.status, again.body.ven_id, again.body.times], [201, aalborg.id, 2]);
  assert.equal((await answer('notParticipating', { ven_id: aarhus.id })).status, 201);
  assert.equal((await answer('optIn')).body.ven_id, null);
  assert.equal((await answer('optIn', { ven_id: aarhus.id }, as(aalborg))).status, 403);
  assert.equal((await answer('perhaps')).status, 422);
  assert.equal((await answer('optIn', { event_id: 'x' })).status, 422);
  assert.equal((await answer('optIn', { ven_id: 'x' })).status, 404);
  assert.equal((await send('POST', '/events/x/responses', {})).status, 404);
  const { body: listed } = await send('GET', `/events/${id}/responses`);
  const inShort = (one: Record<string, unknown>) => [one.ven_id, one.response_type];
  const expected = [
    [aalborg.id, 'optOut'],
    [aarhus.id, 'notParticipating'],
    [null, 'optIn'],
  ];
  assert.deepEqual(listed.map(inShort), expected);
  simulator.loseEvents();
  const lines = (await (await fetch(`${simulator.url}/__simulator/responses`)).text()).trim().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).ven_name),
    ['Aalborg', 'Aarhus', null],
  );
});

test('loads are enrolled in programs, once', async (t) => {
  const [simulator, send] = await running(t);
  await ven(send);
  const id = await program(send);
  const { id: resource_id, external_resource_id } = await resource(send);
  const enrol = (program: string, query: string) => send('POST', `/programs/${program}/resources${query}`);
  const first = await enrol(id, `?resource_id=${resource_id}`);
  assert.deepEqual([first.status, first.body], [201, { program_id: id, resource_id, status: 'enrolled' }]);
  assert.equal((await enrol(id, `?resource_id=${resource_id}`)).status, 200);
  assert.equal((await enrol(id, '?resource_id=x')).status, 404);
  assert.equal((await enrol('x', `?resource_id=${resource_id}`)).status, 404);
  assert.equal((await enrol(id, '')).status, 422);
  assert.equal((await enrol(id, `?resource_id=${resource_id}&x=1`)).status, 422);
  const enrolled = async () => (await send('GET', `/programs/${id}/resources`)).body;
  assert.deepEqual(await enrolled(), [{ program_id: id, resource_id, external_resource_id }]);
  const page = await (await fetch(`${simulator.url}/__simulator/enrolments`)).text();
  const line = { program: id, name: 'DR', resource: resource_id, externalId: external_resource_id };
  assert.deepEqual(JSON.parse(page), line);
  await send('DELETE', `/resources/${resource_id}`);
  assert.deepEqual(await enrolled(), []);
});

test('events can be hidden and lost, and pages come in part', async (t) => {
  const [simulator, send] = await running(t);
  const program_id = await program(send);
  const { id } = (await send('POST', '/events', eventIn(program_id))).body;
  await send('POST', '/events', eventIn(program_id));
  const look = async () => [
    (await send('GET', '/events')).body.length,
    (await send('GET', `/events/${id}`)).status,
  ];
  simulator.set({ hideEvents: true });
  assert.deepEqual(await look(), [0, 404]);
  simulator.set({ hideEvents: false, partialRate: 1 });
  assert.deepEqual(await look(), [1, 200]);
  assert.equal(simulator.stats().faults.partial, 1);
  simulator.set({ partialRate: 0 });
  const lose = { method: 'POST', body: '{"loseEvents": true}' };
  assert.equal((await fetch(`${simulator.url}/__simulator/control`, lose)).status, 200);
  assert.deepEqual([await look(), simulator.stats().programs], [[0, 404], 1]);
});
