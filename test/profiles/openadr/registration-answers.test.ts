import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WireResponse } from '../../../src/openadr/http/transport.ts';
import { openAdr30Registration } from '../../../src/profiles/openadr-3.0/registration.ts';
import { openAdr31Registration } from '../../../src/profiles/openadr-3.1/registration.ts';
import { loadOf, siteRow } from '../../support/load.ts';

const ven = { name: 'Aalborg', id: 'ven-1' };
const load = loadOf(siteRow());
const answer = (status: number, body: unknown): WireResponse => ({
  status,
  contentType: 'application/json',
  retryAfterMs: undefined,
  body: JSON.stringify(body),
});
const attributes = [{ type: 'EXTERNAL_RESOURCE_ID', values: ['abc-123_load_1'] }];
const others = [{ type: 'EXTERNAL_RESOURCE_ID', values: ['abc-123_load_2'] }];
const ours = {
  id: 'r1',
  objectType: 'RESOURCE',
  resourceName: 'Hotel ABC - Water Heater',
  venID: 'ven-1',
  attributes,
};

for (const profile of [openAdr30Registration(), openAdr31Registration()]) {
  test(`${profile.name}: what a 201 says of itself must be ours`, () => {
    /** However it is written, and whatever else it says. */
    const kindOf = (status: number, body: object) => {
      const texts = [body, { ...body, targets: ['x'.repeat(300)] }].flatMap((one) => [
        JSON.stringify(one),
        JSON.stringify(one, null, 2),
      ]);
      const kinds = texts.map(
        (text) => profile.readCreateLoad(load, ven, { ...answer(status, {}), body: text }).kind,
      );
      assert.equal(new Set(kinds).size, 1, kinds.join());
      return kinds[0];
    };
    assert.equal(kindOf(201, ours), 'created');
    assert.equal(kindOf(201, { id: 'r1' }), 'created', 'a VTN may say no more than the id');
    assert.equal(
      kindOf(201, { ...ours, objectType: 'BL_RESOURCE_REQUEST', attributes: undefined }),
      'created',
    );
    for (const change of [
      { attributes: others },
      { venID: 'ven-2' },
      { objectType: 'VEN' },
      { attributes: undefined, resourceName: 'Hotel ABC - HVAC' },
      { attributes: [], resourceName: 'Hotel ABC - HVAC' },
    ]) {
      assert.equal(kindOf(201, { ...ours, ...change }), 'exists', JSON.stringify(change));
    }
  });

  test(`${profile.name}: a 200 is looked up, whatever it says`, () => {
    for (const body of [ours, { id: 'r1' }, { ...ours, attributes: others }]) {
      const outcome = profile.readCreateLoad(load, ven, answer(200, body));
      assert.ok(outcome.kind === 'exists' && outcome.id === 'r1', outcome.kind);
    }
    const outcome = profile.readCreateVen('Aalborg', answer(200, { id: 'v', venName: 'Aalborg' }));
    assert.equal(outcome.kind, 'exists');
  });

  test(`${profile.name}: a look-up takes no resource of another VEN, and of two ours the one that was named`, () => {
    const find = (items: object[], claimed?: string) =>
      profile.readFindLoad(load, ven, answer(200, items), claimed);
    assert.deepEqual(find([{ ...ours, venID: 'ven-2' }]), { kind: 'absent' });
    assert.deepEqual(find([{ ...ours, objectType: 'VEN' }]), { kind: 'absent' });
    assert.deepEqual(find([{ ...ours, venID: undefined }]), { kind: 'found', id: 'r1' });
    assert.deepEqual(find([ours, { ...ours, id: 'r2' }], 'r2'), { kind: 'found', id: 'r2' });
    const impostor = find([{ ...ours, attributes: others }]);
    assert.ok(impostor.kind === 'absent' && impostor.impostor?.includes('belongs to load abc-123_load_2'));
  });

  test(`${profile.name}: another VEN in the answer to the creation of one is not ours`, () => {
    const kindOf = (body: object) => profile.readCreateVen('Aalborg', answer(201, body)).kind;
    assert.equal(kindOf({ id: 'v', venName: 'Aalborg' }), 'created');
    assert.equal(kindOf({ id: 'v' }), 'created');
    assert.equal(kindOf({ id: 'v', venName: 'Aarhus' }), 'exists');
    assert.equal(kindOf({ id: 'v', objectType: 'RESOURCE' }), 'exists');
  });
}
