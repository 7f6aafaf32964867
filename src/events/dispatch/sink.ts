import type { Instruction } from '../setpoints/instruction.ts';

/** A load as those that carry out instructions know it. */
export interface DispatchLoad {
  readonly loadId: string;
  readonly venName: string;
  /** The site's `resource_id`. */
  readonly siteId: string;
  readonly component: string;
  /** The VTN's id of it. */
  readonly vtnResourceId: string;
}

/** One instruction for one load. */
export interface Dispatch {
  /** The same for the same instruction to the same load due at the same time, also after a restart; for each sink alike. */
  readonly id: string;
  readonly load: DispatchLoad;
  /** Everything that is asked of the load from now on; the same object where it is the same for many loads. */
  readonly instruction: Instruction;
  /** When it should be handed over, milliseconds since 1970, UTC. */
  readonly dueMs: number;
  /** Until when it is of use: when something else is due; null: for good. */
  readonly untilMs: number | null;
}

/** Those that were not taken, by `Dispatch.id`, and why; all others were. */
export interface HandedOver {
  readonly failed: ReadonlyMap<string, string>;
}

/** Where instructions are handed over: a broker, a file, a web address. */
export interface Sink {
  /** By which the journal knows it: `mqtt`, `file`, `webhook`. No secret in it. */
  readonly name: string;
  /** How many it likes to be handed at once. */
  readonly batchSize: number;
  /**
   * Hands these over, and resolves when the other side has them for sure (MQTT: acknowledged; file: written and synced; web:
   * answered with success). `atMs`: the time now. What failed may be handed over again. Does not throw.
   */
  handOver(batch: readonly Dispatch[], atMs: number, signal: AbortSignal): Promise<HandedOver>;
  /**
   * Of dispatches during whose hand-over an earlier process died, the ids of those that surely arrived; where the other side
   * cannot be asked, none, and they are handed over again.
   */
  whichArrived(inDoubt: readonly Dispatch[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}
