import type { Caller } from '../../machine/tokens.ts';
import type { OpenAdrFleet } from '../openadr-fleet.ts';
import type { Content, Stored } from '../stored-objects.ts';
import { rolesOf } from './roles.ts';

/** The numbers of the VENs that a caller acts for. */
export function ownVens({ vens }: OpenAdrFleet, { venIds }: Caller): ReadonlySet<number | undefined> {
  return new Set(venIds.map((id) => vens.find(id)));
}

/** Whether a program (its VENs) is open to a caller who acts for a VEN. */
export function isForVen(fleet: OpenAdrFleet, caller: Caller, vens: readonly number[]): boolean {
  if (caller.role === 'any' || vens.length === 0) return true;
  const own = ownVens(fleet, caller);
  return vens.some((ven) => own.has(ven));
}

/** A program as a caller sees it: BL also sees which VENs it is for. */
export function withVenNames({ vens }: OpenAdrFleet, caller: Caller, one: Stored): Content {
  if (!rolesOf(caller).business) return one.content;
  const names = one.vens.flatMap((ven) => vens.get(ven)?.name ?? []);
  if (names.length === 0) return one.content;
  const others = (one.content.targets as readonly unknown[] | undefined) ?? [];
  return { ...one.content, targets: [...others, { type: 'VEN_NAME', values: names }] };
}
