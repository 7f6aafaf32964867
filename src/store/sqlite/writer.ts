import { type Columns, toColumns } from '../../core/columns.ts';
import { VenfleetError } from '../../core/errors.ts';
import { createThread } from '../../core/thread.ts';
import { together } from '../../core/together.ts';
import type { EventStore } from '../event-store.ts';
import type { FailureRecord, Mapping, RefusedMapping, RegistrationStore } from '../registration-store.ts';
import type { SendingJournal } from '../sending-journal.ts';
import type { RowsOf, SqlEngine } from '../sql/engine.ts';
import type { BoundStatement } from '../sql/statement.ts';
import {
  type DispatchesToEnd,
  type DispatchesToNote,
  dispatchesToEnd,
  dispatchesToNote,
} from './dispatch-columns.ts';
import type { FleetDatabase } from './open-sqlite.ts';

/** The part of the store that is busy all through a run. */
type Writes = SendingJournal &
  Pick<RegistrationStore, 'record'> &
  Pick<EventStore, 'noteDispatches' | 'recordDispatches'> &
  Pick<SqlEngine, 'run'>;

/** What the thread does. */
export type WriterMethods = Pick<SendingJournal, keyof SendingJournal> & {
  record(mappings: Columns<MappingRow>, failures: readonly FailureRecord[]): Promise<RefusedMapping[]>;
  noteDispatches(dispatches: DispatchesToNote): Promise<void>;
  recordDispatches(results: DispatchesToEnd): Promise<void>;
  /** See `SqlEngine`. */
  run(statements: readonly BoundStatement<unknown>[]): Promise<unknown[][]>;
  /** A run has ended: what it left without an end is in doubt. */
  rest(): Promise<void>;
};

/** Which database the thread writes to. */
export type WriterPlace = Pick<FleetDatabase, 'path' | 'identity'>;

/** A mapping with all its fields, to be copied to the thread. */
type MappingRow = Required<Mapping>;

export interface Writer extends Writes {
  /** Begins the thread now rather than with the first call. */
  warmUp(): void;
  /** Waits until all is written; to be called when a run has ended, before it gives its exclusive access back. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes what a run learns in a thread of its own, with a connection of its own: the disk then holds up neither
 * requests nor answers. The thread begins with the first call. Calls are carried out in their order.
 */
export function createWriter(place: WriterPlace): Writer {
  let thread = createWriterThread(place);
  let isBusy = false;
  return {
    noteSending(loadIds) {
      isBusy = true;
      return thread.call('noteSending', loadIds);
    },
    forgetSending(loadIds) {
      isBusy = true;
      return thread.call('forgetSending', loadIds);
    },
    async record(mappings, failures) {
      if (mappings.length === 0 && failures.length === 0) return [];
      isBusy = true;
      return thread.call('record', mappingColumns(mappings), failures);
    },
    async noteDispatches(dispatches) {
      if (dispatches.length === 0) return;
      isBusy = true;
      return thread.call('noteDispatches', dispatchesToNote(dispatches));
    },
    recordDispatches: together(async (results) => {
      if (results.length === 0) return;
      isBusy = true;
      return thread.call('recordDispatches', dispatchesToEnd(results));
    }),
    run<S extends readonly BoundStatement<unknown>[]>(...statements: S) {
      isBusy = true;
      return thread.call('run', statements) as Promise<RowsOf<S>>;
    },
    warmUp: () => thread.start(),
    async rest() {
      if (!isBusy) return;
      isBusy = false;
      try {
        await thread.call('rest');
      } catch {
        // The disk may be full, or the thread has ended by itself: the next run gets another, and takes over what
        // this one left.
        await thread.close();
        thread = createWriterThread(place);
      }
    },
    close: () => thread.close(),
  };
}

const createWriterThread = (place: WriterPlace) =>
  createThread<WriterMethods>({
    module: new URL('./writer-thread', import.meta.url),
    data: place,
    ended: () => new VenfleetError('DB_FAILED', { path: place.path, problem: 'its writer has ended' }),
  });

const mappingColumns = (mappings: readonly Mapping[]) =>
  toColumns<Mapping, MappingRow>(mappings, {
    loadId: ({ loadId }) => loadId,
    storeRef: ({ storeRef }) => storeRef,
    vtnResourceId: ({ vtnResourceId }) => vtnResourceId,
    externalResourceId: ({ externalResourceId }) => externalResourceId,
    venName: ({ venName }) => venName,
    sentHash: ({ sentHash }) => sentHash,
    evidence: ({ evidence }) => evidence,
  });

/** In the thread: the mappings that were copied to it. */
export const mappingsOf = (columns: Columns<MappingRow>): Mapping[] =>
  columns.loadId.map((loadId, n) => ({
    loadId,
    storeRef: columns.storeRef[n],
    vtnResourceId: columns.vtnResourceId[n] as string,
    externalResourceId: columns.externalResourceId[n] as string,
    venName: columns.venName[n] as string,
    sentHash: columns.sentHash[n] as string | null,
    evidence: columns.evidence[n] as Mapping['evidence'],
  }));
