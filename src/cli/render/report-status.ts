import {
  componentNames,
  type KindStatus,
  type ReportedCounts,
  type ReportStatus,
} from '../../api/report-status.ts';
import { table } from './table.ts';
import { count, some } from './text.ts';

/** How far reporting is, as a person reads it: each kind of reports in a section of its own. */
export function reportStatusText({ loads, registered, kinds, otherKinds }: ReportStatus): string[] {
  if (loads === 0) return ['The database holds no loads: it has no fleet yet.'];
  const others =
    otherKinds.length > 0 ? [`Reports of other kinds are not shown: ${otherKinds.join(', ')}.`] : [];
  if (kinds.length === 0) {
    const nothing = others.length > 0 ? 'There are no such reports' : 'Nothing was reported yet';
    return [`${nothing}; ${count(registered)} of ${some(loads, 'load')} are registered.`, ...others];
  }
  const sections = kinds.flatMap(sectionsOf);
  return [
    ...sections.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines])),
    ...(others.length > 0 ? ['', ...others] : []),
  ];
}

function sectionsOf(status: KindStatus): string[][] {
  const sections = [
    summaryLines(status),
    table(
      ['Load component', ...headings],
      status.byComponent.map((row) => [
        [row.component, componentNames[row.component]].filter(Boolean).join(' '),
        ...cells(row),
      ]),
    ),
    table(
      ['VEN', ...headings],
      status.byVen.map((row) => [row.venId ?? '(none)', ...cells(row)]),
    ),
  ];
  if (status.latestFailures.length > 0) {
    const rows = status.latestFailures.map((failure) => [
      failure.failedAt,
      failure.externalResourceId,
      failure.status === null ? '-' : String(failure.status),
      failure.reason,
    ]);
    sections.push(table(['Latest failures (UTC)', 'Load', 'HTTP', 'Reason'], rows));
  }
  return sections;
}

function summaryLines(status: KindStatus): string[] {
  const { kind, reporting, registered, failing, points, mostUntil, newestAgeSeconds } = status;
  const failed = failing > 0 ? `; the last report of ${count(failing)} failed` : '';
  const newest =
    mostUntil === null || newestAgeSeconds === null
      ? ''
      : `; the newest ended ${minute(mostUntil)} UTC, ${age(newestAgeSeconds)} ago`;
  return [
    `Kind ${kind}: ${count(reporting)} of ${some(registered, 'registered load')} ${reporting === 1 ? 'reports' : 'report'}${failed}.`,
    `${some(points, 'reading')}${newest}.`,
  ];
}

const headings = ['Loads', 'Reporting', 'Failing', 'Readings', 'All until (UTC)', 'Newest'];

function cells({
  loads,
  reporting,
  failing,
  points,
  leastUntil,
  newestAgeSeconds,
}: ReportedCounts): string[] {
  return [
    ...[loads, reporting, failing, points].map(count),
    leastUntil === null ? '-' : minute(leastUntil),
    newestAgeSeconds === null ? '-' : age(newestAgeSeconds),
  ];
}

/** `2025-01-17T08:00:00Z` as `2025-01-17 08:00`. */
const minute = (time: string) => time.slice(0, 16).replace('T', ' ');

/** Seconds in the largest unit of which there are two: "40 min", "36 h", "313 d". */
function age(seconds: number): string {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${count(Math.floor(minutes / (24 * 60)))} d`;
}
