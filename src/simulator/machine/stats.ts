import type { Dialect, NotificationCounts } from './dialect.ts';

/** What the simulator has seen since it started, or since `reset`. */
export interface SimulatorStats {
  /** Requests received, those for the simulator itself excepted. */
  readonly requests: number;
  /** Answers by kind of request (`POST /resources`) and status. */
  readonly answers: Readonly<Record<string, Readonly<Record<number, number>>>>;
  /** Held now. */
  readonly vens: number;
  readonly resources: number;
  readonly programs: number;
  readonly events: number;
  /** Resources stored although another with the same key was there. */
  readonly duplicates: number;
  /** Points told of resources, each as often as it was told. */
  readonly points: number;
  /** Requests received and not yet answered. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Faults by kind: `error-before`, `error-after`, `throttled`, `drop`, `short`, `forget`, `partial`, and the kinds of nonsense. */
  readonly faults: Readonly<Record<string, number>>;
  /** Answers that nobody was there to receive any more. */
  readonly abandoned: number;
  /** How notifications of OpenADR fared since the start. */
  readonly notifications?: NotificationCounts | undefined;
}

export interface Counters {
  arrived(): void;
  left(): void;
  answered(kind: string, status: number): void;
  fault(kind: string): void;
  abandoned(): void;
  read(dialect: Dialect): SimulatorStats;
  reset(): void;
}

export function createCounters(): Counters {
  let requests = 0;
  let inFlight = 0;
  let maxInFlight = 0;
  let abandoned = 0;
  let answers = new Map<string, Map<number, number>>();
  let faults = new Map<string, number>();
  return {
    arrived() {
      requests += 1;
      inFlight += 1;
      if (inFlight > maxInFlight) maxInFlight = inFlight;
    },
    left() {
      inFlight -= 1;
    },
    answered(kind, status) {
      const byStatus = answers.get(kind) ?? new Map<number, number>();
      if (byStatus.size === 0) answers.set(kind, byStatus);
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    },
    fault(kind) {
      faults.set(kind, (faults.get(kind) ?? 0) + 1);
    },
    abandoned() {
      abandoned += 1;
    },
    read: (dialect) => ({
      requests,
      answers: Object.fromEntries([...answers].map(([kind, by]) => [kind, Object.fromEntries(by)])),
      ...dialect.counts(),
      inFlight,
      maxInFlight,
      faults: Object.fromEntries(faults),
      abandoned,
      ...(dialect.notifications && { notifications: dialect.notifications() }),
    }),
    reset() {
      requests = 0;
      maxInFlight = inFlight;
      abandoned = 0;
      answers = new Map();
      faults = new Map();
    },
  };
}
