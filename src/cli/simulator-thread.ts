import { createThread } from '../core/thread.ts';
import type { SimulatorOptions } from '../simulator/index.ts';

/** A VTN simulator that runs in a thread of its own. */
export interface SimulatorThread {
  readonly url: string;
  stop(): Promise<void>;
}

/** What the thread does. */
export type SimulatorMethods = { url(): Promise<string> };

/** Starts a simulator on a free loopback port beside this thread, so that it is not what is waited for. */
export async function startSimulatorThread(options: SimulatorOptions): Promise<SimulatorThread> {
  const thread = createThread<SimulatorMethods>({
    module: new URL('./simulator-worker', import.meta.url),
    data: options,
    ended: () => new Error('the simulator has ended'),
  });
  return { url: await thread.call('url'), stop: thread.close };
}
