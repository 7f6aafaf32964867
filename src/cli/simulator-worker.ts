/** The thread that `startSimulatorThread` starts. */
import { serveThread, threadData } from '../core/thread.ts';
import { startSimulator } from '../simulator/index.ts';
import type { SimulatorMethods } from './simulator-thread.ts';

serveThread<SimulatorMethods>({
  async open() {
    const simulator = await startSimulator(threadData());
    return { methods: { url: async () => simulator.url }, close: () => simulator.close() };
  },
});
