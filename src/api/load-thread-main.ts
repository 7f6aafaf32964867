/** The thread that `createLoadThread` starts. */
import { serveThread, threadData } from '../core/thread.ts';
import type { LoadThreadData, LoadThreadMethods } from './load-thread.ts';

const { path, profile } = threadData<LoadThreadData>();
const [{ createProfile }, { createLoadSource }, { openSiteReader }] = await Promise.all([
  import('./create-profile.ts'),
  import('../registration/load-source.ts'),
  import('../store/site-reader.ts'),
]);

serveThread<LoadThreadMethods>({
  async open() {
    const reader = await openSiteReader(path);
    const page = createLoadSource(reader, await createProfile(profile));
    return { methods: { page }, close: () => void reader.close() };
  },
  // The reader says what SQLite means.
  errorOf: (error) => error,
});
