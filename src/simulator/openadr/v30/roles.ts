import type { Caller } from '../../machine/tokens.ts';
import { refuse } from '../problem.ts';

/** What a caller may do on a 3.0 VTN. */
interface Roles {
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

/** `status`: 401 for VENs, 403 elsewhere, as OpenLEADR 0.1. */
export function demandRole(caller: Caller, role: keyof Roles, status: 401 | 403 = 403): void {
  if (!rolesOf(caller)[role]) refuse(status, 'User does not have the required role');
}
