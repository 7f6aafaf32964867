/**
 * When a run may send. Two of them: `windowPacing` keeps up to N requests in flight, `batchPacing` is the
 * seed's: N loads, wait for all, sleep, next batch. Each is made for one run and its abort signal.
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
  /** Carries out one exchange with the VTN when there is room for it; undefined once the run is aborted. */
  exchange<T>(send: () => Promise<T>): Promise<T | undefined>;
  /** Begins no exchange for the next `ms` milliseconds: the VTN asked for a pause. */
  pause(ms: number): void;
}
