import type { DueReport, ScheduledReports } from './report-schedule.ts';

/**
 * The reports still to be sent, in order, for one who comes to them now: of those that are due already only the latest, which
 * is to be sent at once (User Guide, 7.5, on events that begin in the past), then all that are to come; without end where
 * there is none. `sent`: the number of the last one that was sent; it and those before it are left out.
 */
export function* reportsToSend(
  schedule: ScheduledReports,
  { nowMs, sent = -1 }: { readonly nowMs: number; readonly sent?: number | undefined },
): Generator<DueReport, void, undefined> {
  const isDue = (sequence: number) => {
    const report = schedule.reportAt(sequence);
    return report !== undefined && report.dueMs <= nowMs;
  };
  let sequence = Math.max(sent + 1, firstNotDue(isDue) - 1);
  for (let report = schedule.reportAt(sequence); report; report = schedule.reportAt(sequence)) {
    yield report;
    sequence++;
  }
}

/** The first that is not due; an event that began a year ago has too many to look at each. */
function firstNotDue(isDue: (sequence: number) => boolean): number {
  let from = 0;
  let until = 1;
  while (isDue(until)) {
    from = until;
    until *= 2;
  }
  while (from < until) {
    const middle = Math.floor((from + until) / 2);
    if (isDue(middle)) from = middle + 1;
    else until = middle;
  }
  return from;
}
