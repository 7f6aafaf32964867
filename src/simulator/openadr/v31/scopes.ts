import type { Action } from '../../machine/collection.ts';
import type { Caller } from '../../machine/tokens.ts';
import { refuse } from '../problem.ts';

const aliases: Readonly<Record<string, string>> = {
  write_vens_ven: 'write_vens',
  write_subscriptions_ven: 'write_subscriptions',
};
const scopesOfRole = {
  BL: new Set(['read_all', 'write_programs', 'write_events', 'write_vens_bl', 'write_subscriptions_bl']),
  VEN: new Set([
    'read_targets',
    'read_ven_objects',
    'write_reports',
    'write_subscriptions_ven',
    'write_vens_ven',
  ]),
};

export function hasScope(caller: Caller, scope: string): boolean {
  if (caller.role === 'any') return true;
  const scopes = caller.scopes ?? scopesOfRole[caller.role];
  return scopes.has(scope) || scopes.has(aliases[scope] ?? scope);
}

/** 403 for a caller who has none of these. */
export function demandScope(caller: Caller, ...scopes: string[]): void {
  if (scopes.some((scope) => hasScope(caller, scope))) return;
  refuse(403, `Missing ${scopes.map((scope) => `'${scope}'`).join(' or ')} scope`);
}

/** 403 for a caller who may not do this with VENs and resources, be it with its own alone. */
export function demandVenScope(caller: Caller, action: Action): void {
  if (isReading(action)) demandScope(caller, 'read_all', 'read_ven_objects');
  else demandScope(caller, 'write_vens_bl', 'write_vens_ven');
}

/** Whether the caller may do this with all VENs and their resources. */
export function hasAllVens(caller: Caller, action: Action): boolean {
  return hasScope(caller, isReading(action) ? 'read_all' : 'write_vens_bl');
}

function isReading(action: Action): boolean {
  return action === 'list' || action === 'get';
}
