import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAdr30Registration } from '../../../src/profiles/openadr-3.0/registration.ts';
import { openAdr31Registration } from '../../../src/profiles/openadr-3.1/registration.ts';
import { loadOf, siteRow } from '../../support/load.ts';

const ven = { name: 'Aalborg', id: 'ven-1' };
const load = loadOf(siteRow());
const attributes = [
  { type: 'EXTERNAL_RESOURCE_ID', values: ['abc-123_load_1'] },
  { type: 'LOAD_COMPONENT', values: ['load_1'] },
  { type: 'LOAD_NAME', values: ['Water Heater'] },
  { type: 'H5_METER_ID', values: ['meter_7'] },
  { type: 'METER_POINT_ID', values: ['707057500504404881'] },
  { type: 'RESOURCE_TYPE', values: ['DSR'] },
  { type: 'RESOURCE_SUB_TYPE', values: ['Hotels'] },
  { type: 'ADDRESS', values: ['Vesterbro 1, 9000 Aalborg'] },
  { type: 'LOCATION', values: [9.736535, 57.158158] },
  { type: 'MAX_POWER_CONSUMPTION', values: [50] },
  { type: 'P_MIN_KW', values: [-20] },
  { type: 'MAX_POWER_EXPORT', values: [20] },
  { type: 'E_MAX_KWH', values: [200] },
  { type: 'E_MIN_KWH', values: [0] },
];

test('3.1 as BL: a load under its VEN, with targets as plain strings', () => {
  const request = openAdr31Registration({ clientIdTemplate: 'ven-{ven}' }).createLoad(load, ven);
  assert.equal(request.path, '/resources');
  assert.deepEqual(JSON.parse(String(request.body)), {
    objectType: 'BL_RESOURCE_REQUEST',
    clientID: 'ven-Aalborg',
    resourceName: 'Hotel ABC - Water Heater',
    venID: 'ven-1',
    targets: ['707057500504404881', 'load_1', 'Hotels', 'Aalborg', '3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11'],
    attributes,
  });
});

test('3.1 as VEN: no targets, no clientID, and sent in the name of the VEN', () => {
  const request = openAdr31Registration({ role: 'VEN' }).createLoad(load, ven);
  assert.equal(request.as, 'Aalborg');
  assert.deepEqual(JSON.parse(String(request.body)), {
    objectType: 'VEN_RESOURCE_REQUEST',
    resourceName: 'Hotel ABC - Water Heater',
    venID: 'ven-1',
    attributes,
  });
});

test('3.0: a load within its VEN, with targets as valuesMaps', () => {
  const request = openAdr30Registration().createLoad(load, ven);
  assert.equal(request.path, '/vens/ven-1/resources');
  assert.deepEqual(JSON.parse(String(request.body)), {
    resourceName: 'Hotel ABC - Water Heater',
    attributes,
    targets: [
      { type: 'POWER_SERVICE_LOCATION', values: ['707057500504404881'] },
      { type: 'GROUP', values: ['load_1', 'Hotels'] },
      { type: 'RESOURCE_NAME', values: ['Hotel ABC - Water Heater'] },
      { type: 'VEN_NAME', values: ['Aalborg'] },
      { type: 'LOAD_ID', values: ['3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11'] },
    ],
  });
});

test('a 409 that hides an unknown VEN is told as what it is', () => {
  const response = {
    status: 409,
    contentType: 'application/json',
    retryAfterMs: undefined,
    body: '{"title":"409 Conflict","detail":"A foreign key constraint is violated"}',
  };
  assert.deepEqual(openAdr31Registration().readCreateLoad(load, ven, response), {
    kind: 'refused',
    status: 409,
    reason: 'HTTP 409: the VTN does not know VEN "Aalborg" (id ven-1)',
  });
});
