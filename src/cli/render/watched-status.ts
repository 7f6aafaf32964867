import type { WatchedStatus } from '../../api/watch-status.ts';
import { componentTable, percent } from './fleet-counts.ts';
import { table } from './table.ts';
import { count } from './text.ts';

/** The status of a moment; of reasons no more than so many. */
export function watchedText(status: WatchedStatus, reasonsShown: number): string[] {
  const { reasons, runningEvents: events } = status;
  const shown = reasons.slice(0, reasonsShown);
  const more = reasons.length - shown.length;
  return [
    ...[...summary(status), '', ...componentTable(status.byComponent)],
    ...(shown.length === 0
      ? []
      : [
          '',
          ...table(
            ['Why loads are not registered', 'HTTP', 'Loads', 'VENs'],
            shown.map(({ reason, status: http, loads, vens }) => [
              ...[reason, http === null ? '-' : String(http), count(loads), count(vens.length)],
            ]),
          ),
        ]),
    ...(more > 0 ? [`and ${count(more)} more (--failures)`] : []),
    ...(events.length === 0
      ? []
      : [
          '',
          ...table(
            ['Running events', 'Until', 'Handed', 'Late', 'Missed'],
            events.map(({ eventId, name, ends, instructions: { handed, late, missed } }) => [
              ...[name ?? eventId, ends ?? 'without end', ...[handed, late, missed].map(count)],
            ]),
          ),
        ]),
  ];
}

/** The same in a line. */
export function watchedLine(status: WatchedStatus): string {
  const { failed, waiting, skipped } = status.loads;
  const events = status.runningEvents.length;
  return `${summary(status).join(' ')} Failed ${count(failed)}, waiting ${count(waiting)}, skipped ${count(skipped)}; events running: ${count(events)}.`;
}

function summary({ at, loads, vens, perSecond }: WatchedStatus): [string, string] {
  const rate = perSecond === null ? '' : `, ${count(Math.round(perSecond))} a second`;
  const success = loads.successRate === null ? 'None was tried yet' : `Success ${percent(loads)}`;
  return [
    `${at.slice(0, 19).replace('T', ' ')}Z  ${count(loads.registered)} of ${count(loads.total)} loads are registered${rate}.`,
    `${success}; ${count(vens.complete)} of ${count(vens.total)} VENs complete.`,
  ];
}
