import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { flexGatewayRegistration } from '../../src/profiles/flex-gateway/registration.ts';
import { compareFields } from '../../src/reconciliation/compare-fields.ts';

const verdict = (here: string, onVtn: string) => compareFields([['f', here]], [['f', onVtn]]).verdict;

test('another way of writing the same is no difference', () => {
  for (const [here, onVtn] of [
    ['50.0', '50'],
    ['100.0', '1e2'],
    ['9.736535', '9.7365350000000004'],
    ['A  b', ' A b '],
    ['Århus', 'Århus'.normalize('NFD')],
    ['9.5 57.25', '9.50 57.250'],
    ['-0.0', '0'],
  ] as const) {
    assert.equal(verdict(here, onVtn), 'equal', `${here} and ${onVtn}`);
  }
});

test('what is different is', () => {
  for (const [here, onVtn] of [
    ['50.0', '51'],
    ['9.736535', '9.736536'],
    ['707057500504404881', '707057500504404882'],
    ['007', '7'],
    ['Site', 'site'],
    ['a b', 'a'],
    ['1', 'one'],
  ] as const) {
    assert.equal(verdict(here, onVtn), 'different', `${here} and ${onVtn}`);
  }
});

test('what the VTN leaves out or adds is silence; the order is nothing', () => {
  const here = [
    ['a', '1'],
    ['b', '2'],
  ] as const;
  assert.equal(
    compareFields(here, [
      ['b', '2'],
      ['a', '1'],
    ]).verdict,
    'equal',
  );
  assert.equal(compareFields(here, [['a', '1']]).verdict, 'silent');
  assert.deepEqual(compareFields(here, [...here, ['c', '3']]), {
    verdict: 'silent',
    changes: [{ field: 'c', onVtn: '3', here: undefined }],
  });
  assert.deepEqual(compareFields(here, [['a', '7']]), {
    verdict: 'different',
    changes: [{ field: 'a', onVtn: '7', here: '1' }],
  });
});

test('fields are equal to themselves, in any order', () => {
  const fields = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([name]) => name });
  fc.assert(
    fc.property(fields, (own) => {
      assert.equal(compareFields(own, own.toReversed()).verdict, 'equal');
    }),
  );
});

test('flex-gateway: null for nothing, numbers for texts and either service location are the same resource', () => {
  const { readResources } = flexGatewayRegistration();
  const fieldsOf = (resource: object) => {
    const body = JSON.stringify([{ id: 'r', external_resource_id: 'a', resource_name: 'n', ...resource }]);
    const answer = readResources({ status: 200, contentType: '', retryAfterMs: undefined, body });
    assert.ok(answer.kind === 'done');
    return answer.value[0]?.fields ?? [];
  };
  const attribute = (name: string, value: unknown) => ({
    attribute_type: name,
    attribute_name: name,
    attribute_values: value,
  });
  const sent = {
    service_location: '707057500504404881',
    attributes: [
      attribute('longitude', ['9.7']),
      attribute('latitude', ['57.1']),
      attribute('P_max_kw', ['50.0']),
    ],
  };
  const listed = {
    service_location: { meterpoint_id: '707057500504404881', latitude: 57.1, longitude: 9.7 },
    resource_type: null,
    attributes: [attribute('P_max_kw', [50]), attribute('address', null), attribute('sub', [])],
    created: 'yesterday',
  };
  assert.equal(compareFields(fieldsOf(sent), fieldsOf(listed)).verdict, 'equal');
});
