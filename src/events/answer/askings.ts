import type { AskedReport, GridEvent } from '../../fleet/grid-event.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import { reportSchedule, type ScheduledReports } from '../report-schedule/report-schedule.ts';
import { reportsToSend } from '../report-schedule/reports-to-send.ts';
import { intervalSeriesOf, reportRequestOf } from '../report-schedule/series-of-event.ts';

/** An event version as far as it asks for reports. */
export interface AskingEvent {
  readonly stored: StoredEvent;
  readonly event: GridEvent;
}

/** Reports that one reportDescriptor of an event version asks for, at times that are known. */
export interface Asking extends AskingEvent {
  readonly asked: AskedReport;
  /** Its place among the event's reportDescriptors, from 0. */
  readonly descriptor: number;
  readonly schedule: ScheduledReports;
  /** The first that is owed: of those that were due when the version was heard of, the latest alone (User Guide, 7.5). */
  readonly first: number;
}

/** What a reportDescriptor asks for; or why that is nothing, no sentence. */
export function askingOf(
  { stored, event }: AskingEvent,
  descriptor: number,
): { readonly ok: true; readonly asking: Asking } | { readonly ok: false; readonly problem: string } {
  const asked = event.askedReports[descriptor] as AskedReport;
  const found = intervalSeriesOf(event, stored);
  if (!found.ok) return found;
  const schedule = reportSchedule(reportRequestOf(asked), found.series);
  if (schedule.kind === 'nothing') return { ok: false, problem: schedule.problem };
  if (schedule.kind === 'ad-hoc') {
    const problem =
      asked.frequency === 0
        ? 'it is to come when the VEN sees fit (frequency 0): readings are sent so by "report live"'
        : 'the event has no intervals that it could be about';
    return { ok: false, problem };
  }
  const [next] = reportsToSend(schedule, { nowMs: stored.receivedMs });
  if (!next) return { ok: false, problem: 'the event has no interval at which it would be due' };
  if (next.dueMs === Number.POSITIVE_INFINITY)
    return { ok: false, problem: 'it is due when an interval is over that has no end' };
  return { ok: true, asking: { stored, event, asked, descriptor, schedule, first: next.sequence } };
}

/** Tells event versions apart. */
export function versionKey({
  stored: { eventId, version },
}: {
  readonly stored: Pick<StoredEvent, 'eventId' | 'version'>;
}): string {
  return JSON.stringify([eventId, version]);
}
