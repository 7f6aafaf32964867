import type { Ending } from './gate.ts';

/**
 * When a run may send. Two of them: `windowPacing` keeps requests in flight up to a limit, which may be fixed
 * or follow the VTN; `batchPacing` is the seed's: N loads, wait for all, sleep, next batch. Each is made for one
 * run and its abort signal.
 */
export interface Pacing {
  readonly name: 'window' | 'batch';
  /** Whether a VEN's loads are finished before the next VEN begins, as the seed does. */
  readonly venByVen: boolean;
  /**
   * Starts `work` on items as fast as this pacing allows, and resolves when all of it is done. Takes no
   * further item once the run is aborted or a `work` throws; then it still waits for what it started, and
   * throws the first error.
   */
  drive<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void>;
  /**
   * Carries out one exchange with the VTN when there is room for it; undefined once the run is aborted.
   * `endingOf` says what its result means for the exchanges that follow.
   */
  exchange<T>(send: () => Promise<T>, endingOf: (result: T) => Ending): Promise<T | undefined>;
}
