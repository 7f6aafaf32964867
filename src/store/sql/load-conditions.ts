import { sql } from 'kysely';
import type { FleetDatabase } from '../sqlite/open-sqlite.ts';

/**
 * `standingOf` (fleet/load.ts) as SQL over `loads l LEFT JOIN resources r`: conditions that are 0 or 1, never
 * null, at most one of them 1; where none is, the load is pending.
 */
export function loadConditions({ siteColumns }: Pick<FleetDatabase, 'siteColumns'>) {
  const registered = sql`(coalesce(l.registration_status, '') = 'APPROVED' AND coalesce(l.vtn_resource_id, '') <> '')`;
  const suspended = sql`(coalesce(l.registration_status, '') = 'SUSPENDED')`;
  const disabled = siteColumns.has('enabled')
    ? sql`(coalesce(r.enabled, 1) = 0 AND NOT ${registered} AND NOT ${suspended})`
    : sql`0`;
  return {
    registered,
    suspended,
    disabled,
    /** The site's VEN; a blank one counts as none, and so do bytes, which are no text. */
    venName: sql<
      string | null
    >`CASE WHEN trim(r.ven) = '' OR typeof(r.ven) = 'blob' THEN NULL ELSE r.ven END`,
  };
}
