import {
  componentNames,
  type FleetStatus,
  status as fleetStatusOf,
  type RatedCounts,
} from '../api/status.ts';
import type { CommandDefinition } from './command.ts';
import { print, printJson, tell } from './render/output.ts';
import { spelledTwiceWarning } from './render/spelled-twice.ts';
import { table } from './render/table.ts';
import { count } from './render/text.ts';

export const status: CommandDefinition<'db' | 'json' | 'ven' | 'failures'> = {
  name: 'status',
  description:
    'Success is the share of the tried loads that are registered; loads not tried yet do not count. With --ven all of ' +
    'it is of these VENs.',
  options: ['db', 'ven', 'failures', 'json'],
  examples: [
    'venfleet status',
    'venfleet status --ven Aalborg --failures 100',
    'venfleet status --json | jq .loads',
  ],
  async run({ values, log }) {
    const found = await fleetStatusOf({
      dbPath: values.db,
      vens: values.ven,
      failures: values.failures,
      onSpelledTwice(names) {
        log.warn(names, 'names in several spellings');
        tell(spelledTwiceWarning(names));
      },
    });
    log.info({ database: values.db, loads: found.loads }, 'status read');
    if (values.json) printJson(found);
    else print(statusText(found));
    return 0;
  },
};

function statusText(status: FleetStatus): string[] {
  const { loads } = status;
  if (loads.total === 0) return ['The database holds no loads: it has no fleet yet.'];
  const success = loads.successRate === null ? 'none was tried yet' : `success ${percent(loads)}`;
  const sections = [
    [`${count(loads.registered)} of ${count(loads.total)} loads are registered; ${success}.`],
    [
      ...table(
        ['Registration status', 'Loads'],
        status.byStatus.map((row) => [row.status, count(row.loads)]),
      ),
      ...pendingNote(status),
    ],
    table(
      ['Load component', ...countHeadings],
      status.byComponent.map((row) => [
        [row.component, componentNames[row.component]].filter(Boolean).join(' '),
        ...countCells(row),
      ]),
    ),
    table(
      ['VEN', ...countHeadings],
      status.byVen.map((row) => [row.venId ?? '(none)', ...countCells(row)]),
    ),
  ];
  if (status.samples.length > 0) {
    const rows = status.samples.map((sample) => [
      sample.externalResourceId,
      sample.loadName,
      sample.vtnResourceId,
    ]);
    sections.push(table(['Registered, for example', 'Load', 'VTN resource'], rows));
  }
  if (status.latestFailures.length > 0) {
    const rows = status.latestFailures.map((failure) => [
      failure.failedAt,
      failure.externalResourceId,
      failure.status === null ? '-' : String(failure.status),
      failure.reason,
    ]);
    sections.push(table(['Latest failures (UTC)', 'Load', 'HTTP', 'Reason'], rows));
  }
  return sections.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

/** The status in the database knows no failures. */
function pendingNote({ byStatus, loads }: FleetStatus): string[] {
  if (loads.failed + loads.skipped === 0 || !byStatus.some((row) => row.status === 'PENDING')) return [];
  return ['PENDING are all that are not registered: below, they are failed, waiting or skipped.'];
}

const countHeadings = ['Loads', 'Registered', 'Failed', 'Waiting', 'Skipped', 'Success'];

function countCells(counts: RatedCounts): string[] {
  const { total, registered, failed, waiting, skipped } = counts;
  return [...[total, registered, failed, waiting, skipped].map(count), percent(counts)];
}

/** Never rounded up to 100 %. */
function percent({ successRate }: RatedCounts): string {
  if (successRate === null) return '-';
  return `${(Math.floor(successRate * 1000) / 10).toFixed(1)} %`;
}
