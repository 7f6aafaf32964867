import type { Logger } from '../core/log.ts';
import { spelledTwice, spellingsOf } from '../core/same-name.ts';
import type { FleetNames, FleetScope } from '../store/fleet-store.ts';
import type { SentStore } from '../store/sent-store.ts';

/** Names that a database has in several spellings of Unicode, or with white space at the ends; each as the list of them. */
export interface SpelledTwice {
  /** Names of VENs: sites of one town may stand under several VENs. */
  readonly vens: readonly (readonly string[])[];
  /** Ids of sites (`resources.resource_id`). */
  readonly resourceIds: readonly (readonly string[])[];
}

/** Whom to tell of such names; each run tells once, and only where there are any. */
export interface OnSpelledTwice {
  readonly onSpelledTwice?: ((names: SpelledTwice) => void) | undefined;
  readonly log?: Logger | undefined;
}

/**
 * The scope with its VENs spelled as the database spells them: in every way where it has several. Tells of all names
 * that the database has in several spellings.
 */
export async function spelledScope(
  store: FleetNames & Partial<Pick<SentStore, 'venNamesSent'>>,
  scope: FleetScope | undefined,
  { onSpelledTwice, log }: OnSpelledTwice,
): Promise<FleetScope | undefined> {
  const { venNames, resourceIds } = await store.fleetNames();
  const found = { vens: spelledTwice(venNames), resourceIds: spelledTwice(resourceIds) };
  if (found.vens.length + found.resourceIds.length > 0) {
    log?.warn(found, 'names in several spellings');
    onSpelledTwice?.(found);
  }
  if (!scope?.vens) return scope;
  const known = new Set(venNames);
  const asked = scope.vens.flatMap((name) => spellingsOf(name, known));
  // One may have no site any more, and still resources on the VTN.
  const sent = asked.every((name) => known.has(name)) ? [] : await store.venNamesSent?.(undefined);
  const vens = asked.flatMap((name) => (known.has(name) ? [name] : spellingsOf(name, sent ?? [])));
  return { ...scope, vens: [...new Set(vens)] };
}
