import type { GridEvent, GridProgram, PayloadDescriptor } from '../../fleet/grid-event.ts';
import type { Asked } from '../setpoints/instruction.ts';
import { isLimit } from './payload-types.ts';
import type { TimelineSpan } from './timeline.ts';

/** What an event asks of a load at one time. */
export interface Candidate {
  readonly event: Pick<GridEvent, 'id' | 'programId' | 'priority' | 'createdMs' | 'payloadDescriptors'>;
  /** Of the event, as venfleet counts them. */
  readonly version: number;
  /** The event's, where it is known. */
  readonly program?: Pick<GridProgram, 'payloadDescriptors'> | undefined;
  /** Those of its timeline that cover the time: of each type one. */
  readonly spans: readonly TimelineSpan[];
}

/**
 * What counts of all that events ask of one load at one time, in the order of the types, each once, whatever the order of the
 * candidates. Payloads of different types do not conflict: a price and an alert both count (User Guide, 7.1). Of one type, the
 * event that goes before the others counts (`compareEvents`). Of limits, where several programs set some, the lowest counts of
 * those that count within each program: the specification says nothing on that, and whoever keeps to the lowest keeps to all.
 * Limits in different units cannot be compared: then the order of the events decides.
 */
export function onTop(candidates: readonly Candidate[]): Asked[] {
  const tops = new Map<string, Top>();
  for (const candidate of candidates)
    for (const span of candidate.spans) {
      const one = { candidate, span };
      const top = tops.get(span.type);
      if (top === undefined) tops.set(span.type, { first: one, others: [] });
      else if (isLimit(span.type)) top.others.push(one);
      else if (compareEvents(candidate.event, top.first.candidate.event) < 0) top.first = one;
    }
  return [...tops.keys()].sort().map((type) => {
    const { first, others } = tops.get(type) as Top;
    return askedBy(others.length === 0 ? first : strictest([first, ...others]));
  });
}

/**
 * Which of two events goes before the other (negative: the first one): that of the lower priority number, 0 before all, none after
 * all; then the newer one, unknown age after all; then that of the lower id. The specification leaves ties open (User Guide, 7.1).
 */
export function compareEvents(one: Candidate['event'], other: Candidate['event']): number {
  return (
    ascending(one.priority ?? Number.POSITIVE_INFINITY, other.priority ?? Number.POSITIVE_INFINITY) ||
    ascending(other.createdMs ?? Number.NEGATIVE_INFINITY, one.createdMs ?? Number.NEGATIVE_INFINITY) ||
    ascending(one.id, other.id)
  );
}

/** How an event's payloads of a type are told: field by field as its own descriptors say, else its program's. */
export function descriptorFor(
  type: string,
  event: Pick<GridEvent, 'payloadDescriptors'>,
  program?: Pick<GridProgram, 'payloadDescriptors'>,
): PayloadDescriptor {
  const all = [...event.payloadDescriptors, ...(program?.payloadDescriptors ?? [])].filter(
    ({ payloadType }) => payloadType === type,
  );
  const said = (field: 'units' | 'currency') => all.find((one) => one[field] !== null)?.[field] ?? null;
  return { payloadType: type, units: said('units'), currency: said('currency') };
}

interface One {
  readonly candidate: Candidate;
  readonly span: TimelineSpan;
}

/** What counts of a type as far as that is known; of limits just all of them. */
interface Top {
  first: One;
  readonly others: One[];
}

function strictest(limits: readonly One[]): One {
  const inOrder = limits.toSorted((one, other) => compareEvents(one.candidate.event, other.candidate.event));
  const programs = new Set<string | null>();
  const ofEachProgram = inOrder.filter(({ candidate: { event } }) => {
    const isFirst = !programs.has(event.programId);
    programs.add(event.programId);
    return isFirst;
  });
  const units = new Set(ofEachProgram.map(unitsOf));
  const [first] = ofEachProgram as [One];
  return units.size > 1
    ? first
    : ofEachProgram.reduce((least, one) => (limitOf(one) < limitOf(least) ? one : least), first);
}

function limitOf({ span }: One): number {
  const [value] = span.values;
  return typeof value === 'number' && !Number.isNaN(value) ? value : Number.POSITIVE_INFINITY;
}

/** Limits are in kW where nobody says otherwise. */
function unitsOf({ candidate: { event, program }, span }: One): string {
  return descriptorFor(span.type, event, program).units ?? 'KW';
}

function askedBy({ candidate: { event, version, program }, span }: One): Asked {
  const { type, values, intervalId, fromMs, untilMs } = span;
  return {
    type,
    values,
    units: descriptorFor(type, event, program).units,
    eventId: event.id,
    programId: event.programId,
    version,
    intervalId,
    fromMs,
    untilMs,
  };
}

function ascending<T extends number | string>(one: T, other: T): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
