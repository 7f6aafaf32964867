import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plannedReport } from '../../src/metering/planned-report.ts';
import { createReportNotes } from '../../src/metering/report-notes.ts';

test('a report that is told in halves is in no doubt any more, and the halves are', async () => {
  const noted = new Set<string>();
  const notes = createReportNotes(
    {
      noteReports: async (reports) => reports.forEach(({ key }) => void noted.add(key)),
      recordReports: async (keys) => keys.forEach((key) => void noted.delete(key)),
    },
    'bulk',
  );
  const [whole, first, second] = ['whole', 'first', 'second'].map((name, n) =>
    plannedReport('Aalborg', { fromMs: n, untilMs: n + 1 }, [], name),
  );
  assert.ok(whole && first && second);
  await notes.note([whole]);
  notes.begun(whole);
  await notes.replaced(whole, [first, second]);
  assert.deepEqual([...noted], ['first', 'second']);
  notes.begun(first);
  await notes.forgetUnsent();
  assert.deepEqual([...noted], ['first']);
});
