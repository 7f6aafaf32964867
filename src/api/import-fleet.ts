import { z } from 'zod';
import type { Logger } from '../core/log.ts';
import { type ImportRow, readSites } from '../fleet/import/read-sites.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import type { FleetWriter, UpsertCounts } from '../store/fleet-writer.ts';
import { openStore } from '../store/open-store.ts';
import {
  type Checks,
  call,
  checkOptions,
  log as logCheck,
  signal as signalCheck,
  text,
  waitingChecks,
} from './check-options.ts';
import { type ImportSource, type RereadableFile, rereadable } from './import-source.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { defaultDbPath } from './option-values.ts';

export type { ImportSource } from './import-source.ts';

/** Which files to import, and into which database. */
export interface ImportFleetOptions {
  /** CSV files as docs/import.md describes them, in this order. */
  readonly files: readonly ImportSource[];
  /** The fleet database (SQLite), made where there is none, with its folder. Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Wait where another process changes the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
  /** Stops it: what was read until then is stored. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: ImportEvent) => void) | undefined;
  readonly log?: Logger | undefined;
}

/** A line of a file that is no site, and why; lines count from 1. */
export interface ImportRejection {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** What happens while files are imported. */
export type ImportEvent =
  /** Columns that mean nothing here. */
  | { readonly type: 'ignored-columns'; readonly file: string; readonly names: readonly string[] }
  | ({ readonly type: 'line-rejected' } & ImportRejection)
  /** A line that is taken, but should be looked at, and why. */
  | ({ readonly type: 'line-doubtful' } & ImportRejection)
  /** All of a file was read, or the import was stopped within it; counts of this file. */
  | ({ readonly type: 'file-imported'; readonly file: string; readonly rejected: number } & UpsertCounts);

/** What an import did. */
export interface ImportSummary extends Readonly<UpsertCounts> {
  /** All lines were accepted, and it was not interrupted. */
  readonly success: boolean;
  readonly interrupted: boolean;
  readonly rejected: number;
  /** Lines that were taken, but should be looked at. */
  readonly doubtful: number;
  /** The first 100. */
  readonly rejections: readonly ImportRejection[];
  readonly elapsedSeconds: number;
}

const checks = {
  files: z.array(z.union([z.string().min(1), z.object({ name: z.string(), bytes: z.custom(isIterable) })])),
  dbPath: text,
  onEvent: call,
  signal: signalCheck,
  log: logCheck,
  ...waitingChecks,
} satisfies Checks<ImportFleetOptions>;

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

const mostRejections = 100;

/**
 * Brings the sites of CSV files into a fleet database: inserts those that are not there, updates those that are. A line
 * that is no site is rejected and stops nothing; a file that is no table of sites is refused (BAD_CSV) before anything
 * is stored. Throws VenfleetErrors.
 */
export async function importFleet(options: ImportFleetOptions): Promise<ImportSummary> {
  checkOptions('importFleet', checks, options);
  const startedAt = performance.now();
  const { dbPath = defaultDbPath, signal, log, onEvent } = options;
  const total = { inserted: 0, updated: 0, unchanged: 0, rejected: 0 };
  const rejections: ImportRejection[] = [];
  let doubtful = 0;
  const emit = (event: ImportEvent) => {
    if (event.type === 'line-rejected' && rejections.length < mostRejections) {
      const { type: _, ...rejection } = event;
      rejections.push(rejection);
    }
    if (event.type === 'line-doubtful') doubtful++;
    if (event.type === 'file-imported') {
      for (const name of ['inserted', 'updated', 'unchanged', 'rejected'] as const)
        total[name] += event[name];
    }
    if (log) logImport(log, event);
    onEvent?.(event);
  };
  const files = options.files.map(rereadable);
  for (const file of files) await checkBeginning(file);
  log?.info({ database: dbPath, files: files.map(({ name }) => name) }, 'importing sites');
  const store = await openStore(dbPath, { create: true });
  try {
    await store.exclusively({ command: 'import', ...loggingWait(options) }, async () => {
      for (const file of files) await importFile(store, file, emit, signal);
    });
  } finally {
    await store.close();
  }
  const interrupted = signal?.aborted ?? false;
  const success = total.rejected === 0 && !interrupted;
  const elapsedSeconds = Math.round(performance.now() - startedAt) / 1000;
  log?.info(
    { database: dbPath, ...total, doubtful, elapsedSeconds },
    interrupted ? 'import interrupted' : 'sites imported',
  );
  return { success, interrupted, ...total, doubtful, rejections, elapsedSeconds };
}

function logImport(log: Logger, event: ImportEvent): void {
  if (event.type === 'file-imported') log.info(event, 'file imported');
  else log.warn(event, warnings[event.type]);
}

const warnings = {
  'line-rejected': 'line rejected',
  'line-doubtful': 'line doubtful',
  'ignored-columns': 'columns ignored',
};

/** Throws for a file that cannot be read or is no table of sites. */
async function checkBeginning({ name, read }: RereadableFile): Promise<void> {
  for await (const _ of readSites(read(), name)) return;
}

async function importFile(
  store: FleetWriter,
  { name: file, read }: RereadableFile,
  emit: (event: ImportEvent) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let rejected = 0;
  const reject = (line: number, reason: string) => {
    rejected++;
    emit({ type: 'line-rejected', file, line, reason });
  };
  const rows = readSites(read(), file, {
    onIgnoredColumns: (names) => emit({ type: 'ignored-columns', file, names }),
  });
  const doubt = (line: number, reason: string) => emit({ type: 'line-doubtful', file, line, reason });
  const counts = await store.upsertSites(accepted(rows, reject, doubt, signal), (row, problem) =>
    reject(row.line, problem),
  );
  emit({ type: 'file-imported', file, ...counts, rejected });
}

type AcceptedRow = Exclude<ImportRow, { problem: string }>;

async function* accepted(
  rows: AsyncIterable<ImportRow>,
  reject: (line: number, reason: string) => void,
  doubt: (line: number, reason: string) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<AcceptedRow> {
  for await (const row of rows) {
    if (signal?.aborted) return;
    if ('problem' in row) reject(row.line, row.problem);
    else {
      if (row.doubts && row.doubts.length > 0) doubt(row.line, row.doubts.join('; '));
      yield row;
    }
  }
}
