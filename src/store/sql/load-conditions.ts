import { sql } from 'kysely';
import type { SiteColumns } from './engine.ts';

/**
 * `standingOf` (fleet/load-from-row.ts) as SQL over `loads l LEFT JOIN resources r`: at most one of the conditions holds; where
 * none does, the load is pending.
 */
export function loadConditions({ isDisabled }: SiteColumns) {
  const registered = sql<boolean>`(coalesce(l.registration_status, '') = 'APPROVED' AND coalesce(l.vtn_resource_id, '') <> '')`;
  const suspended = sql<boolean>`(coalesce(l.registration_status, '') = 'SUSPENDED')`;
  const disabled = sql<boolean>`(${isDisabled} AND NOT ${registered} AND NOT ${suspended})`;
  return { registered, suspended, disabled };
}
