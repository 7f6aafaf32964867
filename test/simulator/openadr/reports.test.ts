import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksumOf, pointsPage } from '../points.ts';
import { type As, type Vtn, vtn } from './vtn.ts';

const hour = 3_600_000;
const begin = Date.UTC(2025, 0, 15, 8);
const kw = (n: number) => Math.sin(n) * 10;
const interval = (n: number, value: unknown = kw(n)) => ({
  id: n,
  payloads: [{ type: 'USAGE', values: [value] }],
});
const hours = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, n) => interval(from + n));
const start = (n: number) => new Date(begin + n * hour).toISOString().replace('.000', '');
const sumOf = (from: number, until: number) =>
  checksumOf(hours(from, until).map(({ id }) => [begin + id * hour, kw(id)] as const));

interface Reporting extends Vtn {
  readonly me: As;
  /** A report of these resources, with what its VTN needs. */
  report(resources: unknown, more?: object): Record<string, unknown>;
}

/** A VTN with an event to report on, and a VEN that does. */
async function reporting(
  t: Parameters<typeof vtn>[0],
  version: '3.0' | '3.1',
  options = {},
): Promise<Reporting> {
  const one = await vtn(t, version, options);
  const { bl } = one;
  const made =
    version === '3.0'
      ? (await bl('POST', '/vens', { venName: 'Aalborg' })).body
      : (await bl('POST', '/vens', { objectType: 'BL_VEN_REQUEST', clientID: 'me', venName: 'Aalborg' }))
          .body;
  const me = one.client({ clientId: 'me', role: 'VEN', venIds: [made.id] });
  const programID = (await bl('POST', '/programs', { programName: 'Meters' })).body.id;
  const eventID = (await bl('POST', '/events', { programID, intervals: [interval(0)] })).body.id;
  const ids = version === '3.0' ? { programID, eventID } : { eventID };
  return { ...one, me, report: (resources, more) => ({ ...ids, clientName: 'Aalborg', resources, ...more }) };
}

const entry = (resourceName: string, from: number, until: number, duration = 'PT1H') => ({
  resourceName,
  intervalPeriod: { start: start(from), duration },
  intervals: hours(from, until),
});

for (const version of ['3.0', '3.1'] as const) {
  test(`${version}: what reports tell is counted by VEN, resource and type`, async (t) => {
    const { simulator, me, report } = await reporting(t, version);
    const both = report([entry('Heater', 0, 48), entry('Fan', 0, 24, 'PT60M')], { reportName: 'January 15' });
    assert.equal((await me('POST', '/reports', both)).status, 201);
    const more = report([entry('Fan', 24, 48, 'P0DT3600S')], { reportName: 'January 16' });
    assert.equal((await me('POST', '/reports', more)).status, 201);
    const line = {
      ven: 'Aalborg',
      kind: 'USAGE',
      points: 48,
      first: '2025-01-15T08:00:00.000Z',
      last: '2025-01-17T08:00:00.000Z',
      checksum: sumOf(0, 48),
      again: 0,
      againChecksum: '0'.repeat(16),
    };
    assert.deepEqual(await pointsPage(simulator), [
      { resource: 'Heater', ...line },
      { resource: 'Fan', ...line },
    ]);
    assert.equal(simulator.stats().points, 96);
  });

  test(`${version}: a report that is replaced or deleted takes its points with it`, async (t) => {
    const { simulator, me, bl, report } = await reporting(t, version);
    const remove = version === '3.0' ? bl : me;
    const { id } = (await me('POST', '/reports', report([entry('Heater', 0, 24)], { reportName: 'R' }))).body;
    const other = (await me('POST', '/reports', report([entry('Heater', 12, 36)]))).body;
    const short = async () =>
      (await pointsPage(simulator)).map(({ points, again, checksum, againChecksum }) => [
        ...[points, again, checksum, againChecksum],
      ]);
    assert.deepEqual(await short(), [[36, 12, sumOf(0, 36), sumOf(12, 24)]]);
    const put = await me('PUT', `/reports/${id}`, report([entry('Heater', 0, 12)], { reportName: 'R' }));
    assert.equal(put.status, 200);
    assert.deepEqual(put.body.resources[0].intervals, hours(0, 12));
    assert.deepEqual(await short(), [[36, 0, sumOf(0, 36), '0'.repeat(16)]]);
    assert.equal((await me('POST', '/reports', report([], { reportName: 'R' }))).status, 409);
    assert.equal((await remove('DELETE', `/reports/${other.id}`)).status, 200);
    assert.deepEqual(await short(), [[12, 0, sumOf(0, 12), '0'.repeat(16)]]);
    simulator.set({ reportDuplicates: 'accept' });
    assert.equal((await me('POST', '/reports', report([], { reportName: 'R' }))).status, 201);
    simulator.wipe();
    assert.deepEqual([await short(), simulator.stats().points], [[], 0]);
  });
}

