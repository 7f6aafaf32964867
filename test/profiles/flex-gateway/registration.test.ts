import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLegible } from '../../../src/fleet/legible.ts';
import type { WireResponse } from '../../../src/openadr/http/transport.ts';
import { flexGatewayRegistration } from '../../../src/profiles/flex-gateway/registration.ts';
import { loadOf, siteRow } from '../../support/load.ts';

const profile = flexGatewayRegistration();
const ven = { name: 'Aalborg', id: 'v1' };
const load = loadOf(siteRow());

const answer = (status: number, body: unknown): WireResponse => ({
  status,
  contentType: 'application/json',
  retryAfterMs: undefined,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const attribute = (type: string, value: string, name = type) => ({
  attribute_type: type,
  attribute_name: name,
  attribute_values: [value],
});
const bodyOf = (row = siteRow(), using = profile) =>
  JSON.parse(String(using.createLoad(loadOf(row), ven).body)) as Record<string, unknown>;

test('a load is said exactly as the contract has it', () => {
  assert.deepEqual(bodyOf(), {
    id: '3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11',
    resource_name: 'Hotel ABC - Water Heater',
    resource_type: 'DSR',
    ven_name: 'Aalborg',
    external_resource_id: 'abc-123_load_1',
    service_location: '707057500504404881',
    attributes: [
      attribute('resource_sub_type', 'Hotels'),
      attribute('p_max_kw', '50.0', 'P_max_kw'),
      attribute('p_min_kw', '-20.0', 'P_min_kw'),
      attribute('e_max_kwh', '200.0', 'E_max_kwh'),
      attribute('e_min_kwh', '0.0', 'E_min_kwh'),
      attribute('longitude', '9.736535'),
      attribute('latitude', '57.158158'),
      attribute('address', 'Vesterbro 1, 9000 Aalborg'),
      attribute('load_component', 'load_1'),
      attribute('load_name', 'Water Heater'),
      attribute('h5_meter_id', 'meter_7'),
    ],
  });
});

test('the service location as an object takes the coordinates out of the attributes', () => {
  const body = bodyOf(siteRow(), flexGatewayRegistration({ serviceLocation: 'object' }));
  assert.deepEqual(body.service_location, {
    meterpoint_id: '707057500504404881',
    longitude: 9.736535,
    latitude: 57.158158,
  });
  const types = (body.attributes as { attribute_type: string }[]).map((each) => each.attribute_type);
  assert.ok(!types.includes('longitude') && !types.includes('latitude'));
});

test('absent values are left out, whatever is absent', () => {
  const row = siteRow(
    { resourceSubType: null, address: null, location: '{}', capacities: '{"P_max_kw": null}' },
    {
      h5MeterId: null,
      loadName: null,
    },
  );
  assert.deepEqual(bodyOf(row).attributes, [
    attribute('load_component', 'load_1'),
    attribute('load_name', 'Water Heater'),
  ]);
});

test('a body can be built for any row that is not broken, and says no "null"', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((value) => value.trim() !== '' && isLegible(value));
  const number = fc.double({ min: 0, max: 1e6, noNaN: true });
  const row = fc.record({
    resourceName: text,
    resourceSubType: fc.option(text),
    address: fc.option(text),
    meterPointId: fc.stringMatching(/^\d{18}$/),
    capacities: fc
      .dictionary(fc.stringMatching(/^[A-Za-z_]{1,12}$/), fc.option(number))
      .map((values) => JSON.stringify(values)),
    location: fc
      .tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -90, max: 90, noNaN: true }))
      .map(([longitude, latitude]) => JSON.stringify({ longitude, latitude })),
  });
  fc.assert(
    fc.property(row, (changes) => {
      const body = bodyOf(siteRow(changes)) as { attributes: { attribute_values: unknown[] }[] };
      for (const { attribute_values: values } of body.attributes) {
        assert.equal(values.length, 1);
        assert.equal(typeof values[0], 'string');
        if (![changes.address, changes.resourceSubType].includes(String(values[0]))) {
          assert.ok(!['null', 'None', 'undefined', 'NaN', ''].includes(String(values[0])));
        }
      }
    }),
  );
});

test('numbers keep the text that they have in the database', () => {
  const capacities = '{"P_max_kw": 50.00, "a": 1e3, "b": 0.10, "c": 12345678901234567890}';
  const values = (bodyOf(siteRow({ capacities })).attributes as { attribute_values: string[] }[]).map(
    (each) => each.attribute_values[0],
  );
  assert.deepEqual(values.slice(1, 5), ['50.00', '1e3', '0.10', '12345678901234567890']);
});

test('names of capacities become types in snake case; nothing empty is sent', () => {
  const capacities = '{"P_max_kWh": 1, "maxPower": 2, "Størrelse m²": 3, "": 4, "note": ""}';
  const sent = bodyOf(siteRow({ capacities })).attributes as Record<string, string>[];
  assert.deepEqual(
    sent.slice(1, 4).map((each) => [each.attribute_type, each.attribute_name]),
    [
      ['p_max_kwh', 'P_max_kWh'],
      ['max_power', 'maxPower'],
      ['størrelse_m²', 'Størrelse m²'],
    ],
  );
  assert.ok(!sent.some((each) => each.attribute_name === '' || each.attribute_name === 'note'));
});

