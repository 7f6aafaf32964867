import type { FleetViewStore } from '../fleet-views.ts';
import type { SqlEngine } from './engine.ts';
import { createDispatchTotals } from './fleet-views/dispatch-totals.ts';
import { createFailureCounts } from './fleet-views/failure-counts.ts';
import { createFindLoads } from './fleet-views/find-loads.ts';
import { createLoadDetails } from './fleet-views/load-details.ts';
import { createVenCounts } from './fleet-views/ven-counts.ts';

/** What is shown of a fleet, but for what engines do in their own way; see `FleetViewStore`. */
export function createFleetViewStore(engine: SqlEngine): Omit<FleetViewStore, 'siteOfLoad' | 'viewsMark'> {
  return {
    ...createVenCounts(engine),
    ...createFindLoads(engine),
    ...createLoadDetails(engine),
    ...createFailureCounts(engine),
    ...createDispatchTotals(engine),
  };
}
