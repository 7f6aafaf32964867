import { createReadStream } from 'node:fs';
import { type ImportEvent, type ImportSummary, importFleet } from '../api/import-fleet.ts';
import type { CommandDefinition } from './command.ts';
import { isEndOfWaiting, tellOfWaiting } from './lease.ts';
import { print, printJson, tell } from './render/output.ts';
import { count, duration, some } from './render/text.ts';

export const importSites: CommandDefinition<'db' | 'wait' | 'json'> = {
  name: 'import',
  description:
    'Columns: title, address, longitude, latitude; optional: type, sub_type, ven, ' +
    'meter_point_id, P_max_kw, P_min_kw, E_max_kwh, E_min_kwh, resource_id, ' +
    'h5_meter_id. Sites that are there already are updated. A file may be a pipe; ' +
    '"-" is standard input.\n\n' +
    'Exit code: 0 all lines accepted, 1 some rejected, 2 wrong use or a bad ' +
    'environment, 130 interrupted.',
  args: '<file...>',
  options: ['db', 'wait', 'json'],
  examples: [
    'venfleet import sites.csv',
    'venfleet import north.csv south.csv --db fleet.db --json',
    'venfleet import - --db fleet.db < sites.csv',
  ],
  async run({ values, args, signal, log }) {
    const { db, wait, json } = values;
    const startedAt = performance.now();
    const { interrupted, ...summary } = await importFleet({
      files: args.map((path) => (path === '-' ? standardInput() : path)),
      dbPath: db,
      wait,
      onWaiting: tellOfWaiting,
      onEvent: (event) => say(event, signal),
      signal,
      log,
    }).catch((error: unknown) => {
      if (isEndOfWaiting(error, signal)) return nothingImported(startedAt);
      throw error;
    });
    const { success, ...counts } = summary;
    const result = { success, db, files: args.length, ...counts };
    if (json) printJson(result);
    else print(sentence(db, summary));
    if (interrupted) return 130;
    return success ? 0 : 1;
  },
};

function standardInput() {
  return { name: '-', bytes: createReadStream('/dev/stdin', { fd: 0 }) };
}

function nothingImported(startedAt: number): ImportSummary {
  return {
    success: false,
    interrupted: true,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    rejected: 0,
    doubtful: 0,
    rejections: [],
    elapsedSeconds: Math.round(performance.now() - startedAt) / 1000,
  };
}

/** Tells on standard error what a person should know of a file. */
function say(event: ImportEvent, signal: AbortSignal): void {
  const { type, file } = event;
  const tellOfFile = (line: string) => tell(`${file}${line}`);
  if (type === 'line-rejected') tellOfFile(`:${event.line}: ${event.reason}`);
  else if (type === 'line-doubtful') tellOfFile(`:${event.line}: warning: ${event.reason}`);
  else if (type === 'ignored-columns') tellOfFile(`: ignored columns: ${event.names.join(', ')}`);
  else if (event.inserted + event.updated + event.unchanged + event.rejected === 0 && !signal.aborted)
    tellOfFile(': no sites below the line that names the columns');
}

type Counts = Omit<ImportSummary, 'interrupted'>;

function sentence(db: string, { inserted, updated, unchanged, rejected, elapsedSeconds }: Counts): string {
  return (
    `Imported into ${db}: ${some(inserted, 'site')} inserted, ${count(updated)} updated, ` +
    `${count(unchanged)} unchanged, ${some(rejected, 'line')} rejected (${duration(elapsedSeconds)}).`
  );
}
