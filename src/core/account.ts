import { VenfleetError } from './errors.ts';

/** What became of the things that a job is about, e.g. of the loads of one VEN. */
export interface Account {
  /** Whose they are, as a person is told it. */
  readonly of: string;
  /** How many there are, as counted without looking at each; without those that went away meanwhile. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly alreadyThere: number;
}

/** VENs that an error names at most. */
const mostNamed = 5;

/**
 * Makes sure that nothing was left out silently: what was counted is done, failed, skipped or was there already. Throws
 * LOADS_UNACCOUNTED, with how many are missing, and whose.
 */
export function assertAccounted(accounts: Iterable<Account>): void {
  const missing = [...accounts]
    .map(({ of, total, done, failed, skipped, alreadyThere }) => ({
      of,
      loads: total - done - failed - skipped - alreadyThere,
    }))
    .filter(({ loads }) => loads !== 0);
  if (missing.length === 0) return;
  const named = missing.slice(0, mostNamed).map(({ of, loads }) => `${loads} of ${of}`);
  const rest = missing.length > mostNamed ? [`${missing.length - mostNamed} more`] : [];
  throw new VenfleetError('LOADS_UNACCOUNTED', {
    loads: missing.reduce((sum, one) => sum + Math.abs(one.loads), 0),
    missing: [...named, ...rest].join(', '),
  });
}
