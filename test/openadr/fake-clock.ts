import type { Clock } from '../../src/core/clock.ts';

/** A clock that stands still until it is told to go on. */
export function fakeClock(): Clock & { advance(ms: number): void } {
  let time = 0;
  return {
    now: () => 1_700_000_000_000 + time,
    monotonic: () => time,
    sleep: async (ms) => {
      time += ms;
    },
    advance: (ms) => {
      time += ms;
    },
  };
}
