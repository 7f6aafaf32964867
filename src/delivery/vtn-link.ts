import { type Clock, systemClock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../core/retry.ts';
import type { Transport } from '../openadr/http/transport.ts';
import { type AskedWaits, createAskedWaits } from './asked-waits.ts';
import type { Pacing } from './pacing/pacing.ts';
import { createPacing, type PacingChoice } from './pacing/pacing-choice.ts';
import { createVtnHealth, type VtnHealth } from './vtn-health.ts';

/**
 * One VTN, as all who send to it share it. Made once in a process, never for a run: what was learned of the VTN
 * (window, rate, pause, health) outlives runs and their stages.
 */
export interface VtnLink {
  readonly transport: Transport;
  readonly pacing: Pacing;
  readonly health: VtnHealth;
  readonly waits: AskedWaits;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  readonly random: Random;
}

export interface VtnLinkOptions {
  readonly transport: Transport;
  readonly pacing: PacingChoice;
  readonly retry?: RetryPolicy | undefined;
  /** Where the waits that the VTN asks for are kept account of, if also others tell it of some. */
  readonly waits?: AskedWaits | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export function createVtnLink({
  transport,
  pacing,
  retry = defaultRetryPolicy,
  clock = systemClock,
  random = Math.random,
  waits = createAskedWaits(clock),
}: VtnLinkOptions): VtnLink {
  return {
    transport,
    pacing: createPacing(pacing, clock),
    health: createVtnHealth(clock),
    waits,
    retry,
    clock,
    random,
  };
}
