import type { Asked, Instruction, LoadCapacities, Setpoint } from './instruction.ts';
import { nobody } from './participation.ts';
import { valuesProblem } from './payload-values.ts';
import { type EventPolicy, entryOf } from './policy.ts';
import {
  chargeState,
  consumptionLimit,
  controlSetpoint,
  dispatchSetpoint,
  type Outcome,
  productionLimit,
  relativeSetpoint,
  unknownUnits,
} from './power-payloads.ts';
import { roundedDown, type SharingLoad, shareOfExport, shareOfImport, usualParts } from './site-limits.ts';
import { unitsPerKw } from './units.ts';

type Act = (asked: Asked, load: SharingLoad, policy: EventPolicy, out: readonly string[]) => Outcome;

/** The kinds from which more follows for a load than what the event says; all others are handed on. */
const acts: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['SIMPLE', simpleLevel],
  ['DISPATCH_SETPOINT', ofCapacities(dispatchSetpoint)],
  ['DISPATCH_SETPOINT_RELATIVE', ofCapacities(relativeSetpoint)],
  ['CONTROL_SETPOINT', ofCapacities(controlSetpoint)],
  ['CHARGE_STATE_SETPOINT', ofCapacities(chargeState)],
  ['CONSUMPTION_POWER_LIMIT', ofCapacities(consumptionLimit)],
  ['PRODUCTION_POWER_LIMIT', ofCapacities(productionLimit)],
  ['IMPORT_CAPACITY_LIMIT', importLimit],
  ['EXPORT_CAPACITY_LIMIT', exportLimit],
]);

/**
 * What a load that takes part is to do, of all that is asked of it. Values that cannot be, and kinds that the policy ignores,
 * are left out of it with a reason, and touch no other kind. It depends on nothing else of the load than its component, the
 * components of its site, and its capacities: see `createInstructor`.
 *
 * @param asked of each kind of payload one
 * @param out components behind the load's meter that do not take part now (`ParticipationThen.componentsOut`)
 */
export function instructionOf(
  load: SharingLoad,
  asked: readonly Asked[],
  policy: EventPolicy,
  out: readonly string[] = nobody,
): Instruction {
  const inOrder = asked.toSorted((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
  return { setpoints: inOrder.map((one) => setpointOf(one, load, policy, out)) };
}

/** The strictest of all limits on what a load may take, kW; undefined: there is none. */
export function strictestKw({ setpoints }: Instruction): number | undefined {
  const limits = setpoints.map(({ limitKw }) => limitKw).filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** Whether there is something in it for the load: values that can be, of a kind that the policy does not ignore. */
export function isActedOn({ values, reason }: Setpoint): boolean {
  return values.length > 0 || reason === undefined;
}

function setpointOf(asked: Asked, load: SharingLoad, policy: EventPolicy, out: readonly string[]): Setpoint {
  const { type, values, units, eventId, version, intervalId, fromMs, untilMs } = asked;
  const plain = { type, values, units, eventId, version, intervalId, fromMs, untilMs };
  if (policy.ignoredPayloads.includes(type))
    return { ...plain, values: [], reason: 'the policy has it ignored' };
  const problem = valuesProblem(type, values);
  if (problem !== undefined) return { ...plain, values: [], reason: problem };
  return { ...plain, ...acts.get(type)?.(asked, load, policy, out) };
}

function ofCapacities(act: (asked: Asked, capacities: LoadCapacities) => Outcome): Act {
  return (asked, { capacities }) => act(asked, capacities);
}

/** SIMPLE: what the policy has for its level, as a part of what the component usually has of the site's greatest power. */
function simpleLevel({ values }: Asked, load: SharingLoad, policy: EventPolicy): Outcome {
  const level = values[0] as 0 | 1 | 2 | 3;
  const part = entryOf(policy.levels, load.component)[level];
  if (part === 1)
    return level === 0 ? {} : { reason: `${load.component} is not curtailed at level ${level}` };
  const { maxKw, minKw = 0 } = load.capacities;
  if (maxKw === undefined) return { reason: 'the power of its site is not known' };
  const usual = usualParts(load, policy).get(load.component) ?? 0;
  const leastKw = usual * Math.max(0, minKw);
  const wantedKw = usual * maxKw * part;
  if (wantedKw < leastKw) return { limitKw: leastKw, reason: 'below its least power' };
  return { limitKw: roundedDown(wantedKw) };
}

function importLimit(asked: Asked, load: SharingLoad, policy: EventPolicy, out: readonly string[]): Outcome {
  const perKw = unitsPerKw(asked.units ?? 'KW');
  if (perKw === undefined) return { reason: unknownUnits(asked.units) };
  return shareOfImport((asked.values[0] as number) / perKw, load, policy, out);
}

function exportLimit(asked: Asked, load: SharingLoad, policy: EventPolicy, out: readonly string[]): Outcome {
  const perKw = unitsPerKw(asked.units ?? 'KW');
  if (perKw === undefined) return { reason: unknownUnits(asked.units) };
  const { limitKw: exportLimitKw, reason } = shareOfExport(
    (asked.values[0] as number) / perKw,
    load,
    policy,
    out,
  );
  return { ...(exportLimitKw !== undefined && { exportLimitKw }), reason };
}
