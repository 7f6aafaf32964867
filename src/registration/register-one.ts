import { systemClock } from '../core/clock.ts';
import { defaultRetryPolicy } from '../core/retry.ts';
import { fixedLimit } from '../delivery/limit/limit.ts';
import { windowPacing } from '../delivery/pacing/window-pacing.ts';
import { type Settled, settle } from '../delivery/settle.ts';
import { createHealth } from '../delivery/vtn-health.ts';
import type { Load } from '../fleet/load.ts';
import type { RegisteredVen, Transport, WireProfile } from '../profiles/registration-profile.ts';
import { loadSubject } from './register-load.ts';

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
