import { systemClock } from '../core/clock.ts';
import { defaultRetryPolicy } from '../core/retry.ts';
import type { Load } from '../fleet/load.ts';
import type { RegisteredVen, Transport, WireProfile } from '../profiles/profile.ts';
import { type Settled, settle } from './exchange.ts';
import { createHealth } from './health.ts';
import { fixedLimit } from './limit/limit.ts';
import { loadSubject } from './register-loads.ts';
import { windowPacing } from './window-pacing.ts';

/**
 * Registers a single load with the same retries and look-ups as a whole run; stores nothing. Throws what
 * ends a run: VTN not reachable, token refused.
 */
export function registerOneLoad(
  load: Load,
  ven: RegisteredVen,
  vtn: { transport: Transport; profile: WireProfile },
): Promise<Settled> {
  const { signal } = new AbortController();
  return settle(loadSubject(load, ven, vtn.profile), {
    ...vtn,
    pacing: windowPacing({ limit: fixedLimit(1) }, systemClock, signal),
    health: createHealth(vtn.transport, systemClock),
    retry: defaultRetryPolicy,
    clock: systemClock,
    random: Math.random,
    signal,
  });
}
