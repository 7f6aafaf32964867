import type { Caller } from '../machine/tokens.ts';
import { hasScope, rolesOf } from './access.ts';
import type { Content, Stored } from './collection.ts';
import type { ListQuery } from './list-query.ts';
import type { VenStore } from './ven-store.ts';

/**
 * What a 3.1 caller sees of a targeted object. BL sees all; a VEN what has no targets, or one of those granted to
 * it or to its resources, and of the targets only these. Targets in the query narrow this further, and then, on
 * OpenLEADR, what has no targets drops out too.
 */
export function seenByTargets(store: VenStore, caller: Caller, one: Stored, query: ListQuery | undefined) {
  const targets = one.content.targets as readonly string[];
  const asked = query?.targets ?? [];
  if (hasScope(caller, 'read_all'))
    return asked.length === 0 || overlap(targets, asked) ? one.content : undefined;
  const granted = grantedTo(store, caller);
  if (targets.length > 0 && !overlap(targets, granted)) return undefined;
  if (asked.length > 0 && !targets.some((target) => granted.includes(target) && asked.includes(target))) {
    return undefined;
  }
  return { ...one.content, targets: targets.filter((target) => granted.includes(target)) };
}

function overlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.includes(one));
}

/** The targets of the caller's VEN and of its resources. */
function grantedTo(store: VenStore, caller: Caller): string[] {
  const ven = store.venOfClient(caller.clientId);
  if (ven === undefined) return [];
  const lists = [
    store.vens.get(ven)?.targets,
    ...store.resourcesOf(ven).map((n) => store.contentOf(n).targets),
  ];
  return [
    ...new Set(lists.flatMap((list) => (typeof list === 'string' ? (JSON.parse(list) as string[]) : []))),
  ];
}

/** The numbers of the VENs that a 3.0 caller acts for. */
export function vensOf(store: VenStore, caller: Caller): ReadonlySet<number | undefined> {
  return new Set(caller.venIds.map((id) => store.vens.find(id)));
}

/** Whether a 3.0 program (its VENs) is open to a caller who acts for a VEN. */
export function isForVen(store: VenStore, caller: Caller, vens: readonly number[]): boolean {
  const { role } = caller;
  if (role === 'any' || vens.length === 0) return true;
  const own = vensOf(store, caller);
  return vens.some((ven) => own.has(ven));
}

/** The content as a 3.0 caller sees it: BL also sees which VENs it is for. */
export function withVenNames(store: VenStore, caller: Caller, one: Stored): Content {
  if (!rolesOf(caller).business || one.vens.length === 0) return one.content;
  const names = one.vens.flatMap((ven) => store.vens.get(ven)?.venName ?? []);
  if (names.length === 0) return one.content;
  const others = (one.content.targets as readonly unknown[] | undefined) ?? [];
  return { ...one.content, targets: [...others, { type: 'VEN_NAME', values: names }] };
}

/** Whether a 3.0 object has the target that a query asks for. */
export function hasQueryTarget(content: Content, query: ListQuery): boolean {
  const { target } = query;
  if (!target) return true;
  const targets = (content.targets ?? []) as readonly { type: string; values: readonly string[] }[];
  return targets.some(
    ({ type, values }) => type === target.type && values.some((value) => target.values.includes(value)),
  );
}