test('intervals may say when they are, and a payload may have many values, or none that is a number', async (t) => {
  const { simulator, me, report } = await reporting(t, '3.1');
  const own = (n: number, period?: object) => ({ ...interval(n), ...(period && { intervalPeriod: period }) });
  const resources = [
    {
      resourceName: 'gap',
      intervalPeriod: { start: start(0), duration: 'PT1H' },
      intervals: [own(0), own(5, { start: start(5) }), own(6), own(9, { start: start(9), duration: 'PT1H' })],
    },
    { resourceName: 'own', intervals: [own(1, { start: '2025-01-15T10:00:00+01:00', duration: 'PT1H' })] },
    {
      resourceName: 'quarters',
      intervalPeriod: { start: start(0), duration: 'PT1H' },
      intervals: [{ id: 0, payloads: [{ type: 'READING', values: [1, 2, 3, 4] }] }],
    },
    {
      resourceName: 'month',
      intervalPeriod: { start: '2025-02-01T00:00:00Z', duration: 'P1M' },
      intervals: [interval(0), interval(1)],
    },
    {
      resourceName: 'words',
      intervalPeriod: { start: start(0), duration: 'PT1H' },
      intervals: [{ id: 0, payloads: [{ type: 'DATA_QUALITY', values: ['OK'] }] }],
    },
    { resourceName: 'never', intervals: hours(0, 2) },
  ];
  const made = await me('POST', '/reports', report(resources));
  assert.equal(made.status, 201);
  const quarter = hour / 4;
  const at = (days: number) => Date.UTC(2025, 1, 1 + days);
  assert.deepEqual(
    (await pointsPage(simulator)).map(({ resource, points, last, checksum }) => [
      resource,
      points,
      last,
      checksum,
    ]),
    [
      ['gap', 4, '2025-01-15T18:00:00.000Z', checksumOf([0, 5, 6, 9].map((n) => [begin + n * hour, kw(n)]))],
      ['own', 1, '2025-01-15T10:00:00.000Z', checksumOf([[begin + hour, kw(1)]])],
      [
        ...['quarters', 4, '2025-01-15T09:00:00.000Z'],
        checksumOf([0, 1, 2, 3].map((n) => [begin + n * quarter, n + 1])),
      ],
      [
        ...['month', 2, '2025-04-01T00:00:00.000Z'],
        checksumOf([
          [at(0), kw(0)],
          [at(28), kw(1)],
        ]),
      ],
    ],
  );
  const [gap] = made.body.resources;
  assert.deepEqual(gap.intervals[1].intervalPeriod, { start: '2025-01-15T13:00:00+00:00' });
  assert.deepEqual((await me('GET', `/reports/${made.body.id}`)).body, made.body);
  const again = await me('POST', '/reports', report(resources));
  assert.deepEqual(again.body.resources, made.body.resources);
});

