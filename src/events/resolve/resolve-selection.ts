import type { Selection, TargetGroup } from '../../profiles/events-profile.ts';
import type { IndexedLoad } from './indexed-load.ts';
import type { LoadIndex } from './load-index.ts';

/** Who else narrows down which loads an event is for. */
export interface ResolveContext {
  /** The VENs that see the event, where each asks for itself; null: all. */
  readonly seenBy: readonly string[] | null;
  /** Whether a load is enrolled in a program, under the id that its resource has now. */
  isEnrolled(programId: string, load: Pick<IndexedLoad, 'loadId' | 'vtnResourceId'>): boolean;
}

/** The loads that an event means. `meant` = those of `loads` + all in `unreachable`. */
export interface Resolution {
  /** The numbers of those that can be reached, in order. */
  readonly loads: Int32Array;
  readonly meant: number;
  /** Meant, but not to be reached, by the reason. */
  readonly unreachable: Readonly<Record<'not-registered' | 'suspended' | 'disabled', number>>;
  /** What the event names and the fleet does not have. */
  readonly unmatched: readonly { readonly label: string; readonly value: string }[];
  /** Targets of a type that means nothing to us: they select no load. */
  readonly unknownTypes: readonly string[];
}

/**
 * Which loads an event means. Within a group one name is enough; `combine` says whether one group is, or it takes every one. A
 * group of an unknown type names no load.
 */
export function resolveSelection(
  { groups, combine, enrolledIn, programGroups }: Selection,
  index: LoadIndex,
  { seenBy, isEnrolled }: ResolveContext,
): Resolution {
  const unmatched: { label: string; value: string }[] = [];
  const marked = marksOf(groups, combine, index, unmatched);
  const ofProgram = programGroups ? marksOf(programGroups, 'any', index, []) : undefined;
  const vens = seenBy && new Set(seenBy);
  const unreachable = { 'not-registered': 0, suspended: 0, disabled: 0 };
  const found = new Int32Array(index.loads.length);
  let meant = 0;
  let reached = 0;
  for (const [at, load] of index.loads.entries()) {
    if (marked && marked[at] === 0) continue;
    if (ofProgram && ofProgram[at] === 0) continue;
    if (vens && !vens.has(load.venName)) continue;
    if (enrolledIn !== null && !isEnrolled(enrolledIn, load)) continue;
    meant++;
    if (load.unreachable === null) found[reached++] = at;
    else unreachable[load.unreachable]++;
  }
  const unknownTypes = groups.filter(({ kinds }) => kinds.length === 0).map(({ label }) => label);
  return { loads: found.slice(0, reached), meant, unreachable, unmatched, unknownTypes };
}

/** For each load whether it is named; undefined: nothing is named, which means all. */
function marksOf(
  groups: readonly TargetGroup[],
  combine: Selection['combine'],
  index: LoadIndex,
  unmatched: { label: string; value: string }[],
): Uint16Array | undefined {
  if (groups.length === 0) return undefined;
  const counts = groups.map((group) => marksOfGroup(group, index, unmatched));
  const enough = combine === 'any' ? 1 : groups.length;
  return counts.reduce((sum, marks) => addInto(sum, marks)).map((times) => (times >= enough ? 1 : 0));
}

function marksOfGroup(
  { label, kinds, values }: TargetGroup,
  index: LoadIndex,
  unmatched: { label: string; value: string }[],
): Uint16Array {
  const marks = new Uint16Array(index.loads.length);
  for (const value of values) {
    let isNamed = false;
    for (const kind of kinds)
      for (const at of index.named(kind, value)) {
        marks[at] = 1;
        isNamed = true;
      }
    if (!isNamed && kinds.length > 0) unmatched.push({ label, value });
  }
  return marks;
}

/** How many groups name each load; of one type there is one group, so there are few. */
function addInto(sum: Uint16Array, marks: Uint16Array): Uint16Array {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (marks[at] as number);
  return sum;
}
