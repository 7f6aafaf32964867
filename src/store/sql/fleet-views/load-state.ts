import { sql } from 'kysely';
import type { SeenLoadState } from '../../fleet-views.ts';
import type { FleetColumns } from '../engine.ts';
import { loadConditions } from '../load-conditions.ts';

/** Where a load stands, over `loads l LEFT JOIN resources r`: as `FleetStatistics` counts it. */
export function loadState(columns: FleetColumns) {
  const { registered, suspended } = loadConditions(columns);
  return sql<SeenLoadState>`CASE WHEN ${registered} THEN 'registered' WHEN ${suspended} THEN 'suspended'
    WHEN ${columns.isDisabled} THEN 'disabled'
    WHEN EXISTS (SELECT 1 FROM venfleet_failures f WHERE f.load_id = coalesce(${columns.load}, '')) THEN 'failed'
    ELSE 'waiting' END`;
}
