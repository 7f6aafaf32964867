import type { Call } from '../machine/dialect.ts';
import { Refusal } from '../machine/refusal.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Auth, Caller } from '../machine/tokens.ts';
import { problem, refuse } from './problem.ts';

/**
 * Finds out who calls: 401 without a token, 403 (as OpenLEADR) for one that is not accepted. `challenge`: the
 * `WWW-Authenticate` header of a 401, or none.
 */
export function identifying(
  auth: Auth,
  switches: SimulatorSwitches,
  challenge: string | undefined,
): (call: Call) => Caller {
  return (call) => {
    const caller = auth.callerOf(call);
    if (typeof caller === 'object') return caller;
    if (caller !== 'missing' && switches.badTokenStatus !== 401) {
      return refuse(403, 'Invalid authentication token provided');
    }
    const reply = problem(401, 'Authorization via Bearer token in Authorization header required');
    throw new Refusal(challenge ? { ...reply, headers: { 'www-authenticate': challenge } } : reply);
  };
}
