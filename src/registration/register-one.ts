import { createSender } from '../delivery/sender.ts';
import { type Settled, settle } from '../delivery/settle.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import type { Load } from '../fleet/load.ts';
import type { RegisteredVen, RegistrationProfile } from '../profiles/registration-profile.ts';
import { loadCreation } from './register-load.ts';

/**
 * Registers a single load with the same retries and look-ups as a whole run; stores nothing. Throws what
 * ends a run: VTN not reachable, token refused.
 */
export function registerOneLoad(
  load: Load,
  ven: RegisteredVen,
  profile: RegistrationProfile,
  link: VtnLink,
): Promise<Settled> {
  return settle(loadCreation(load, ven, profile, 'none'), createSender(link, { kind: 'registration' }));
}
