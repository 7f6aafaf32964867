import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openAdr30Registration } from '../../../src/profiles/openadr-3.0/registration.ts';
import { openAdr31Registration } from '../../../src/profiles/openadr-3.1/registration.ts';
import { compareFields } from '../../../src/reconciliation/compare-fields.ts';
import { loadOf, siteRow } from '../../support/load.ts';

const ven = { name: 'Aalborg', id: 'ven-1' };

function bodyOf(row = siteRow(), profile = openAdr31Registration()): string {
  return profile.createLoad(loadOf(row), ven).body as string;
}

/** The attributes of capacities, in the text of the body. */
function sent(capacities: string): string {
  const text = /,({"type":"LOCATION".*)\]}$/.exec(bodyOf(siteRow({ capacities })))?.[1] as string;
  return text.replace(/^{"type":"LOCATION"[^}]*},?/, '');
}

const one = (type: string, value: string) => `{"type":"${type}","values":[${value}]}`;

test('texts stay texts, and numbers keep all their digits', () => {
  for (const [given, said] of [
    ['"0900"', '"0900"'],
    ['"0x1F"', '"0x1F"'],
    ['"707057500504404881"', '"707057500504404881"'],
    ['707057500504404881', '707057500504404881'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['50.0', '50'],
    ['true', '"true"'],
  ] as const) {
    assert.equal(sent(`{"zone": ${given}}`), one('ZONE', said));
  }
  assert.equal(
    sent('{"P_max_kw": "50.0", "P_min_kw": "-20"}'),
    [one('MAX_POWER_CONSUMPTION', '50'), one('P_MIN_KW', '-20'), one('MAX_POWER_EXPORT', '20')].join(),
  );
});

test('a number of many digits is no difference to what comes back', () => {
  const profile = openAdr31Registration();
  const load = loadOf(siteRow({ capacities: '{"zone": 707057500504404881}' }));
  const body = `[${(profile.createLoad(load, ven).body as string).replace('{', '{"id":"r",')}]`;
  const page = profile.readResources({ status: 200, contentType: '', retryAfterMs: undefined, body });
  assert.ok(page.kind === 'done' && page.value[0]);
  assert.equal(compareFields(profile.fieldsOf(load), page.value[0].fields).verdict, 'equal');
});

test('no two attributes are of one type, and each type may be one', () => {
  assert.equal(
    sent('{"max_power": 1, "E_max_kwh": 2}'),
    [one('MAX_POWER', '1'), one('E_MAX_KWH', '2')].join(),
  );
  assert.equal(sent('{"": 1}'), '');
  const name = fc.oneof(
    fc.constantFrom('maxPower', 'max_power', 'MAX-POWER', '容量', '容器', '', ' ', 'address', 'e_max_kwh'),
    fc.constantFrom('external_resource_id', 'max_power_export', 'P_max_kw', 'E_max_kwh', 'p_max_kw'),
    fc.string({ maxLength: 200 }),
    fc.string({ minLength: 130, maxLength: 200, unit: fc.constant('a') }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name), (names) => {
      const capacities = JSON.stringify(Object.fromEntries(names.map((each, at) => [each, at + 1])));
      const row = siteRow({ capacities });
      const { attributes } = JSON.parse(bodyOf(row)) as { attributes: { type: string }[] };
      const types = attributes.map(({ type }) => type);
      assert.equal(new Set(types).size, types.length, types.join());
      for (const type of types) assert.match(type, /^(?=.*[A-Z0-9])[A-Z0-9_]{1,128}$/);
      assert.equal(types.length, 9 + names.filter((each) => each !== '').length);
    }),
  );
});

for (const profile of [openAdr30Registration(), openAdr31Registration()]) {
  test(`${profile.name}: what no database takes for text is in no attribute and no target`, () => {
    const bad = 'a\0b';
    const row = siteRow(
      {
        resourceSubType: bad,
        address: bad,
        capacities: '{"zone": "a\\u0000b", "half": "\\ud800"}',
      },
      { h5MeterId: bad },
    );
    assert.doesNotMatch(bodyOf(row, profile), /\\u0000|\\ud800/);
  });
}
