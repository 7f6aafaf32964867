import type { Call } from '../machine/dialect.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Auth, Caller } from '../machine/tokens.ts';
import { problem, Refusal, refuse } from './problem.ts';

/** Finds out who calls: 401 without a token, 403 (as OpenLEADR) for one that is not accepted. */
export type Identify = (call: Call) => Caller;

/** `challenge`: the `WWW-Authenticate` header of a 401, or none. */
export function identifying(
  auth: Auth,
  switches: SimulatorSwitches,
  challenge: string | undefined,
): Identify {
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

const blScopes = ['read_all', 'write_programs', 'write_events', 'write_vens_bl', 'write_subscriptions_bl'];
const venScopes = [
  'read_targets',
  'read_ven_objects',
  'write_reports',
  'write_subscriptions_ven',
  'write_vens_ven',
];
const scopesOfRole = { BL: new Set(blScopes), VEN: new Set(venScopes) };
const aliases: Readonly<Record<string, string>> = {
  write_vens_ven: 'write_vens',
  write_subscriptions_ven: 'write_subscriptions',
};

/** Whether a caller has a scope (3.1). */
export function hasScope(caller: Caller, scope: string): boolean {
  if (caller.role === 'any') return true;
  const scopes = caller.scopes ?? scopesOfRole[caller.role];
  return scopes.has(scope) || scopes.has(aliases[scope] ?? scope);
}

/** The first of these scopes that the caller has; 403 where it has none. */
export function demandScope<S extends string>(caller: Caller, ...scopes: S[]): S {
  const found = scopes.find((scope) => hasScope(caller, scope));
  return found ?? refuse(403, `Missing ${scopes.map((scope) => `'${scope}'`).join(' or ')} scope`);
}

/** What a caller may do on a 3.0 VTN. */
export interface Roles {
  readonly venManager: boolean;
  readonly business: boolean;
  readonly ven: boolean;
}

/** OpenLEADR 0.1 makes roles of the scopes of a foreign token, by these rules. */
export function rolesOf({ role, scopes }: Caller): Roles {
  if (role === 'any') return { venManager: true, business: true, ven: true };
  if (!scopes) return { venManager: role === 'BL', business: role === 'BL', ven: role === 'VEN' };
  const all = (...wanted: string[]) => wanted.every((scope) => scopes.has(scope));
  return {
    venManager: all('read_all', 'write_vens'),
    business: all('read_all', 'write_programs', 'write_events'),
    ven: all('read_all', 'write_reports'),
  };
}
