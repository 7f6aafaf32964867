/** The thread that `createLoadReader` starts. */
import { serveThread, threadData } from '../../core/thread.ts';
import { profileNamed } from '../../profiles/choose-profile.ts';
import { createLoadSource } from '../../registration/load-source.ts';
import { openReader } from '../../store/open-reader.ts';
import { toLoadColumns } from './load-columns.ts';
import type { LoadReaderData, LoadReaderMethods } from './load-reader.ts';

const { address, choice } = threadData<LoadReaderData>();

serveThread<LoadReaderMethods>({
  async open() {
    const reader = await openReader(address);
    const profile = await profileNamed(choice.profile).jobs.registration(choice);
    const source = createLoadSource(reader, profile);
    return {
      methods: { page: async (query) => toLoadColumns(await source(query)) },
      close: reader.close,
    };
  },
});
