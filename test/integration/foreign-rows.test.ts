import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { plan, verify } from '../../src/api/plan.ts';
import { register } from '../../src/api/register.ts';
import { status } from '../../src/api/status.ts';
import { execute, query } from '../support/fleet-database.ts';
import { type Cell, type ForeignFleet, foreignDatabase, latin1 } from '../support/foreign-database.ts';
import { inTurn, triesAll } from '../support/in-turn.ts';
import { simulatorFor } from '../support/simulator.ts';

const retry = { maxAttempts: 3, baseMs: 1, capMs: 5, graceMs: 1 };

const bl = { clientId: 'bl', clientSecret: 'bl-secret' };
const profiles = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
type Profile = (typeof profiles)[number];

/** Registers a database twice and holds what came of it against the VTN; returns the first summary. */
async function registerTwice(t: TestContext, path: string, profile: Profile) {
  const simulator = await simulatorFor(t, {
    dialect: profile,
    ...(profile === 'flex-gateway' ? {} : { clients: [bl] }),
  });
  const options = {
    dbPath: path,
    vtnUrl: simulator.url,
    ...(profile === 'flex-gateway' ? { bearerToken: 'secret' } : { credentials: bl }),
    profile,
    retry,
  };
  const total = query(path, 'SELECT count(*) AS n FROM loads')[0]?.n as number;
  const dry = await register({ ...options, dryRun: true });
  const failures: string[] = [];
  const onEvent: Parameters<typeof register>[0]['onEvent'] = (event) => {
    if (event.type === 'load-failed') failures.push(event.reason);
  };
  const first = await register({ ...options, onEvent });
  const { loads } = first;
  assert.equal(loads.total, total);
  assert.equal(loads.registered + loads.failed + loads.skipped + loads.alreadyRegistered, total);
  assert.equal(failures.length, loads.failed);
  assert.ok(failures.every((reason) => reason.length > 0));
  assert.equal(dry.loads.failed, loads.failed, 'a dry run tells the same rows');
  const onVtn = [...simulator.resources()].map(({ id }) => id);
  const rows = query(
    path,
    "SELECT CAST(vtn_resource_id AS TEXT) AS id FROM loads WHERE CAST(registration_status AS TEXT) = 'APPROVED'",
  );
  assert.deepEqual(
    rows.map(({ id }) => id).toSorted(),
    onVtn.toSorted(),
    'one resource for each registered load',
  );
  const externalIds = [...simulator.resources()].map((one) => one.externalId);
  assert.ok(externalIds.every((id) => typeof id === 'string'));
  assert.equal(new Set(externalIds).size, externalIds.length);

  const second = await register(options);
  assert.deepEqual(
    [second.loads.registered, second.loads.alreadyRegistered, second.loads.failed],
    [0, loads.registered + loads.alreadyRegistered, loads.failed],
  );
  assert.equal([...simulator.resources()].length, onVtn.length);
  const stands = await status({ dbPath: path, failures: total });
  assert.equal(
    stands.loads.registered + stands.loads.failed + stands.loads.waiting + stands.loads.skipped,
    total,
  );
  assert.equal(stands.loads.registered, second.loads.alreadyRegistered);
  assert.equal(stands.loads.failed, loads.failed);
  // A suspended load may have the id of one that failed.
  assert.ok(stands.latestFailures.length >= loads.failed, 'each is shown with its reason');
  const compared = await plan(options);
  assert.equal(compared.loads, total);
  assert.deepEqual([compared.counts.create, compared.counts.remove, compared.counts.stranger], [0, 0, 0]);
  assert.equal(compared.inSync, onVtn.length);
  if (loads.failed > 0) assert.equal((await verify(options)).agrees, false);
  return { ...first, simulator };
}

const site = (resource_id: Cell, more: Record<string, Cell> = {}) => ({
  resource_id,
  resource_name: `Site ${String(resource_id)}`,
  ...more,
});
const load = (load_id: Cell, resource_id: Cell, more: Record<string, Cell> = {}) => ({
  load_id,
  resource_id,
  load_component: 'load_0',
  ...more,
});

