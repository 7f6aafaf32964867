import type { Selection, TargetGroup, TargetKind } from '../../profiles/events-profile.ts';

const kindWords: Readonly<Record<TargetKind, string>> = {
  ven: 'VEN',
  site: 'site',
  'meter-point': 'metering point',
  component: 'load component',
  'sub-type': 'kind of site',
  load: 'load',
  'resource-name': 'name of a resource',
  resource: 'VTN id of a resource',
  'ven-id': 'VTN id of a VEN',
};

const mostValues = 10;

/** Whom an event is for, in words: a line for each thing that a load must be, no sentences. */
export function selectionWords(
  { groups, combine, enrolledIn, programGroups }: Selection,
  seenBy: readonly string[] | null,
): string[] {
  const lines = groups.map(groupWords);
  if (lines.length === 0) lines.push('it names nobody: it is for all loads');
  else if (lines.length > 1)
    lines.push(combine === 'any' ? 'one of these is enough' : 'a load must be named by each of these');
  if (programGroups)
    lines.push(`only loads of VENs of its program: ${programGroups.map(groupWords).join('; ')}`);
  if (enrolledIn !== null) lines.push(`only loads that are enrolled in program ${enrolledIn}`);
  if (seenBy) lines.push(`only loads of VENs that see it: ${listed(seenBy)}`);
  return lines;
}

function groupWords({ label, kinds, values }: TargetGroup): string {
  if (kinds.length === 0)
    return `${label} ${listed(values)}: of a type that is not known, which names no load`;
  return `${label} ${listed(values)}, as ${kinds.map((kind) => kindWords[kind]).join(' or ')}`;
}

function listed(values: readonly string[]): string {
  if (values.length === 0) return '(none)';
  const more = values.length > mostValues ? ` and ${values.length - mostValues} more` : '';
  return `${values.slice(0, mostValues).join(', ')}${more}`;
}
