import type { Clock } from '../../core/clock.ts';
import { fixedLimit } from '../limit/in-flight-limit.ts';
import type { RateLimit } from '../limit/rate-limit.ts';
import { createGate } from './gate.ts';
import type { Pacing } from './pacing.ts';

/**
 * The Python system's pacing: `size` things at a time, wait for all of them, sleep `delaySeconds`, next batch; VEN by
 * VEN. No sleep follows the last batch.
 */
export function batchPacing(
  { size, delaySeconds, rate }: { size: number; delaySeconds: number; rate?: RateLimit },
  clock: Clock,
): Pacing {
  const limit = fixedLimit(size);
  let batchesBefore = false;

  async function runBatch<T>(
    batch: T[],
    work: (item: T) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    if (batchesBefore) await clock.sleep(delaySeconds * 1000, signal);
    batchesBefore = true;
    if (signal.aborted) return;
    const results = await Promise.allSettled(batch.map(work));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }

  return {
    gate: createGate({ limitOf: () => limit, ...(rate && { rate }) }, clock),
    venByVen: true,
    async drive(items, work, { signal }) {
      let batch: Parameters<typeof work>[0][] = [];
      for await (const item of items) {
        if (signal.aborted) return;
        batch.push(item);
        if (batch.length < size) continue;
        await runBatch(batch, work, signal);
        batch = [];
      }
      if (batch.length > 0) await runBatch(batch, work, signal);
    },
  };
}
