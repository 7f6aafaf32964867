import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { VenfleetError } from '../core/errors.ts';
import { databaseError } from './database-errors.ts';
import { createPatience } from './patience.ts';
import { prepareRecord } from './record.ts';
import type { WriterCall, WriterReply, Writes } from './writer.ts';

/** Pages that a run changes are kept in memory up to this, kibibytes: ids of resources come in any order. */
const cacheKib = 8_192;
/** Pages of 4 KiB in the log before it is carried over: the fewer times, the less is written twice. */
const checkpointPages = 4_000;

/** Carries out what the other thread asks for, call by call: opens the database for the first, closes it at the end. */
export function serveWrites(path: string): void {
  const port = parentPort!;
  let opened: ReturnType<typeof openWrites> | undefined;
  const carryOut = async ({ id, method, args }: WriterCall): Promise<WriterReply> => {
    try {
      opened ??= openWrites(path);
      const work = opened.writes[method] as (...args: unknown[]) => Promise<unknown>;
      return { id, result: await work(...args) };
    } catch (error) {
      const known = databaseError(error, path);
      return known instanceof VenfleetError
        ? { id, code: known.code, details: known.details }
        : { id, error: known };
    }
  };
  let last: Promise<void> = Promise.resolve();
  port.on('message', (call: WriterCall | null) => {
    last = last.then(async () => {
      if (call) return port.postMessage(await carryOut(call));
      opened?.sqlite.close();
      port.close();
    });
  });
}

function openWrites(path: string): { sqlite: DatabaseSync; writes: Writes } {
  const sqlite = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  sqlite.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${cacheKib};
    PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  const patiently = createPatience({ path, sqlite });
  const noteSending = sqlite.prepare('INSERT OR IGNORE INTO venfleet_sending SELECT value FROM json_each(?)');
  const record = prepareRecord({ sqlite });
  return {
    sqlite,
    writes: {
      noteSending: (loadIds) => patiently(() => void noteSending.run(JSON.stringify(loadIds))),
      record: (mappings, failures) => patiently(() => record(mappings, failures)),
    },
  };
}
