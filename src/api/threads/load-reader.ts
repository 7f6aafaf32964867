import { VenfleetError } from '../../core/errors.ts';
import { createThread } from '../../core/thread.ts';
import type { ProfileChoice } from '../../profiles/choose-profile.ts';
import type { LoadSource, PageQuery } from '../../registration/load-source.ts';
import type { ReaderAddress } from '../../store/fleet-reader.ts';
import { fromLoadColumns, type LoadColumns } from './load-columns.ts';

/** What the thread is started with. */
export interface LoadReaderData {
  readonly address: ReaderAddress;
  readonly choice: ProfileChoice;
}

/** What the thread does. */
export type LoadReaderMethods = { page(query: PageQuery): Promise<LoadColumns> };

export interface LoadReader {
  readonly source: LoadSource;
  /** Begins now rather than with the first page. */
  start(): void;
  close(): Promise<void>;
}

/**
 * Reads loads, and makes what is to be sent of them, in a thread of its own: the one that sends has enough to do.
 * The thread begins with the first page.
 */
export function createLoadReader(data: LoadReaderData): LoadReader {
  const { path } = data.address;
  const thread = createThread<LoadReaderMethods>({
    module: new URL('./load-reader-thread', import.meta.url),
    data,
    youngMb: 12,
    ended: () => new VenfleetError('DB_FAILED', { path, problem: 'what reads it has ended' }),
  });
  return {
    source: async (query) => fromLoadColumns(await thread.call('page', query)),
    start: thread.start,
    close: thread.close,
  };
}
