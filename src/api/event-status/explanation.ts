import { systemClock } from '../../core/clock.ts';
import { type ActingEvent, actingEvent } from '../../events/dispatch/acting-event.ts';
import { type ExplainedLoad, explainEvent, type ReachedCounts } from '../../events/explain/explain-event.ts';
import { selectionWords } from '../../events/explain/selection-words.ts';
import { enrolments } from '../../events/follow/plan-keeper.ts';
import { readLoadIndex } from '../../events/resolve/load-index.ts';
import type { Instruction } from '../../events/setpoints/instruction.ts';
import { defaultPolicy } from '../../events/setpoints/policy.ts';
import { readPolicy } from '../../events/setpoints/read-policy.ts';
import type { GridProgram, PayloadValue } from '../../fleet/grid-event.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import type { Store } from '../../store/store.ts';
import { isoTime } from './iso-time.ts';

/** What follows from an event, and why. Times: ISO 8601, UTC. */
export interface EventExplanation {
  readonly eventId: string;
  readonly name: string | null;
  readonly version: number;
  readonly state: StoredEvent['state'];
  /** How it was read. */
  readonly profile: string;
  /** Why it is not acted on, no sentence; then nothing follows from it. */
  readonly problem: string | null;
  /** Whom it is for, in words. */
  readonly selection: readonly string[];
  /** Names that the fleet does not have. */
  readonly unmatched: readonly { readonly label: string; readonly value: string }[];
  readonly unknownTypes: readonly string[];
  /** What was decided where the event is not clear. */
  readonly decided: readonly string[];
  /** `meant` = `reached` + all of `unreachable`; `reached` = `takingPart` + all of `out`. */
  readonly meant: number;
  readonly reached: number;
  readonly unreachable: Readonly<Record<string, number>>;
  readonly takingPart: number;
  /** Out by the policy, by the reason, as of `asOf`. */
  readonly out: Readonly<Record<string, number>>;
  readonly asOf: string | null;
  readonly byVen: readonly ReachedCounts[];
  readonly byComponent: readonly ReachedCounts[];
  /** What the event asks when, without draws. */
  readonly spans: readonly {
    readonly type: string;
    readonly values: readonly PayloadValue[];
    /** Of the values, as the event or its program says; null: neither does. */
    readonly units: string | null;
    readonly interval: number;
    readonly from: string | null;
    /** Null: without end. */
    readonly until: string | null;
  }[];
  readonly hasMoreSpans: boolean;
  readonly loads: readonly (Omit<ExplainedLoad, 'steps'> & {
    readonly steps: readonly {
      readonly from: string | null;
      readonly out: string | null;
      readonly instruction: Instruction;
    }[];
  })[];
}

export interface ExplanationRequest {
  readonly eventId: string;
  readonly loadId?: string | undefined;
  readonly policy?: object | undefined;
}

/** Explains an event, which must be there. Throws EVENT_POLICY. */
export async function explanationOf(
  { eventId, loadId, policy: given }: ExplanationRequest,
  profile: EventsProfile,
  store: Store,
): Promise<EventExplanation> {
  const policy = given === undefined ? defaultPolicy : readPolicy(given, 'policy');
  const events = await store.events();
  const stored = events.find((one) => one.eventId === eventId) as StoredEvent;
  const programs = new Map(
    (await store.programs()).map(({ programId, body }) => [programId, JSON.parse(body) as GridProgram]),
  );
  const programOf = (one: StoredEvent) => (one.programId === null ? undefined : programs.get(one.programId));
  const index = await readLoadIndex(store, profile, await store.venIds());
  const { isEnrolled } = await enrolments(store, profile);
  const acting = (one: StoredEvent) =>
    actingEvent({ stored: one, event: profile.eventOfBody(one.body).event }, programOf(one), {
      profile,
      index,
      context: { isEnrolled },
    });
  const made = acting(stored);
  const { name, version, state } = stored;
  const about = { eventId, name, version, state, profile: profile.name };
  if (!made.ok) return { ...about, ...nothing, problem: made.problem };
  const others = events
    .filter((one) => one !== stored && (one.state === 'current' || one.state === 'vanished'))
    .map(acting)
    .flatMap((one): ActingEvent[] => (one.ok ? [one.acting] : []));
  const all = [...others, made.acting];
  const nowMs = systemClock.now();
  const explained = explainEvent({ acting: made.acting, all, index, policy, nowMs, loadId });
  const { event, program, resolution, notes: decided } = made.acting;
  return {
    ...about,
    problem: stored.problem,
    selection: selectionWords(profile.selectionOf(event, program), stored.seenBy),
    unmatched: resolution.unmatched,
    unknownTypes: resolution.unknownTypes,
    decided,
    meant: resolution.meant,
    reached: resolution.loads.length,
    unreachable: resolution.unreachable,
    takingPart: explained.takingPart,
    out: Object.fromEntries(explained.out),
    asOf: isoTime(explained.asOfMs),
    byVen: explained.byVen,
    byComponent: explained.byComponent,
    spans: explained.spans.map(({ type, values, units, intervalId, fromMs, untilMs }) => ({
      ...{ type, values, units, interval: intervalId, from: isoTime(fromMs), until: isoTime(untilMs) },
    })),
    hasMoreSpans: explained.hasMoreSpans,
    loads: explained.loads.map(({ steps, ...load }) => ({
      ...load,
      steps: steps.map(({ fromMs, out, instruction }) => ({ from: isoTime(fromMs), out, instruction })),
    })),
  };
}

const nothing = {
  selection: [],
  unmatched: [],
  unknownTypes: [],
  decided: [],
  meant: 0,
  reached: 0,
  unreachable: {},
  takingPart: 0,
  out: {},
  asOf: null,
  byVen: [],
  byComponent: [],
  spans: [],
  hasMoreSpans: false,
  loads: [],
};
