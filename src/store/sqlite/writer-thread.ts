/** The thread that `createWriter` starts. */
import { once } from '../../core/once.ts';
import { type Opened, serveThread, threadData } from '../../core/thread.ts';
import { connect } from './connect.ts';
import { prepareDispatchJournal } from './dispatch-journal.ts';
import { databaseError } from './errors.ts';
import { readFleetSchema } from './fleet-schema.ts';
import { openJournal } from './journal.ts';
import { createLockWait } from './lock-wait.ts';
import { prepareRecord } from './record-results.ts';
import { createRunner } from './run-statements.ts';
import { inTransaction } from './transaction.ts';
import { mappingsOf, type WriterMethods, type WriterPlace } from './writer.ts';

/** Kibibytes of pages that are kept: the ids of a whole fleet's loads, which are looked up in no order, fit in. */
const cacheKib = 8_000;
/** Pages of 4 KiB in the log before it is carried over: the fewer times, the less is written twice. */
const checkpointPages = 4_000;

const { path, identity } = threadData<WriterPlace>();

serveThread({ open: openWrites, errorOf: (error) => databaseError(error, path) });

async function openWrites(): Promise<Opened<WriterMethods>> {
  const sqlite = connect(path, { identity });
  sqlite.exec(
    `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA cache_size = -${cacheKib}`,
  );
  const whenUnlocked = createLockWait({ path, sqlite });
  const journal = openJournal(sqlite);
  const record = prepareRecord(sqlite, readFleetSchema(sqlite, path), journal);
  const dispatchJournal = once(() => prepareDispatchJournal(sqlite));
  const runner = createRunner(sqlite);
  return {
    methods: {
      noteSending: (loadIds) => whenUnlocked(() => journal.note(loadIds)),
      forgetSending: (loadIds) =>
        whenUnlocked(() => inTransaction(sqlite, () => journal.settle(loadIds, []))()),
      record: (columns, failures) => whenUnlocked(() => record(mappingsOf(columns), failures)),
      noteDispatches: (dispatches) =>
        whenUnlocked(() => inTransaction(sqlite, () => dispatchJournal().note(dispatches))),
      recordDispatches: (results) =>
        whenUnlocked(() => inTransaction(sqlite, () => dispatchJournal().end(results))),
      run: (statements) => whenUnlocked(() => runner.run(statements)),
      rest: async () => journal.rest(),
    },
    close() {
      try {
        journal.rest();
      } catch {
        // The disk may be full: its batches say the same, at more length.
      }
      sqlite.close();
    },
  };
}
