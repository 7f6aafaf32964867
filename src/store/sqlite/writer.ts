import { type Columns, toColumns } from '../../core/columns.ts';
import { VenfleetError } from '../../core/errors.ts';
import { createThread } from '../../core/thread.ts';
import type { FailureRecord, FleetStore, Mapping, RefusedMapping } from '../fleet-store.ts';

/** The part of the store that is busy all through a run. */
export type Writes = Pick<FleetStore, 'noteSending' | 'forgetSending' | 'record'>;

/** What the thread does. */
export type WriterMethods = Omit<Writes, 'record'> & {
  record(mappings: Columns<MappingRow>, failures: readonly FailureRecord[]): Promise<RefusedMapping[]>;
};

/** A mapping with all its fields, to be copied to the thread. */
type MappingRow = Required<Mapping>;

export interface Writer extends Writes {
  /** Begins now rather than with the first call. */
  start(): void;
  /** Whether it has carried out anything yet: what an earlier run left in the journal is then taken over. */
  hasBegun(): boolean;
  close(): Promise<void>;
}

/**
 * Writes what a run learns in a thread of its own, with a connection of its own: the disk then holds up neither
 * requests nor answers. The thread begins with the first call. Calls are carried out in their order.
 */
export function createWriter(path: string): Writer {
  const thread = createThread<WriterMethods>({
    module: new URL('./writer-thread', import.meta.url),
    data: path,
    ended: () => new VenfleetError('DB_FAILED', { path, problem: 'its writer has ended' }),
  });
  let hasBegun = false;
  const noting = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    hasBegun = true;
    return result;
  };
  return {
    noteSending: (loadIds) => noting(thread.call('noteSending', loadIds)),
    forgetSending: (loadIds) => noting(thread.call('forgetSending', loadIds)),
    record: (mappings, failures) => noting(thread.call('record', mappingColumns(mappings), failures)),
    hasBegun: () => hasBegun,
    start: thread.start,
    close: thread.close,
  };
}

const mappingColumns = (mappings: readonly Mapping[]) =>
  toColumns<Mapping, MappingRow>(mappings, {
    loadId: ({ loadId }) => loadId,
    rowId: ({ rowId }) => rowId,
    vtnResourceId: ({ vtnResourceId }) => vtnResourceId,
    externalResourceId: ({ externalResourceId }) => externalResourceId,
    venName: ({ venName }) => venName,
    sentHash: ({ sentHash }) => sentHash,
    confirmed: ({ confirmed }) => confirmed,
  });

/** In the thread: the mappings that were copied to it. */
export const mappingsOf = (columns: Columns<MappingRow>): Mapping[] =>
  columns.loadId.map((loadId, n) => ({
    loadId,
    rowId: columns.rowId[n],
    vtnResourceId: columns.vtnResourceId[n] as string,
    externalResourceId: columns.externalResourceId[n] as string,
    venName: columns.venName[n] as string,
    sentHash: columns.sentHash[n] as string | null,
    confirmed: columns.confirmed[n],
  }));
