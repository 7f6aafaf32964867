import type { Limit } from '../limit/in-flight-limit.ts';

/**
 * How urgent requests are. A place that becomes free goes to the first lane in which somebody waits:
 * `prompt`: answers to events; `usual`: loads, listings, live reports; `bulk`: history.
 */
export type Lane = 'prompt' | 'usual' | 'bulk';

/** Requests in flight under one limit. */
export interface Places {
  readonly limit: Limit;
  inFlight: number;
}

/** Those of one lane that wait for the same places, in their order. */
export interface Line {
  readonly urgency: number;
  readonly places: Places;
  waiting: Waiting[];
  /** Those that stand aside. */
  aside: number;
  readonly listeners: Set<() => void>;
}

export interface Waiting {
  /** Whose it is. */
  readonly signal: AbortSignal;
  /** Counts up over all lines. */
  readonly ticket: number;
  begin(): void;
  drop(): void;
}

/** Where requests wait for the places of their limits, by lane and limit. */
export interface WaitingLines {
  lineOf(lane: Lane, limit: Limit): Line;
  /** The line whose first may begin: the most urgent with room; of equally urgent ones, the one that waits longest. */
  next(): Line | undefined;
  /** Sends home those of a job that has ended. */
  drop(line: Line, signal: AbortSignal): void;
  isEmpty(): boolean;
  /** Of all limits. */
  places(): readonly Places[];
}

const urgencyOf: Readonly<Record<Lane, number>> = { prompt: 0, usual: 1, bulk: 2 };

export function createWaitingLines(): WaitingLines {
  const places = new Map<Limit, Places>();
  // A handful at most: a loop over them costs less than keeping them in order.
  const lines: Line[] = [];
  return {
    lineOf(lane, limit) {
      const urgency = urgencyOf[lane];
      const found = lines.find((line) => line.places.limit === limit && line.urgency === urgency);
      if (found) return found;
      const own = places.get(limit) ?? { limit, inFlight: 0 };
      places.set(limit, own);
      const line: Line = { urgency, places: own, waiting: [], aside: 0, listeners: new Set() };
      lines.push(line);
      return line;
    },
    next() {
      let best: Line | undefined;
      for (const line of lines) {
        if (line.waiting.length === 0 || !hasRoom(line)) continue;
        if (!best || isSooner(line, best)) best = line;
      }
      return best;
    },
    drop(line, signal) {
      const dropped = line.waiting.filter((one) => one.signal === signal);
      line.waiting = line.waiting.filter((one) => one.signal !== signal);
      for (const { drop } of dropped) drop();
    },
    places: () => [...places.values()],
    isEmpty: () => lines.every(({ waiting }) => waiting.length === 0),
  };
}

/** Whether one more may be in flight under its limit. */
export function hasRoom({ places }: Line): boolean {
  return places.inFlight < places.limit.limit();
}

function isSooner(one: Line, other: Line): boolean {
  if (one.urgency !== other.urgency) return one.urgency < other.urgency;
  return one.waiting[0]!.ticket < other.waiting[0]!.ticket;
}