test('an id is taken as it was sent, or not at all', () => {
  const kept = (id: string) => profile.readCreateLoad(load, ven, answer(201, `{"id": ${id}}`));
  assert.deepEqual(kept('1234567890123461788'), { kind: 'created', id: '1234567890123461788' });
  assert.deepEqual(kept('42'), { kind: 'created', id: '42' });
  for (const id of [`"${'x'.repeat(5_000)}"`, '"a\\u001b[31m"', '""', 'null', '[1]'])
    assert.equal(kept(id).kind, 'nonsense', id.slice(0, 20));
});

test('what the answers to a creation mean', () => {
  const read = (status: number, body: unknown) => profile.readCreateLoad(load, ven, answer(status, body));
  const ours = { id: 'r1', external_resource_id: 'abc-123_load_1' };
  assert.deepEqual(read(201, ours), { kind: 'created', id: 'r1' });
  assert.deepEqual(read(201, { id: 'r1' }), { kind: 'created', id: 'r1' });
  assert.deepEqual(read(200, ours), { kind: 'created', id: 'r1' });
  assert.equal(read(200, { id: 'r1' }).kind, 'exists');
  assert.equal(read(201, { ...ours, external_resource_id: 'another' }).kind, 'exists');
  const whole = { attributes: [{ id: 'r2', attribute_values: ['x'.repeat(300)] }], ...ours };
  assert.deepEqual(read(201, whole), { kind: 'created', id: 'r1' });
  assert.equal(read(201, { ...whole, external_resource_id: 'another' }).kind, 'exists');
  assert.equal(read(201, { ...whole, id: undefined }).kind, 'nonsense');
  assert.deepEqual(read(409, { id: 'r1' }), {
    kind: 'exists',
    status: 409,
    id: 'r1',
    reason: 'HTTP 409: it exists already',
  });
  assert.equal(read(409, '').kind, 'exists');
  assert.equal(read(500, '').kind, 'ambiguous');
  assert.equal(read(503, '').kind, 'ambiguous');
  assert.equal(read(429, '').kind, 'throttled');
  assert.equal(read(201, { ok: true }).kind, 'nonsense');
  assert.equal(read(200, '').kind, 'nonsense');
  // A 303 may follow a success, and a 204 is one: look before it is sent again.
  assert.equal(read(303, '').kind, 'nonsense');
  assert.equal(read(204, '').kind, 'nonsense');
  const refusal = { detail: [{ loc: ['body', 'service_location'], msg: 'must be an object' }] };
  assert.deepEqual(read(422, refusal), {
    kind: 'refused',
    status: 422,
    reason: 'HTTP 422: body.service_location: must be an object',
  });
});

test('only what bears our own external id is found, whatever the VTN lists', () => {
  const read = (body: unknown, claimed?: string) =>
    profile.readFindLoad(load, ven, answer(200, body), claimed);
  const item = (id: string, external_resource_id: string) => ({ id, external_resource_id });
  assert.deepEqual(read([item('r9', 'other'), item('r1', 'abc-123_load_1')]), { kind: 'found', id: 'r1' });
  assert.deepEqual(read({ items: [item('r1', 'abc-123_load_1')] }), { kind: 'found', id: 'r1' });
  assert.deepEqual(read([item('r9', 'other')], 'r9'), { kind: 'absent' });
  assert.deepEqual(read([item('r2', 'abc-123_load_1'), item('r1', 'abc-123_load_1')], 'r2'), {
    kind: 'found',
    id: 'r2',
  });
  assert.deepEqual(read([]), { kind: 'absent' });
  assert.equal(read('<html>').kind, 'failed');
});

test("a VEN's 409 is success, whether or not the VTN tells its id", () => {
  const create = (status: number, body: unknown) => profile.readCreateVen('Aalborg', answer(status, body));
  assert.deepEqual(create(409, { id: 'v1' }), { kind: 'created', id: 'v1' });
  const exists = create(409, '');
  assert.ok(exists.kind === 'exists');
  const find = (status: number, body: unknown, claimed: string | undefined) =>
    profile.readFindVen('Aalborg', answer(status, body), claimed);
  assert.deepEqual(find(200, [{ id: 'v2', ven_name: 'Aalborg' }], exists.id), { kind: 'found', id: 'v2' });
  assert.deepEqual(find(404, '', exists.id), { kind: 'found', id: 'Aalborg' });
  // After a lost answer nothing was claimed: then what is not listed is not there.
  assert.deepEqual(find(200, [], undefined), { kind: 'absent' });
});

test("of a VTN's own words, a few hundred characters are kept", () => {
  for (const status of [400, 409, 503]) {
    const outcome = profile.readCreateLoad(load, ven, answer(status, { detail: 'é'.repeat(200_000) }));
    assert.ok('reason' in outcome && outcome.reason.length < 400 && outcome.reason.endsWith('é…'));
  }
});
