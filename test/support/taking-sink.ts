import type { Dispatch, Sink } from '../../src/api/follow-events.ts';

/** A sink that takes all that it is handed, and is asked in vain what it has. */
export function takingAll(came: Dispatch[], onBatch = () => {}): Sink {
  return {
    name: 'test',
    batchSize: 100,
    async handOver(batch) {
      came.push(...batch);
      onBatch();
      return { failed: new Map() };
    },
    whichArrived: async () => new Set(),
    close: async () => undefined,
  };
}
