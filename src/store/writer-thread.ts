/*
 * The thread that `createWriter` starts. It imports what it needs only when compiled code is found again, so
 * that it starts in little time and memory.
 */
import module from 'node:module';
import { workerData } from 'node:worker_threads';
import type { WriterData } from './writer.ts';

const { path, compileCache } = workerData as WriterData;
if (compileCache !== undefined) module.enableCompileCache(compileCache);
const { serveWrites } = await import('./writer-loop.ts');
serveWrites(path);
