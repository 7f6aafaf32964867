import { sql } from 'kysely';
import type { FleetColumns } from './engine.ts';

/**
 * `standingOf` (fleet/load-from-row.ts) as SQL over `loads l LEFT JOIN resources r`: at most one of the conditions holds; where
 * none does, the load is pending.
 */
export function loadConditions({ isDisabled, status, vtnResourceId }: FleetColumns) {
  const registered = sql<boolean>`(${status} = 'APPROVED' AND coalesce(${vtnResourceId}, '') <> '')`;
  const suspended = sql<boolean>`(${status} = 'SUSPENDED')`;
  const disabled = sql<boolean>`(${isDisabled} AND NOT ${registered} AND NOT ${suspended})`;
  return { registered, suspended, disabled };
}
