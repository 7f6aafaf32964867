import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportEvent } from '../../src/api/report-history.ts';
import { watchReports } from '../../src/api/watch.ts';
import { quickRetry, reportingFleet } from '../support/reporting-fleet.ts';

test('watchReports tells its progress as an async iterable, and its summary', async (t) => {
  const { dbPath, meterData, simulator } = await reportingFleet(t);
  const told: string[] = [];
  const options = { dbPath, meterData, vtnUrl: simulator.url, bearerToken: 'secret', retry: quickRetry };
  const run = watchReports({ ...options, onEvent: ({ type }) => told.push(type) });
  const seen: ReportEvent[] = [];
  for await (const event of run) seen.push(event);
  const { points } = await run.summary;
  assert.deepEqual(seen[0], { type: 'planned', loads: 30, toReport: 30, points, stepMs: 3_600_000 });
  const last = seen.at(-1);
  assert.ok(last?.type === 'progress' && last.points === points);
  assert.deepEqual(
    seen.map(({ type }) => type),
    told,
  );
  const failed = watchReports({ ...options, vtnUrl: 'nowhere' });
  for await (const event of failed) assert.fail(event.type);
  await assert.rejects(failed.summary, { code: 'VTN_URL' });
});
