import { performance } from 'node:perf_hooks';
import type { Clock } from '../../core/clock.ts';
import { createAdaptiveLimit } from '../limit/adaptive-limit.ts';
import { fixedLimit, type Limit } from '../limit/in-flight-limit.ts';
import { learnedRate } from '../limit/learned-rate.ts';
import { bothRates, cappedRate, type RateLimit } from '../limit/rate-limit.ts';
import { batchPacing } from './batch-pacing.ts';
import type { GateRules } from './gate.ts';
import type { Pacing } from './pacing.ts';
import { windowPacing } from './window-pacing.ts';

interface Capped {
  /** Requests a second at most. Default: as many as the rest allows. */
  readonly maxRate?: number | undefined;
}

/** How fast to send: see `Pacing`. */
export type PacingChoice = Capped &
  (
    | {
        /** As fast as the VTN takes it: the number of requests in flight follows its latency and refusals. */
        readonly kind: 'adaptive';
      }
    | { readonly kind: 'window'; readonly concurrency: number }
    | { readonly kind: 'batch'; readonly batchSize: number; readonly delaySeconds: number }
  );

/** Requests in flight at most where the number follows the VTN. */
const mostAdaptive = 1_024;

/** Requests that a choice may have in flight at most: the connections that it needs. */
export function mostInFlight(choice: PacingChoice): number {
  if (choice.kind === 'adaptive') return mostAdaptive;
  return choice.kind === 'window' ? choice.concurrency : choice.batchSize;
}

/** The pacing of a VTN, for all who send to it. */
export function createPacing(choice: PacingChoice, clock: Clock): Pacing {
  const cap: { rate?: RateLimit } =
    choice.maxRate === undefined ? {} : { rate: cappedRate(choice.maxRate, clock) };
  switch (choice.kind) {
    case 'batch':
      return batchPacing({ size: choice.batchSize, delaySeconds: choice.delaySeconds, ...cap }, clock);
    case 'window': {
      const limit = fixedLimit(choice.concurrency);
      return windowPacing({ limitOf: () => limit, ...cap }, clock);
    }
    case 'adaptive': {
      const learned = learnedRate(clock);
      const rate = cap.rate ? bothRates(learned, cap.rate) : learned;
      return windowPacing({ limitOf: adaptiveLimits(clock), rate }, clock);
    }
  }
}

/** A limit for each kind of requests, since each has a latency of its own. */
function adaptiveLimits(clock: Clock): GateRules['limitOf'] {
  const limits = new Map<string, Limit>();
  return (kind, most = mostAdaptive) => {
    const known = limits.get(kind);
    if (known) return known;
    const limit = createAdaptiveLimit(clock, {
      most: Math.min(most, mostAdaptive),
      ownLoad: eventLoopLoad(),
    });
    limits.set(kind, limit);
    return limit;
  };
}

/** The share of time since it was last asked, 0 to 1, in which this process had no rest. */
function eventLoopLoad(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
