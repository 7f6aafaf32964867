import { visible } from '../../core/visible.ts';
import type { Asked, LoadCapacities, Setpoint } from './instruction.ts';
import { kwText, unitsPerKw, unitsPerKwh } from './units.ts';

/** What a setpoint has besides what the event says; `values` where they are others. */
export type Outcome = Partial<
  Pick<Setpoint, 'values' | 'limitKw' | 'exportLimitKw' | 'clampedFrom' | 'reason'>
>;

/** From where to where a power can be, kW; undefined: not known. */
type Bounds = readonly [leastKw: number | undefined, mostKw: number | undefined];

/** DISPATCH_SETPOINT: the power that it is to take. */
export function dispatchSetpoint(asked: Asked, { minKw, maxKw }: LoadCapacities): Outcome {
  return powerWithin(asked, [minKw, maxKw], (kw) => ({ limitKw: kw }));
}

/** DISPATCH_SETPOINT_RELATIVE: a change against what it would be, which nobody here knows: no limit follows from it. */
export function relativeSetpoint(asked: Asked, { minKw = 0, maxKw }: LoadCapacities): Outcome {
  const rangeKw = maxKw === undefined ? undefined : maxKw - Math.min(0, minKw);
  return powerWithin(asked, [rangeKw === undefined ? undefined : -rangeKw, rangeKw], () => ({}));
}

/** CONTROL_SETPOINT: whatever the program has it mean; a power where its units are of power. */
export function controlSetpoint(asked: Asked, { minKw, maxKw }: LoadCapacities): Outcome {
  const isPower = asked.units !== null && unitsPerKw(asked.units) !== undefined;
  const [value] = asked.values;
  if (!isPower || typeof value === 'object') return {};
  if (typeof value !== 'number')
    return { values: [], reason: `${asked.type} in ${asked.units} must be a number` };
  return powerWithin(asked, [minKw, maxKw], (kw) => ({ limitKw: kw }));
}

/** CONSUMPTION_POWER_LIMIT: what the resource itself may take. */
export function consumptionLimit(asked: Asked, { minKw, maxKw }: LoadCapacities): Outcome {
  return powerWithin(asked, [minKw, maxKw], (kw) => ({ limitKw: kw }));
}

/** PRODUCTION_POWER_LIMIT: what the resource itself may feed in. */
export function productionLimit(asked: Asked, { minKw }: LoadCapacities): Outcome {
  const mostKw = minKw === undefined ? undefined : Math.max(0, -minKw);
  return powerWithin(asked, [0, mostKw], (kw) => ({ exportLimitKw: kw }));
}

/**
 * CHARGE_STATE_SETPOINT: energy, or a fraction of the greatest energy. Above 1 it is taken for percent, as some VTNs say it; in
 * units that are neither, it is handed on.
 */
export function chargeState(asked: Asked, capacities: LoadCapacities): Outcome {
  const { units } = asked;
  if (units === 'PERCENT') return chargeFraction(asked, capacities);
  const perKwh = units === null ? undefined : unitsPerKwh(units);
  if (perKwh === undefined) return { reason: unknownUnits(units) };
  const value = asked.values[0] as number;
  const kwh = value / perKwh;
  const had = bounded(kwh, [capacities.minKwh, capacities.maxKwh]);
  if (had === kwh) return {};
  const reason = `${kwh > had ? 'above E_max' : 'below E_min'}, ${had} kWh`;
  return { values: [had * perKwh], clampedFrom: value, reason };
}

function chargeFraction({ type, values }: Asked, { minKwh = 0, maxKwh }: LoadCapacities): Outcome {
  const value = values[0] as number;
  if (value > 100) return { values: [], reason: `${type} must be at most 1, or 100 percent, not ${value}` };
  const fraction = value > 1 ? value / 100 : value;
  const had = bounded(fraction, [maxKwh ? minKwh / maxKwh : undefined, 1]);
  const reasons = [
    ...(value > 1 ? [`${value} is taken for percent`] : []),
    ...(had > fraction ? [`below E_min, ${minKwh} kWh`] : []),
  ];
  if (reasons.length === 0) return {};
  return { values: [had], ...(had > fraction && { clampedFrom: value }), reason: reasons.join('; ') };
}

/** A payload of power, its units KW where nobody says others (the Definition has power in KW), and what limit follows from it. */
function powerWithin(asked: Asked, bounds: Bounds, limit: (kw: number) => Outcome): Outcome {
  const perKw = unitsPerKw(asked.units ?? 'KW');
  if (perKw === undefined) return { reason: unknownUnits(asked.units) };
  const value = asked.values[0] as number;
  const kw = value / perKw;
  const had = bounded(kw, bounds);
  if (had === kw) return limit(kw);
  const reason = `${kw > had ? 'above' : 'below'} what it can, ${kwText(had)}`;
  return { values: [had * perKw], clampedFrom: value, reason, ...limit(had) };
}

function bounded(value: number, [least = -Infinity, most = Infinity]: Bounds): number {
  return Math.min(Math.max(value, least), most);
}

/** Why a value is only handed on, no sentence. */
export function unknownUnits(units: string | null): string {
  return units === null ? 'nobody says its units' : `its units, ${visible(units)}, are not known`;
}