for (const [profile, test] of inTurn(profiles)) {
  test(`whole numbers for ids and VENs are what they read as, columns without a type (${profile})`, async (t) => {
    // The gateway wants UUIDs.
    const id = (one: Cell): Cell =>
      profile === 'flex-gateway' ? `00000000-0000-4000-8000-00000000000${one}` : one;
    const path = foreignDatabase(t, {
      sites: [site(101, { ven: 7 }), site(102.0, { ven: '7' }), site('103', { ven: 7 })],
      loads: [
        load(id(1), 101),
        load(id('2'), '101', { load_component: 'load_1' }),
        load(id(3), '102'),
        load(id(4), 103),
      ],
    });
    const { loads, perVen, simulator } = await registerTwice(t, path, profile);
    assert.deepEqual([loads.registered, loads.failed], [4, 0]);
    assert.deepEqual(
      perVen.map(({ venId, registered }) => [venId, registered]),
      [['7', 4]],
    );
    assert.deepEqual([...simulator.resources()].map((one) => one.externalId).toSorted(), [
      '101_load_0',
      '101_load_1',
      '102_load_0',
      '103_load_0',
    ]);
  });
}

test('the types that pandas gives its columns', async (t) => {
  const types = {
    'resources.resource_id': 'BIGINT',
    'resources.ven': 'FLOAT',
    'resources.meter_point_id': 'BIGINT',
    'loads.load_id': 'BIGINT',
    'loads.resource_id': 'FLOAT',
  };
  const path = foreignDatabase(t, {
    types,
    sites: [site(101, { ven: 7 }), site(102, { ven: 8 }), site(103, { ven: null })],
    loads: [load(1, 101), load(2, 102), load(3, null), load(4, 103)],
  });
  const { loads, failures } = await registerTwice(t, path, 'openadr-3.1');
  assert.deepEqual([loads.registered, loads.failed], [2, 2]);
  assert.match(failures.map(({ reason }) => reason).join(), /no VEN.*no site/);
});

const bytes = (text: string) => new TextEncoder().encode(text);

test('a row that cannot be told to others fails by name, and no other', async (t) => {
  const cases: [sites: ForeignFleet['sites'], loads: ForeignFleet['loads'], reason: RegExp][] = [
    [[site('x0', { ven: latin1 })], [load('a0', 'x0')], /VEN \(resources.ven\) is not valid UTF-8/],
    [[site('x1', { ven: 'A\0' })], [load('a1', 'x1')], /resources.ven/],
    [[site('x2', { ven: bytes('Aarhus') })], [load('a2', 'x2')], /no VEN/],
    [[site(latin1)], [load('a3', latin1)], /resources.resource_id\) is not valid UTF-8/],
    [[site('x4\0')], [load('a4', 'x4\0')], /resource_id\) has a NUL/],
    [[site(bytes('x5'))], [load('a5', bytes('x5'))], /resource_id\) is bytes/],
    [[site('x6', { resource_name: latin1 })], [load('a6', 'x6')], /resource_name\) is not valid UTF-8/],
    [[site('x7')], [load(latin1, 'x7')], /load_id\) is not valid UTF-8/],
    [[site('x8')], [load('a\0b', 'x8')], /load_id\) has a NUL/],
    [[site('x9')], [load(bytes('a9'), 'x9')], /load_id\) is bytes/],
    [[site('y0')], [load(null, 'y0')], /has no id/],
    [[site('y1')], [load('b1', 'y1', { load_component: null })], /no component/],
    [[site('y2')], [load('b2', 'y2', { load_component: latin1 })], /load_component\) is not valid UTF-8/],
    [[], [load('b3', 'y3'), load('b4', 'GOOD')], /no site with this resource_id/],
    [[site(5), site('5', { ven: 'Aarhus' })], [load('b5', 5)], /2 sites have its id/],
    [[site('y6')], [load(7, 'y6'), load('7', 'y6', { load_component: 'load_1' })], /2 loads have its id/],
  ];
  for (const type of ['', 'TEXT', 'TEXT COLLATE NOCASE']) {
    const names = ['resources.resource_id', 'resources.ven', 'resources.resource_name', 'loads.load_id'];
    const path = foreignDatabase(t, {
      types: Object.fromEntries([...names, 'loads.resource_id'].map((name) => [name, type])),
      sites: [site('good'), ...cases.flatMap(([sites]) => sites)],
      loads: [load('g', 'good'), ...cases.flatMap(([, loads]) => loads)],
    });
    const { failures, loads } = await registerTwice(t, path, 'openadr-3.1');
    assert.equal(loads.registered, 1, `columns ${type}`);
    for (const [, , reason] of cases)
      assert.ok(
        failures.some((one) => reason.test(one.reason)),
        `${reason} ${type}`,
      );
  }
});

