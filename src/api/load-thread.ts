import { VenfleetError } from '../core/errors.ts';
import { createThread } from '../core/thread.ts';
import type { LoadPage, LoadSource, PageQuery } from '../registration/load-source.ts';
import type { ProfileChoice } from './create-profile.ts';

/** What the thread is started with. */
export interface LoadThreadData {
  /** Of the database. */
  readonly path: string;
  readonly profile: ProfileChoice;
}

/** What the thread does. */
export type LoadThreadMethods = { page(query: PageQuery): Promise<LoadPage> };

/** As for the writer's thread: a page leaves nothing behind when it is handed over. */
const youngMb = 3;

/**
 * Reads loads, and makes what is to be sent of them, in a thread of its own: the one that sends has enough to do.
 * The thread begins with the first page.
 */
export function createLoadThread(data: LoadThreadData): { source: LoadSource; close: () => Promise<void> } {
  const { path } = data;
  const thread = createThread<LoadThreadMethods>({
    module: new URL('./load-thread-main', import.meta.url),
    data,
    youngMb,
    ended: () => new VenfleetError('DB_FAILED', { path, problem: 'what reads it has ended' }),
  });
  return { source: (query) => thread.call('page', query), close: thread.close };
}
