import type { ActingEvent } from '../dispatch/acting-event.ts';
import { makePlan, type Plan } from '../dispatch/plan.ts';
import type { IndexedLoad } from '../resolve/indexed-load.ts';
import type { LoadIndex } from '../resolve/load-index.ts';
import type { Instruction } from '../setpoints/instruction.ts';
import { createInstructor, type Instructor } from '../setpoints/instructor.ts';
import { participationAt } from '../setpoints/participation.ts';
import type { EventPolicy } from '../setpoints/policy.ts';
import { descriptorFor } from '../timeline/precedence.ts';
import type { Timeline, TimelineSpan } from '../timeline/timeline.ts';

/** What a load is to do from a time on. Milliseconds since 1970, UTC. */
export interface ExplainedStep {
  readonly fromMs: number;
  readonly instruction: Instruction;
  /** Why the load does not take part then; null: it does. */
  readonly out: string | null;
}

/** What one load is to do while the event lasts: what other events ask is in it. */
export interface ExplainedLoad {
  readonly loadId: string;
  readonly venName: string;
  readonly siteId: string;
  readonly component: string;
  /** Whether the event means it, and it can be reached. */
  readonly isReached: boolean;
  /** Why nothing can reach it, whatever event means it; null: it can be. */
  readonly unreachable: IndexedLoad['unreachable'];
  readonly steps: readonly ExplainedStep[];
  /** There are more steps than are told. */
  readonly hasMore: boolean;
}

/** Loads that an event reaches, of a VEN or a component: `loads` = `takingPart` + `out`. */
export interface ReachedCounts {
  readonly name: string;
  readonly loads: number;
  readonly takingPart: number;
  readonly out: number;
}

/** What an event asks for a time. */
export interface ExplainedSpan extends TimelineSpan {
  /** Those of its values, as the event or its program says; null: neither does. */
  readonly units: string | null;
}

/** What follows from an event. */
export interface Explained {
  /** As of when `out` is told: now, while the event lasts, else when it begins. */
  readonly asOfMs: number;
  readonly takingPart: number;
  /** Reached, and not taking part, by the reason. */
  readonly out: ReadonlyMap<string, number>;
  readonly byVen: readonly ReachedCounts[];
  readonly byComponent: readonly ReachedCounts[];
  readonly spans: readonly ExplainedSpan[];
  readonly hasMoreSpans: boolean;
  readonly loads: readonly ExplainedLoad[];
}

export interface ExplainRequest {
  readonly acting: ActingEvent;
  /** All that are acted on, this one too. */
  readonly all: readonly ActingEvent[];
  readonly index: LoadIndex;
  readonly policy: EventPolicy;
  readonly nowMs: number;
  /** The load whose steps are told; undefined: one of each component. */
  readonly loadId: string | undefined;
}

/** Spans, and steps of a load, that are told: an event may go round without end. */
const mostSteps = 100;

/** Works out what an event comes to: who takes part, and what loads are to do when. */
export function explainEvent(request: ExplainRequest): Explained {
  const { acting, all, index, policy, nowMs } = request;
  const { timeline, resolution } = acting;
  const asOfMs = momentOf(timeline, nowMs);
  const participation = participationAt(policy, asOfMs);
  const out = new Map<string, number>();
  const vens = createCounts();
  const components = createCounts();
  for (const number of resolution.loads) {
    const load = index.loads[number];
    if (!load) continue;
    const takesPart = participation.of(load);
    if (takesPart !== 'in') out.set(takesPart.out, (out.get(takesPart.out) ?? 0) + 1);
    vens.add(load.venName, takesPart === 'in');
    components.add(load.component, takesPart === 'in');
  }
  const plan = makePlan(index, all);
  const instructor = createInstructor(policy);
  const spans = firstSpans(timeline);
  return {
    asOfMs,
    takingPart: resolution.loads.length - [...out.values()].reduce((sum, count) => sum + count, 0),
    out,
    byVen: vens.all(),
    byComponent: components.all(),
    spans: spans.slice(0, mostSteps).map((span) => ({ ...span, units: unitsOf(span, acting) })),
    hasMoreSpans: spans.length > mostSteps,
    loads: examples(request, plan).map((number) => explainLoad(number, request, plan, instructor)),
  };
}

function momentOf({ startMs, endMs }: Timeline, nowMs: number): number {
  if (startMs === null) return nowMs;
  return nowMs >= startMs && (endMs === null || nowMs < endMs) ? nowMs : startMs;
}

const unitsOf = ({ type }: TimelineSpan, { event, program }: ActingEvent) =>
  descriptorFor(type, event, program).units;

/** One more than are told, where there are. */
function firstSpans(timeline: Timeline): TimelineSpan[] {
  const { startMs, endMs } = timeline;
  if (startMs === null) return [];
  const spans: TimelineSpan[] = [];
  for (const span of timeline.between(startMs, endMs ?? Number.POSITIVE_INFINITY)) {
    spans.push(span);
    if (spans.length > mostSteps) break;
  }
  return spans;
}

/** The numbers of the loads whose steps are told. */
function examples({ loadId, acting, index }: ExplainRequest, plan: Plan): number[] {
  if (loadId !== undefined) return [plan.numberOf(loadId)].filter((number) => number !== undefined);
  const first = new Map<string, number>();
  for (const number of acting.resolution.loads) {
    const component = index.loads[number]?.component ?? '';
    if (!first.has(component)) first.set(component, number);
  }
  return [...first].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, number]) => number);
}

function explainLoad(
  number: number,
  { acting, policy }: ExplainRequest,
  plan: Plan,
  instructor: Instructor,
): ExplainedLoad {
  const load = plan.load(number);
  const { loadId, venName, siteId, component, unreachable } = load;
  const isReached = acting.resolution.loads.includes(number);
  const timeline = acting.timelineOfLoad?.(number) ?? acting.timeline;
  const steps: ExplainedStep[] = [];
  let at = isReached ? (timeline.startMs ?? undefined) : undefined;
  while (at !== undefined && steps.length < mostSteps) {
    const participation = participationAt(policy, at);
    const takesPart = participation.of(load);
    const asked = takesPart === 'in' ? plan.askedAt(at)(number) : [];
    steps.push({
      fromMs: at,
      instruction: instructor.instructionFor(load, asked, participation.componentsOut(load)),
      out: takesPart === 'in' ? null : takesPart.out,
    });
    at = timeline.nextChange(at);
  }
  return { loadId, venName, siteId, component, isReached, unreachable, steps, hasMore: at !== undefined };
}

function createCounts() {
  const counts = new Map<string, { loads: number; takingPart: number }>();
  return {
    add(name: string, takesPart: boolean): void {
      const of = counts.get(name) ?? { loads: 0, takingPart: 0 };
      of.loads++;
      if (takesPart) of.takingPart++;
      counts.set(name, of);
    },
    all: (): ReachedCounts[] =>
      [...counts]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, { loads, takingPart }]) => ({ name, loads, takingPart, out: loads - takingPart })),
  };
}
