/*
 * The thread that `startSimulatorThread` starts. It imports what it needs only when compiled code is found
 * again, so that it starts in little time and memory.
 */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { SimulatorThreadData } from './simulator-thread.ts';

const { options, compileCache } = workerData as SimulatorThreadData;
if (compileCache !== undefined) enableCompileCache(compileCache);
const { startSimulator } = await import('../simulator/index.ts');
const simulator = await startSimulator(options);
parentPort?.once('message', () => simulator.close());
parentPort?.postMessage(simulator.url);
