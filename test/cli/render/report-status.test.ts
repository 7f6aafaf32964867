import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindStatus, ReportedCounts } from '../../../src/api/report-status.ts';
import { reportStatusText } from '../../../src/cli/render/report-status.ts';

const counts = (newestAgeSeconds: number | null, more: Partial<ReportedCounts> = {}): ReportedCounts => ({
  loads: 1_200,
  registered: 1_000,
  reporting: newestAgeSeconds === null ? 0 : 900,
  failing: 0,
  points: newestAgeSeconds === null ? 0 : 1_234_567,
  leastUntil: newestAgeSeconds === null ? null : '2025-01-15T08:15:00Z',
  mostUntil: newestAgeSeconds === null ? null : '2025-01-17T08:00:00Z',
  newestAgeSeconds,
  ...more,
});

const kind = (own: ReportedCounts, more: Partial<KindStatus> = {}): KindStatus => ({
  kind: 'bulk',
  ...own,
  byVen: [],
  byComponent: [],
  latestFailures: [],
  ...more,
});

const textOf = (kinds: readonly KindStatus[], otherKinds: readonly string[] = []) =>
  reportStatusText({ loads: 1_200, registered: 1_000, kinds, otherKinds });

test('a kind is summed up, and ages are in the largest unit of which there are two', () => {
  const ages: [seconds: number, shown: string][] = [
    [-30, '0 min'],
    [7_199, '119 min'],
    [7_200, '2 h'],
    [172_799, '47 h'],
    [172_800, '2 d'],
    [100_000_000, '1,157 d'],
  ];
  const byVen = ages.map(([seconds]) => ({ venId: null, ...counts(seconds) }));
  const lines = textOf([
    kind(counts(7_200, { failing: 3 }), { byVen: [...byVen, { venId: 'Ribe', ...counts(null) }] }),
  ]);
  assert.deepEqual(lines.slice(0, 2), [
    'Kind bulk: 900 of 1,000 registered loads report; the last report of 3 failed.',
    '1,234,567 readings; the newest ended 2025-01-17 08:00 UTC, 2 h ago.',
  ]);
  const rows = lines.slice(-ages.length - 1);
  for (const [n, [, shown]] of ages.entries())
    assert.equal(rows[n], `(none)  1,200        900        0  1,234,567  2025-01-15 08:15  ${shown}`);
  assert.equal(rows.at(-1), 'Ribe    1,200          0        0          0  -                 -');
});

test('kinds stand apart, and those that are not shown are named', () => {
  const lines = textOf([kind(counts(60)), kind(counts(null), { kind: 'live' })], ['USAGE@1', 'USAGE@2']);
  const summaries = lines.filter((line) => line.startsWith('Kind'));
  assert.deepEqual(summaries, [
    'Kind bulk: 900 of 1,000 registered loads report.',
    'Kind live: 0 of 1,000 registered loads report.',
  ]);
  assert.ok(lines.includes('0 readings.'));
  assert.deepEqual(lines.slice(-2), ['', 'Reports of other kinds are not shown: USAGE@1, USAGE@2.']);
});

test('where nothing was reported, or nothing is there, that is what is said', () => {
  assert.deepEqual(textOf([]), ['Nothing was reported yet; 1,000 of 1,200 loads are registered.']);
  assert.deepEqual(textOf([], ['live']), [
    'There are no such reports; 1,000 of 1,200 loads are registered.',
    'Reports of other kinds are not shown: live.',
  ]);
  assert.deepEqual(reportStatusText({ loads: 0, registered: 0, kinds: [], otherKinds: [] }), [
    'The database holds no loads: it has no fleet yet.',
  ]);
});