test('names that differ by a space at the end, or by capitals, are different ones', async (t) => {
  const path = foreignDatabase(t, {
    types: { 'resources.resource_id': 'TEXT COLLATE NOCASE', 'loads.resource_id': 'TEXT COLLATE RTRIM' },
    sites: ['x', 'x ', 'X'].map((id) => site(id)),
    loads: ['x', 'x ', 'X'].map((id, n) => load(`load-${n}`, id)),
  });
  assert.equal((await registerTwice(t, path, 'openadr-3.0')).loads.registered, 3);
});

test('numbers of rows that JavaScript cannot count to, and columns called rowid', async (t) => {
  const path = foreignDatabase(t, {
    sites: [site('x')],
    loads: [load('a', 'x'), load('b', 'x', { load_component: 'load_1' })],
  });
  execute(
    path,
    'UPDATE loads SET rowid = 9223372036854775800 + rowid; ALTER TABLE resources ADD COLUMN rowid',
  );
  assert.equal((await registerTwice(t, path, 'openadr-3.0')).loads.registered, 2);
});

const someTypes = fc.constantFrom('', 'TEXT', 'BIGINT', 'REAL', 'TEXT COLLATE NOCASE', 'BLOB');
const someId = fc.constantFrom<Cell>(
  1,
  2,
  2.0,
  2.5,
  '1',
  '2',
  '2 ',
  ' 2',
  'a',
  'A',
  'a_load',
  'a\0',
  '',
  null,
  latin1,
  bytes('a'),
);
const someVen = fc.constantFrom<Cell>(
  'Aalborg',
  'Aalborg ',
  'aalborg',
  7,
  '7',
  7.0,
  null,
  ' ',
  latin1,
  'A\0',
  bytes('A'),
);
const someLoadId = fc.oneof(
  { weight: 3, arbitrary: fc.uuid() as fc.Arbitrary<Cell> },
  { weight: 1, arbitrary: someId },
);
const someStatus = fc.constantFrom<Cell>(null, 'PENDING', 'SUSPENDED', 'suspended', bytes('SUSPENDED'), 0);
const someComponent = fc.constantFrom<Cell>(
  'load_0',
  'load_1',
  'Load_0',
  'load_load_0',
  null,
  0,
  bytes('load_1'),
  latin1,
);
const someName = fc.constantFrom<Cell>('Hotel', 'Hotel ', 5, '5', latin1, null, bytes('Hotel'));

const someFleet: fc.Arbitrary<ForeignFleet> = fc.record({
  types: fc.record({
    'resources.resource_id': someTypes,
    'resources.ven': someTypes,
    'resources.resource_name': someTypes,
    'loads.load_id': someTypes,
    'loads.resource_id': someTypes,
  }),
  sites: fc.array(fc.record({ resource_id: someId, ven: someVen, resource_name: someName }), {
    maxLength: 8,
  }),
  loads: fc.array(
    fc.record({
      load_id: someLoadId,
      resource_id: someId,
      load_component: someComponent,
      registration_status: someStatus,
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

test('whatever a database holds, each load is registered once or fails by name', async (t) => {
  await fc.assert(
    fc.asyncProperty(someFleet, fc.constantFrom('openadr-3.0', 'openadr-3.1'), async (fleet, profile) => {
      await registerTwice(t, foreignDatabase(t, fleet), profile);
    }),
    { numRuns: triesAll ? 8 : 4, endOnFailure: false },
  );
});
