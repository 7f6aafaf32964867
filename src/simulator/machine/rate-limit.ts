import type { SimulatorSwitches } from './switches.ts';

/** Says of each request, in the order in which they arrive, whether it is within the allowed rate. */
export function createRateLimit(switches: SimulatorSwitches): () => boolean {
  let windowStart = 0;
  let taken = 0;
  let tokens = 0;
  let filledAt = 0;

  const inWindow = (now: number) => {
    if (now - windowStart >= 1000) {
      windowStart = now;
      taken = 0;
    }
    if (taken >= switches.maxRate) return false;
    taken += 1;
    return true;
  };
  const inBucket = (now: number) => {
    const burst = Math.max(1, switches.maxRate / 10);
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * switches.maxRate);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  return () => {
    if (switches.maxRate === 0) return true;
    const now = performance.now();
    return switches.rateModel === 'window' ? inWindow(now) : inBucket(now);
  };
}
