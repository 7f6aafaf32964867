import type { PayloadValue } from '../../fleet/grid-event.ts';

/** What a load is to do, or to know, as one kind of payload has it, until something else is said. */
export interface Setpoint {
  /** The payload's type: `SIMPLE`, `PRICE`, or a private one. */
  readonly type: string;
  /**
   * As the event has them, but for what the load cannot have: see `clampedFrom`. None, with a `reason`: not to be acted on,
   * because of the policy, or since they cannot be.
   */
  readonly values: readonly PayloadValue[];
  /** As the event, else its program says: `KW`; null where neither does. */
  readonly units: string | null;
  readonly eventId: string;
  /** Of the event, as venfleet counts them: 1 is the first that came. */
  readonly version: number;
  readonly intervalId: number;
  /** From when and until when, milliseconds since 1970, UTC; null: without end. */
  readonly fromMs: number;
  readonly untilMs: number | null;
  /** The power that the load is to take at most, kW, where that follows from the payload and the policy. */
  readonly limitKw?: number | undefined;
  /** The power that the load is to feed in at most, kW, likewise. */
  readonly exportLimitKw?: number | undefined;
  /** The value that was asked, where the load cannot have it; in `units`. */
  readonly clampedFrom?: number | undefined;
  /** Why it is not as the event has it, no sentence. */
  readonly reason?: string | undefined;
}

/** All that is asked of a load at one time. Without setpoints: nothing any more, it does as it likes. */
export interface Instruction {
  /** In the order of their types, each type once. */
  readonly setpoints: readonly Setpoint[];
}

/** A load as far as what it can do is concerned. */
export interface SetpointLoad {
  readonly loadId: string;
  readonly venName: string;
  /** The site's `resource_id`. */
  readonly siteId: string;
  readonly component: string;
  readonly capacities: LoadCapacities;
  /** The components behind the site's meter, in their order: those that share a limit of the site. */
  readonly siteComponents: readonly string[];
}

/** What a load can take, as its site's row has it. One object for all sites that have the same; undefined: not known. */
export interface LoadCapacities {
  readonly maxKw: number | undefined;
  /** Negative where it can feed in. */
  readonly minKw: number | undefined;
  readonly maxKwh: number | undefined;
  readonly minKwh: number | undefined;
}

/** What events ask of a load at one time, by one kind of payload: what came out on top (`timeline/precedence.ts`). */
export interface Asked {
  readonly type: string;
  readonly values: readonly PayloadValue[];
  readonly units: string | null;
  readonly eventId: string;
  readonly programId: string | null;
  readonly version: number;
  readonly intervalId: number;
  readonly fromMs: number;
  readonly untilMs: number | null;
}
