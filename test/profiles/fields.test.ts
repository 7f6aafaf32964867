import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Load } from '../../src/fleet/load.ts';
import { flexGatewayRegistration } from '../../src/profiles/flex-gateway/registration.ts';
import { openAdr30Registration } from '../../src/profiles/openadr-3.0/registration.ts';
import { openAdr31Registration } from '../../src/profiles/openadr-3.1/registration.ts';
import { compareFields } from '../../src/reconciliation/compare-fields.ts';

const text = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter((value) => value.trim() !== '');
const maybe = fc.option(text, { nil: undefined });
const degrees = fc.option(fc.constantFrom('9.736535', '-0.5', '57'), { nil: undefined });

const loads: fc.Arbitrary<Load> = fc
  .record({
    name: text,
    type: fc.constantFrom('DSR', 'EV'),
    subType: maybe,
    meterPointId: text,
    venName: text,
    capacities: fc.uniqueArray(
      fc.tuple(
        fc.constantFrom('P_max_kw', 'P_min_kw', 'E_max_kwh', 'other'),
        fc.constantFrom('50.0', '-20.0', '1e2', '707057500504404881'),
      ),
      { selector: ([name]) => name },
    ),
    longitude: degrees,
    latitude: degrees,
    address: maybe,
    loadName: text,
    h5MeterId: maybe,
  })
  .map(({ loadName, h5MeterId, ...site }) => ({
    loadId: '00000000-0000-4000-8000-000000000001',
    storeRef: undefined,
    externalResourceId: 'site_load_1',
    component: 'load_1',
    name: loadName,
    nameShared: false,
    h5MeterId,
    trace: 'none',
    site: { resourceId: 'site', nameShared: 'no', ...site },
  }));

for (const profile of [
  flexGatewayRegistration(),
  flexGatewayRegistration({ serviceLocation: 'object' }),
  openAdr30Registration(),
  openAdr31Registration(),
]) {
  test(`${profile.name}: a load's fields are those that a VTN lists which echoes what it was sent`, () => {
    fc.assert(
      fc.property(loads, (load) => {
        const body = JSON.parse(profile.createLoad(load, { name: 'V', id: 'v' }).body as string);
        const listed = {
          status: 200,
          contentType: '',
          retryAfterMs: undefined,
          body: JSON.stringify([{ ...body, id: 'r' }]),
        };
        const answer = profile.readResources(listed);
        assert.ok(answer.kind === 'done' && answer.value[0]);
        assert.equal(answer.value[0].externalResourceId, 'site_load_1');
        assert.equal(answer.value[0].name, profile.fieldsOf(load)[0]?.[1], 'the name comes first');
        assert.deepEqual(compareFields(profile.fieldsOf(load), answer.value[0].fields), {
          verdict: 'equal',
          changes: [],
        });
      }),
    );
  });
}
