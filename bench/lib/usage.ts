/*
 * Preloaded into every program that is measured: when it ends, writes down what it took. So the programs
 * themselves know nothing of being measured.
 */
import { writeFileSync } from 'node:fs';

/** What a process took in all. */
export interface Usage {
  /** CPU time of all its threads, milliseconds. */
  readonly cpuMs: number;
  /** The most memory it had at any moment (resident set), megabytes. */
  readonly peakMb: number;
  /** Megabytes written to files. */
  readonly writtenMb: number;
}

const file = process.env.BENCH_USAGE_FILE;
delete process.env.BENCH_USAGE_FILE;
if (file) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS, fsWrite } = process.resourceUsage();
    const usage: Usage = {
      cpuMs: (userCPUTime + systemCPUTime) / 1000,
      peakMb: maxRSS / 1024,
      // The kernel counts blocks of 512 bytes.
      writtenMb: (fsWrite * 512) / 1024 / 1024,
    };
    writeFileSync(file, JSON.stringify(usage));
  });
}
