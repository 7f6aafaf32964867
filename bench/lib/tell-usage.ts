/*
 * Preloaded into a program that runs on while it is measured: says what it takes whenever it is asked, by a message. So the
 * program itself knows nothing of being measured.
 */
import { isMainThread } from 'node:worker_threads';

/** What a process takes. */
export interface UsageNow {
  /** CPU time of all its threads until now, milliseconds. */
  readonly cpuMs: number;
  /** Memory that it has now, and the most that it had until now (resident set), megabytes. */
  readonly residentMb: number;
  readonly peakMb: number;
  /** In use on the heap of its main thread, dead objects that were not collected yet included, megabytes. */
  readonly heapMb: number;
}

function usageNow(): UsageNow {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const megabyte = 1024 ** 2;
  return {
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    residentMb: rss / megabyte,
    peakMb: maxRSS / 1024,
    heapMb: heapUsed / megabyte,
  };
}

if (isMainThread && process.send) {
  process.on('message', () => process.send?.(usageNow()));
  // To be asked keeps nothing alive.
  process.channel?.unref();
}
