import { type ImportRow, readSites } from '../fleet/import/read-sites.ts';
import { withLease } from '../store/sqlite/lease.ts';
import { type FleetDatabase, openFleetDatabase } from '../store/sqlite/open-sqlite.ts';
import { type UpsertCounts, upsertSites } from '../store/sqlite/write-fleet.ts';
import type { CommandDefinition } from './command.ts';
import { type Input, inputOf } from './input.ts';
import { isEndOfWaiting, leaseFor } from './lease.ts';
import { count, duration, plain, some } from './render/text.ts';

/** Rejected lines that `--json` lists; standard error names them all. */
const listedRejections = 100;

export const importSites: CommandDefinition<'db' | 'wait' | 'json'> = {
  name: 'import',
  description:
    'Columns: title, address, longitude, latitude; optional: type, sub_type, ven,\n' +
    'meter_point_id, P_max_kw, P_min_kw, E_max_kwh, E_min_kwh, resource_id,\n' +
    'h5_meter_id. Sites that are there already are updated. A file may be a pipe;\n' +
    '"-" is standard input.\n\n' +
    'Exit code: 0 all lines accepted, 1 some rejected, 2 wrong use or a bad\n' +
    'environment, 130 interrupted.',
  args: '<file...>',
  options: ['db', 'wait', 'json'],
  examples: [
    'venfleet import sites.csv',
    'venfleet import north.csv south.csv --db fleet.db --json',
    'venfleet import - --db fleet.db < sites.csv',
  ],
  async run({ values, args, signal }) {
    const start = performance.now();
    const inputs = args.map(inputOf);
    for (const input of inputs) await checkBeginning(input);
    const database = await openFleetDatabase(values.db, { create: true });
    const total: ImportTotal = { inserted: 0, updated: 0, unchanged: 0, rejected: 0, rejections: [] };
    try {
      await withLease(database, leaseFor('import', values.wait, signal), async () => {
        for (const input of inputs) await importFile(database, input, total, signal);
      });
    } catch (error) {
      if (!isEndOfWaiting(error, signal)) throw error;
    } finally {
      await database.close();
    }
    const elapsedSeconds = Math.round(performance.now() - start) / 1000;
    const success = total.rejected === 0 && !signal.aborted;
    const result = { success, db: values.db, files: args.length, ...total, elapsedSeconds };
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${sentence(result)}\n`);
    if (signal.aborted) return 130;
    return success ? 0 : 1;
  },
};

interface ImportTotal extends UpsertCounts {
  rejected: number;
  /** The first of them. */
  rejections: { file: string; line: number; reason: string }[];
}

/** Throws for a file that cannot be read or is no table of sites, before anything is stored. */
async function checkBeginning({ path, read }: Input): Promise<void> {
  for await (const _ of readSites(read(), path)) return;
}

async function importFile(
  database: FleetDatabase,
  { path, read }: Input,
  total: ImportTotal,
  signal: AbortSignal,
): Promise<void> {
  const reject = (line: number, reason: string) => {
    process.stderr.write(`${path}:${line}: ${plain(reason)}\n`);
    total.rejected++;
    if (total.rejections.length < listedRejections) total.rejections.push({ file: path, line, reason });
  };
  const rows = readSites(read(), path, {
    onIgnoredColumns: (names) => {
      process.stderr.write(`${path}: ignored columns: ${plain(names.join(', '))}\n`);
    },
  });
  const before = total.rejected;
  const counts = await upsertSites(database, accepted(rows, reject, signal), (row, problem) =>
    reject(row.line, problem),
  );
  const rowsRead = counts.inserted + counts.updated + counts.unchanged + total.rejected - before;
  if (rowsRead === 0 && !signal.aborted)
    process.stderr.write(`${path}: no sites below the line that names the columns\n`);
  total.inserted += counts.inserted;
  total.updated += counts.updated;
  total.unchanged += counts.unchanged;
}

type AcceptedRow = Exclude<ImportRow, { problem: string }>;

async function* accepted(
  rows: AsyncIterable<ImportRow>,
  reject: (line: number, reason: string) => void,
  signal: AbortSignal,
): AsyncGenerator<AcceptedRow> {
  for await (const row of rows) {
    if (signal.aborted) return;
    if ('problem' in row) reject(row.line, row.problem);
    else yield row;
  }
}

function sentence(result: ImportTotal & { db: string; files: number; elapsedSeconds: number }): string {
  const { inserted, updated, unchanged, rejected, db, elapsedSeconds } = result;
  return (
    `Imported into ${db}: ${some(inserted, 'site')} inserted, ${count(updated)} updated, ` +
    `${count(unchanged)} unchanged, ${some(rejected, 'line')} rejected (${duration(elapsedSeconds)}).`
  );
}
