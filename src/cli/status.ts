import { type FleetStatus, status as fleetStatusOf } from '../api/status.ts';
import { type WatchedStatus, watchStatus } from '../api/watch-status.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { componentTable, countCells, countHeadings, percent } from './render/fleet-counts.ts';
import { hasMovingBlock, liveBlock } from './render/live-block.ts';
import { print, printJson, tell } from './render/output.ts';
import { spelledTwiceWarning } from './render/spelled-twice.ts';
import { table } from './render/table.ts';
import { count } from './render/text.ts';
import { watchedLine, watchedText } from './render/watched-status.ts';

type StatusOption = 'db' | 'json' | 'ven' | 'failures' | 'watch' | 'every';

export const status: CommandDefinition<StatusOption> = {
  name: 'status',
  description:
    'Success is the share of the tried loads that are registered; loads not tried yet do not count. With --ven all of ' +
    'it is of these VENs.\n\n' +
    'With --watch it is shown anew whenever something has changed, until Ctrl-C (exit code 130): how fast loads are ' +
    'registered, how many VENs are complete, why loads failed (ids blanked), and which events are running. Where standard output is no ' +
    'terminal, each change is a line; with --json an object.',
  options: ['db', 'ven', 'failures', 'watch', 'every', 'json'],
  examples: [
    'venfleet status',
    'venfleet status --ven Aalborg --failures 100',
    'venfleet status --json | jq .loads',
    'venfleet status --watch --every 5',
  ],
  async run(context) {
    const { values, log } = context;
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
    if (values.watch) return watch(context, values.ven && found.byVen.flatMap(({ venId }) => venId ?? []));
    if (values.json) printJson(found);
    else print(statusText(found));
    return 0;
  },
};

/** Shows the status until Ctrl-C. */
async function watch(
  { values, signal }: CommandContext<StatusOption>,
  vens: readonly string[] | undefined,
): Promise<number> {
  const block = !values.json && hasMovingBlock() ? liveBlock(process.stdout) : undefined;
  const show = (status: WatchedStatus) => {
    if (values.json) printJson(status);
    else if (block) block.show(watchedText(status, values.failures));
    else print(watchedLine(status));
  };
  try {
    const everyMs = values.every * 1000;
    for await (const status of watchStatus({ dbPath: values.db, vens, everyMs, signal })) show(status);
  } finally {
    block?.stop();
  }
  return 130;
}

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
    componentTable(status.byComponent),
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
