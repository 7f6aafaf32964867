/** The thread that `createWriter` starts. */
import { threadData } from '../core/thread.ts';

const path = threadData<string>();
const { serveWrites } = await import('./writer-loop.ts');
serveWrites(path);
