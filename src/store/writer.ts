import { VenfleetError } from '../core/errors.ts';
import { createThread } from '../core/thread.ts';
import type { FleetStore } from '../fleet/store.ts';

/** The part of the store that is busy all through a run. */
export type Writes = Pick<FleetStore, 'noteSending' | 'forgetSending' | 'record'>;

export interface Writer extends Writes {
  /** Whether it has carried out anything yet: what an earlier run left in the journal is then taken over. */
  hasBegun(): boolean;
  close(): Promise<void>;
}

/**
 * Writes what a run learns in a thread of its own, with a connection of its own: the disk then holds up neither
 * requests nor answers. The thread begins with the first call. Calls are carried out in their order.
 */
export function createWriter(path: string): Writer {
  const thread = createThread<Writes>({
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
    record: (mappings, failures) => noting(thread.call('record', mappings, failures)),
    hasBegun: () => hasBegun,
    close: thread.close,
  };
}
