import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SimulatorOptions } from '../simulator/index.ts';

/** A VTN simulator that runs in a thread of its own. */
export interface SimulatorThread {
  readonly url: string;
  stop(): Promise<void>;
}

/** What the thread is started with. */
export interface SimulatorThreadData {
  readonly options: SimulatorOptions;
  /** Where compiled code is kept between runs; undefined: nowhere. */
  readonly compileCache: string | undefined;
}

/** The thread may use so much memory for what is new, megabytes: each answer leaves little behind. */
const youngMb = 3;

/** Starts a simulator on a free loopback port beside this thread, so that it is not what is waited for. */
export async function startSimulatorThread(options: SimulatorOptions): Promise<SimulatorThread> {
  const file = new URL(`./simulator-worker${extname(import.meta.url)}`, import.meta.url);
  const data: SimulatorThreadData = { options, compileCache: getCompileCacheDir() };
  const thread = new Worker(file, {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
  });
  const ended = once(thread, 'exit');
  const [url] = (await once(thread, 'message')) as [string];
  return {
    url,
    async stop() {
      thread.postMessage(null);
      await ended;
    },
  };
}
