import type { EventTarget, GridEvent, GridProgram } from '../../fleet/grid-event.ts';
import type { Selection, TargetGroup, TargetKind, TargetRule } from '../events-profile.ts';
import { cleanText, venNameForms } from '../openadr/wire-names.ts';

/** What the types of targets name that registration gives to loads (`openadr/targets.ts`). */
const kindsOfType: ReadonlyMap<string | null, readonly TargetKind[]> = new Map([
  ['VEN_NAME', ['ven']],
  ['GROUP', ['component', 'sub-type']],
  ['POWER_SERVICE_LOCATION', ['meter-point']],
  ['RESOURCE_NAME', ['resource-name']],
  ['LOAD_ID', ['load']],
]);

/**
 * Which loads an event of OpenADR 3.0 is for.
 *
 * - Of targets of one type, one must name the load; of those of several, each or any, as the rule has it.
 * - PROGRAM_NAME and EVENT_NAME say what the event is, not which loads are meant: where that is true they are left out; where
 *   it is not, or is not known, no load is.
 * - A type that is not known (SERVICE_AREA, private ones) names no load; neither does a target without values.
 * - The VENs that the program names (VEN_NAME) are those that its events are for; its other targets say nothing of loads.
 */
export function selectionOf30(
  rule: TargetRule,
  event: GridEvent,
  program: GridProgram | undefined,
): Selection {
  const names = new Map<string | null, string | null | undefined>([
    ['PROGRAM_NAME', program?.name],
    ['EVENT_NAME', event.name],
  ]);
  const isTrueOfEvent = ({ type, values }: EventTarget) => {
    const name = names.get(type);
    return typeof name === 'string' && values.includes(name);
  };
  const ofVens = program?.targets.filter(({ type }) => type === 'VEN_NAME' || type === 'UNREADABLE') ?? [];
  return {
    groups: groupsOf(event.targets.filter((target) => !isTrueOfEvent(target))),
    combine: rule,
    enrolledIn: null,
    programGroups: ofVens.length === 0 ? null : groupsOf(ofVens),
  };
}

/** A group for each type. */
function groupsOf(targets: readonly EventTarget[]): TargetGroup[] {
  return [...Map.groupBy(targets, ({ type }) => type)].map(([type, same]) => ({
    label: type ?? 'target',
    kinds: kindsOfType.get(type) ?? [],
    values: same.flatMap(({ values }) => values),
  }));
}

/** The texts that may name a thing: as registration said it in OpenADR 3.0, and as it is. */
export function wireForms30(kind: TargetKind, name: string): readonly string[] {
  if (kind === 'ven') return venNameForms(name);
  const clean = cleanText(name);
  return clean === name ? [name] : [clean, name];
}
