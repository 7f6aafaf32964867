import type { EventTarget, GridEvent } from '../../fleet/grid-event.ts';
import type { Selection, TargetGroup, TargetKind, TargetRule } from '../events-profile.ts';
import { venIdType } from './events-read.ts';

/** What the types of targets name, in the gateway's words and in OpenADR's. Capitals do not count. */
const kindsOfType: ReadonlyMap<string, readonly TargetKind[]> = new Map([
  ['ven_name', ['ven']],
  ['group', ['component', 'sub-type']],
  ['load_component', ['component']],
  ['resource_sub_type', ['sub-type']],
  ['power_service_location', ['meter-point']],
  ['service_location', ['meter-point']],
  ['meterpoint_id', ['meter-point']],
  ['meter_point_id', ['meter-point']],
  ['resource_name', ['resource-name']],
  ['resource_id', ['resource', 'load']],
  ['resource', ['resource', 'load']],
  ['load_id', ['load']],
]);

/** A text without a type may be any name or id that the gateway was told, or gave. */
const kindsOfText: readonly TargetKind[] = [
  'ven',
  'ven-id',
  'meter-point',
  'component',
  'sub-type',
  'resource-name',
  'resource',
  'load',
];

/**
 * Which loads an event of the gateway's is for: those that are enrolled in its program, are of its VEN (`ven_id`), and are named
 * by its targets; each where it has such. Targets of one type name what one of them names; those of several are taken as the
 * rule has it. A type that is not known names no load.
 */
export function gatewaySelection(rule: TargetRule, { programId, targets }: GridEvent): Selection {
  const ofVen = targets.filter(isVenId);
  return {
    groups: groupsOf(targets.filter((target) => !isVenId(target))),
    combine: rule,
    enrolledIn: programId,
    programGroups: ofVen.length === 0 ? null : ofVen.map(venGroup),
  };
}

const isVenId = ({ type }: EventTarget) => type?.toLowerCase() === venIdType;

/** A gateway that never told its id of a VEN is known to use the name. */
const venGroup = ({ values }: EventTarget): TargetGroup => ({
  label: venIdType,
  kinds: ['ven-id', 'ven'],
  values,
});

function groupsOf(targets: readonly EventTarget[]): TargetGroup[] {
  return [...Map.groupBy(targets, ({ type }) => type?.toLowerCase())].map(([type, same]) => ({
    label: same[0]?.type ?? 'target',
    kinds: type === undefined ? kindsOfText : (kindsOfType.get(type) ?? []),
    values: same.flatMap(({ values }) => values),
  }));
}
