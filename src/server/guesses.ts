import type { Clock } from '../core/clock.ts';

/** Wrong tokens by address, so that nobody tries them by the thousand. */
export interface Guesses {
  /** Too many lately: no more are looked at. */
  isBarred(address: string): boolean;
  note(address: string): void;
}

/** So many within a minute, from one address. */
const most = 10;
const windowMs = 60_000;
/** Addresses that are remembered. */
const mostAddresses = 10_000;

export function createGuesses(clock: Clock): Guesses {
  const counts = new Map<string, { guesses: number; readonly untilMs: number }>();
  const current = (address: string) => {
    const known = counts.get(address);
    if (known && clock.monotonic() < known.untilMs) return known;
    counts.delete(address);
    return undefined;
  };
  return {
    isBarred: (address) => (current(address)?.guesses ?? 0) >= most,
    note(address) {
      const known = current(address);
      if (known) {
        known.guesses++;
        return;
      }
      const [oldest] = counts.keys();
      if (counts.size >= mostAddresses && oldest !== undefined) counts.delete(oldest);
      counts.set(address, { guesses: 1, untilMs: clock.monotonic() + windowMs });
    },
  };
}
