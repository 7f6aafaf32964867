/** The thread that `createWriter` starts. */
import { DatabaseSync } from 'node:sqlite';
import { type Opened, serveThread, threadData } from '../../core/thread.ts';
import { databaseError } from './errors.ts';
import { openJournal } from './journal.ts';
import { createPatience } from './lock-wait.ts';
import { prepareRecord } from './record-results.ts';
import { inOneGo } from './transaction.ts';
import { mappingsOf, type WriterMethods } from './writer.ts';

/** Pages of 4 KiB in the log before it is carried over: the fewer times, the less is written twice. */
const checkpointPages = 4_000;

const path = threadData<string>();

serveThread({ open: openWrites, errorOf: (error) => databaseError(error, path) });

async function openWrites(): Promise<Opened<WriterMethods>> {
  const sqlite = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  sqlite.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  const patiently = createPatience({ path, sqlite });
  const journal = await patiently(() => openJournal(sqlite));
  const record = prepareRecord({ sqlite }, journal);
  return {
    methods: {
      noteSending: (loadIds) => patiently(() => journal.note(loadIds)),
      forgetSending: (loadIds) => patiently(() => inOneGo(sqlite, () => journal.settle(loadIds, []))()),
      record: (columns, failures) => patiently(() => record(mappingsOf(columns), failures)),
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
