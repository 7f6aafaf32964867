import type { Clock } from '../../core/clock.ts';
import { fixedLimit } from '../limit/limit.ts';
import type { RateLimit } from '../limit/rate.ts';
import { createGate } from './gate.ts';
import type { Pacing } from './pacing.ts';

/**
 * The seed's pacing: `size` loads at a time, wait for all of them, sleep `delaySeconds`, next batch; VEN by
 * VEN. No sleep follows the last batch of the run.
 */
export function batchPacing(
  { size, delaySeconds, rate }: { size: number; delaySeconds: number; rate?: RateLimit },
  clock: Clock,
  signal: AbortSignal,
): Pacing {
  const gate = createGate({ limit: fixedLimit(size), ...(rate && { rate }) }, clock, signal);
  let batchesBefore = false;

  async function runBatch<T>(batch: T[], work: (item: T) => Promise<void>): Promise<void> {
    if (batchesBefore) await clock.sleep(delaySeconds * 1000, signal);
    batchesBefore = true;
    if (signal.aborted) return;
    const results = await Promise.allSettled(batch.map(work));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }

  return {
    name: 'batch',
    venByVen: true,
    exchange: gate.pass,
    async drive(items, work) {
      let batch: Parameters<typeof work>[0][] = [];
      for await (const item of items) {
        if (signal.aborted) return;
        batch.push(item);
        if (batch.length < size) continue;
        await runBatch(batch, work);
        batch = [];
      }
      if (batch.length > 0) await runBatch(batch, work);
    },
  };
}
