/** The thread that `createLoadReader` starts. */
import { serveThread, threadData } from '../core/thread.ts';
import { createLoadSource } from '../registration/load-source.ts';
import { openSiteReader } from '../store/site-reader.ts';
import { createProfile } from './create-profile.ts';
import type { LoadReaderData, LoadReaderMethods } from './load-reader.ts';

const { path, profile } = threadData<LoadReaderData>();

serveThread<LoadReaderMethods>({
  async open() {
    const reader = await openSiteReader(path);
    return { methods: { page: createLoadSource(reader, await createProfile(profile)) }, close: reader.close };
  },
});
