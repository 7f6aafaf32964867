import type { Asked, LoadCapacities, SetpointLoad } from '../../../src/events/setpoints/instruction.ts';
import { usualComponents } from '../../../src/fleet/components.ts';
import type { PayloadValue } from '../../../src/fleet/grid-event.ts';

/** A site that takes at most 50 kW, and feeds in at most 20. */
export const medium: LoadCapacities = { maxKw: 50, minKw: -20, maxKwh: 200, minKwh: 20 };
export const unknown: LoadCapacities = {
  maxKw: undefined,
  minKw: undefined,
  maxKwh: undefined,
  minKwh: undefined,
};

export function loadOf(component: string, changes: Partial<SetpointLoad> = {}): SetpointLoad {
  return {
    loadId: `id-${component}`,
    venName: 'Aalborg',
    siteId: 'site-1',
    component,
    capacities: medium,
    siteComponents: usualComponents,
    ...changes,
  };
}

export function ask(
  type: string,
  values: PayloadValue | readonly PayloadValue[],
  units: string | null = null,
): Asked {
  return {
    type,
    values: Array.isArray(values) ? values : [values as PayloadValue],
    units,
    eventId: 'e1',
    programId: 'p1',
    version: 1,
    intervalId: 0,
    fromMs: 1000,
    untilMs: null,
  };
}
