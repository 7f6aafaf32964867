import type { Caller } from '../../machine/tokens.ts';
import type { ListQuery } from '../list-query.ts';
import type { OpenAdrFleet } from '../openadr-fleet.ts';
import { identifier, isIdentifier, list } from '../readers.ts';
import type { Content, Stored } from '../stored-objects.ts';
import { hasScope } from './scopes.ts';

/** The targets of a VEN or resource as JSON text; 400 where they are wrong. */
export function readTargets(value: unknown): string {
  if (value === undefined || value === null) return '[]';
  const good = Array.isArray(value) && value.every((one) => typeof one === 'string' && isIdentifier(one));
  // Identifiers have no letters that JSON would have to escape.
  if (good) return value.length === 0 ? '[]' : `["${value.join('","')}"]`;
  return JSON.stringify(list(identifier)(value, 'targets'));
}

/** Whether one of these (as JSON text) is among those that the query asks for, if it asks for any. */
export function hasTarget(targets: string, { targets: wanted }: ListQuery): boolean {
  return wanted.length === 0 || wanted.some((one) => targets.includes(`"${one}"`));
}

/**
 * What a caller sees of a targeted object. BL sees all; a VEN what has no targets, or one of those granted to it
 * or to its resources, and of the targets only these. Targets in the query narrow this further, and then, on
 * OpenLEADR, what has no targets drops out too.
 */
export function seenByTargets(
  fleet: OpenAdrFleet,
  caller: Caller,
  one: Stored,
  query: ListQuery | undefined,
): Content | undefined {
  const targets = one.content.targets as readonly string[];
  const asked = query?.targets ?? [];
  if (hasScope(caller, 'read_all')) {
    return asked.length === 0 || asked.some((target) => targets.includes(target)) ? one.content : undefined;
  }
  const granted = grantedTo(fleet, caller);
  const seen = targets.filter((target) => granted.has(target));
  if (targets.length > 0 && seen.length === 0) return undefined;
  if (asked.length > 0 && !seen.some((target) => asked.includes(target))) return undefined;
  return { ...one.content, targets: seen };
}

/** The targets of the caller's VEN and of its resources. */
function grantedTo(fleet: OpenAdrFleet, caller: Caller): ReadonlySet<string> {
  const n = fleet.venOfClient(caller.clientId);
  const ven = n === undefined ? undefined : fleet.vens.get(n);
  if (!ven) return new Set();
  const lists = [ven.targets, ...ven.resources.map((one) => fleet.get(one).targets)];
  return new Set(lists.flatMap((list) => JSON.parse(list) as string[]));
}