test('a report comes back whole, however its JSON is written', async (t) => {
  const { me, report, simulator } = await reporting(t, '3.1');
  const odd = [
    {
      resourceName: 'brackets ]}]}] "\\',
      intervals: [{ id: 1, payloads: [{ type: ']}]}]"\\', values: [']'] }] }],
    },
    { resourceName: 'turned', intervals: [{ payloads: interval(5).payloads, id: 5 }] },
    { intervals: [], resourceName: 'none' },
    {
      resourceName: 'Æ',
      intervals: [interval(2), { ...interval(3), payloads: [] }],
      more: { intervals: [1] },
    },
  ];
  const expected = [...odd.slice(0, -1), { resourceName: 'Æ', intervals: odd.at(-1)?.intervals }];
  const escaped = (json: string) => json.replaceAll('"intervals"', '"interv\\u0061ls"');
  for (const json of [JSON.stringify(report(odd)), JSON.stringify(report(odd), null, '\t')]) {
    for (const body of [json, escaped(json)]) {
      const made = await me('POST', '/reports', body);
      assert.equal(made.status, 201, made.text);
      assert.deepEqual(made.body.resources, expected);
      assert.deepEqual((await me('GET', `/reports/${made.body.id}`)).body, made.body);
    }
  }
  const good = JSON.stringify(report([entry('Heater', 0, 2)]));
  const bad = [
    good.slice(0, -1),
    good.slice(0, -4),
    good.replace('}]}]', '}]]}'),
    good.replace('[{"id":0', '{"id":0'),
    good.replace('"id":0', '"id":"0"'),
    good.replace('"id":0,', ''),
    good.replace('"type":"USAGE",', ''),
    good.replace('"values":[0]', '"values":0'),
    good.replace('"values":[0]', '"values":[null]'),
    good.replace('"values":[0]', '"values":[01]'),
    good.replace(/"intervals":.*\]\}\]\}\]/, '"intervals":"x"'),
    good.replace(/,"intervals":.*\]\}\]\}\]/, ''),
    good.replace('Z"', '"'),
  ];
  for (const body of bad) assert.equal((await me('POST', '/reports', body)).status, 400, body);
  assert.equal(simulator.stats().faults['simulator-bug'], undefined);
});

test('beyond keepReportsMb reports are counted, and not told again', async (t) => {
  const { simulator, me, report } = await reporting(t, '3.1', { keepReportsMb: 0 });
  const made = await me('POST', '/reports', report([entry('Heater', 0, 24)]));
  assert.deepEqual(made.body.resources[0].intervals, hours(0, 24));
  const got = await me('GET', `/reports/${made.body.id}`);
  assert.deepEqual([got.status, /keepReportsMb/.test(got.body.detail)], [500, true]);
  assert.equal((await pointsPage(simulator))[0]?.checksum, sumOf(0, 24));
  simulator.set({ keepReportsMb: 1 });
  const kept = await me('POST', '/reports', report([entry('Heater', 0, 24)]));
  assert.equal((await me('GET', `/reports/${kept.body.id}`)).status, 200);
});

test('the readings of a report take time of their own', async (t) => {
  const { simulator, me, report } = await reporting(t, '3.1', { workers: 1 });
  const one = report([entry('Heater', 0, 24), entry('Fan', 0, 24)]);
  simulator.set({ pointsPerSecond: 480 });
  const began = performance.now();
  const { id } = (await me('POST', '/reports', one)).body;
  await me('PUT', `/reports/${id}`, one);
  const took = performance.now() - began;
  assert.ok(took >= 199, `twice 48 readings at 480 a second took ${took} ms`);
});

test('a report may be forgotten, or be refused for its size', async (t) => {
  const { simulator, me, report } = await reporting(t, '3.1', { forgetRate: 1 });
  const { id } = (await me('POST', '/reports', report([entry('Heater', 0, 24)]))).body;
  assert.equal((await me('GET', `/reports/${id}`)).status, 404);
  assert.deepEqual(await pointsPage(simulator), []);
  simulator.set({ forgetRate: 0 });
  const long = report([entry('Heater', 0, 24)], { more: 'x'.repeat(2_097_152) });
  const refused = await me('POST', '/reports', long);
  assert.deepEqual([refused.status, /length limit exceeded/.test(refused.body.detail)], [400, true]);
  simulator.set({ maxBodyBytes: 3_000_000 });
  assert.equal((await me('POST', '/reports', long)).status, 201);
  simulator.set({ maxBodyBytes: 50 });
  assert.equal((await me('POST', '/reports', report([]))).status, 400);
  assert.deepEqual(simulator.stats().faults, { forget: 1 });
});
