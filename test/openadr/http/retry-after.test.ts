import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { retryDelayMs } from '../../../src/core/retry.ts';
import { parseRetryAfter } from '../../../src/openadr/http/retry-after.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

test('Retry-After is read as seconds or as a date in any of the three spellings', () => {
  const cases: [header: string | undefined, ms: number | undefined][] = [
    [undefined, undefined],
    ['0', 0],
    ['120', 120_000],
    [' 3 ', 3_000],
    ['1.5', 1_500],
    ['Sun, 01 Mar 2026 12:00:07 GMT', 7_000],
    ['Sunday, 01-Mar-26 12:00:07 GMT', 7_000],
    ['Sun Mar  1 12:00:07 2026', 7_000],
    ['Tue Mar 10 12:00:00 2026', 9 * 86_400_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Saturday, 29-Feb-76 12:00:00 GMT', Date.UTC(2076, 1, 29, 12) - now],
    ['Sun, 01 Mar 2026 12:00:60 GMT', 60_000],
  ];
  for (const [header, ms] of cases) assert.equal(parseRetryAfter(header, now), ms, `"${header}"`);
});

test('what is neither makes no sense, and no wait', () => {
  for (const header of [
    '',
    'soon',
    '-1',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '1, 2',
    '2026-03-01T12:00:07Z',
    'Mar 1 2026',
    'Sun, 31 Feb 2026 12:00:07 GMT',
    'Sun, 01 Mar 2026 24:00:00 GMT',
    'Sun, 01 Mar 2026 12:61:00 GMT',
    'Sun, 01 Mar 2026 12:00:07 CET',
    'Sun, 01 Mar 2026 12:00:07',
    'Sun Mar 1 12:00:07 2026 GMT',
  ])
    assert.equal(parseRetryAfter(header, now), undefined, `"${header}"`);
});

test('an absurd one is cut', () => {
  const policy = { maxAttempts: 10, baseMs: 100, capMs: 10_000 };
  const wait = retryDelayMs(1, policy, () => 0, parseRetryAfter('9'.repeat(400), now));
  assert.equal(wait, 120_000);
});

test('a date means the same in whatever time zone the machine is', () => {
  const module = new URL('../../../src/openadr/http/retry-after.ts', import.meta.url).href;
  const dates = [
    'Sun, 01 Mar 2026 12:00:07 GMT',
    'Sunday, 01-Mar-26 12:00:07 GMT',
    'Sun Mar  1 12:00:07 2026',
  ];
  const script = `import { parseRetryAfter } from ${JSON.stringify(module)};
    console.log(JSON.stringify(${JSON.stringify(dates)}.map((date) => parseRetryAfter(date, ${now}))),
      new Date(${now}).getTimezoneOffset());`;
  const offsets = new Set<string>();
  for (const TZ of ['UTC', 'Europe/Copenhagen', 'America/Los_Angeles', 'Pacific/Auckland']) {
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    });
    const [read = '', offset = ''] = output.trim().split(' ');
    assert.equal(read, '[7000,7000,7000]', TZ);
    offsets.add(offset);
  }
  assert.equal(offsets.size, 4, 'the time zones are not known to Node, or not heeded');
});
