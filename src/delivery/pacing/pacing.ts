import type { Entrance, Gate } from './gate.ts';

/**
 * When requests may be sent to a VTN. Two of them: `windowPacing` keeps requests in flight up to a limit, which may be
 * fixed or follow the VTN; `batchPacing` is the Python system's: N things, wait for all, sleep, next batch. Each is made
 * for one VTN, and serves all jobs that send to it.
 */
export interface Pacing {
  readonly gate: Gate;
  /** Whether a VEN's loads are finished before the next VEN begins, as in the Python system. */
  readonly venByVen: boolean;
  /**
   * Starts `work` on items as fast as this pacing allows, and resolves when all of it is done. Takes no
   * further item once the entrance's job is aborted or a `work` throws; then it still waits for what it started,
   * and throws the first error.
   */
  drive<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>, entrance: Entrance): Promise<void>;
}
