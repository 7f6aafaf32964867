import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { VenfleetError } from '../core/errors.ts';
import { databaseError } from './database-errors.ts';
import { openJournal } from './journal.ts';
import { createPatience } from './patience.ts';
import { prepareRecord } from './record.ts';
import { inOneGo } from './sent.ts';
import type { WriterCall, WriterReply, Writes } from './writer.ts';

/** Pages of 4 KiB in the log before it is carried over: the fewer times, the less is written twice. */
const checkpointPages = 4_000;

/** Carries out what the other thread asks for, call by call: opens the database for the first, closes it at the end. */
export function serveWrites(path: string): void {
  const port = parentPort!;
  let opened: Opened | undefined;
  const carryOut = async ({ id, method, args }: WriterCall): Promise<WriterReply> => {
    try {
      opened ??= await openWrites(path);
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
      opened?.close();
      port.close();
    });
  });
}

interface Opened {
  readonly writes: Writes;
  close(): void;
}

async function openWrites(path: string): Promise<Opened> {
  const sqlite = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  sqlite.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  const patiently = createPatience({ path, sqlite });
  const journal = await patiently(() => openJournal(sqlite));
  const record = prepareRecord({ sqlite }, journal);
  return {
    writes: {
      noteSending: (loadIds) => patiently(() => journal.note(loadIds)),
      forgetSending: (loadIds) => patiently(() => inOneGo(sqlite, () => journal.settle(loadIds, []))()),
      record: (mappings, failures) => patiently(() => record(mappings, failures)),
    },
    close() {
      try {
        journal.close();
      } catch {
        // The disk may be full: its batches say the same, at more length.
      }
      sqlite.close();
    },
  };
}
