import { shortHash } from '../../core/short-hash.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { EventNote, EventStore } from '../../store/event-store.ts';
import { type ActingEvent, actingEvent, type PastEvents } from '../dispatch/acting-event.ts';
import { makePlan, type Plan } from '../dispatch/plan.ts';
import type { KnownEvent, Receiver } from '../receive/receiver.ts';
import { type LoadIndex, readLoadIndex } from '../resolve/load-index.ts';
import type { Resolution, ResolveContext } from '../resolve/resolve-selection.ts';

/** Keeps what events ask of which loads up to what is known of events and fleet. */
export interface PlanKeeper {
  /** The plan as it was last made. */
  plan(): Plan;
  /** In the fleet of that plan. */
  readonly past: PastEvents;
  /**
   * Makes the plan anew: `nowMs` tells which events are over. What was worked out before for an event that has not changed is
   * kept. Returns what is to be noted: whom new versions mean, why one is not acted on, which are over.
   */
  remake(nowMs: number): Promise<{ readonly notes: readonly EventNote[]; readonly over: readonly string[] }>;
}

export interface PlanKeeperOptions {
  readonly profile: EventsProfile;
  readonly store: Pick<EventStore, 'eventLoads' | 'fleetMark' | 'enrolledLoads' | 'eventNotes'>;
  readonly receiver: Pick<Receiver, 'events' | 'programs'>;
  /** The VTN's ids of VENs, by their names. */
  venIds(): Promise<ReadonlyMap<string, string>>;
}

interface Kept {
  readonly key: string;
  readonly made: ReturnType<typeof actingEvent>;
}

export async function keepPlan(options: PlanKeeperOptions): Promise<PlanKeeper> {
  const { profile, store, receiver } = options;
  const read = async () => readLoadIndex(store, profile, await options.venIds());
  let index: LoadIndex = await read();
  let plan = makePlan(index, []);
  const kept = new Map<string, Kept>();
  let enrolled = await enrolments(store, profile);
  /** Some of those that are over, as they were asked for. */
  const past = new Map<string, Kept['made']>();

  return {
    plan: () => plan,
    past: {
      *all() {
        for (const { stored, event } of receiver.events.values())
          if (stored.state === 'over' && event) yield { stored, event };
      },
      acting(eventId) {
        const known = receiver.events.get(eventId);
        if (known?.stored.state !== 'over') return undefined;
        const made = past.get(eventId) ?? make(known, index, enrolled, options);
        past.set(eventId, made);
        return made.ok ? made.acting : undefined;
      },
    },
    async remake(nowMs) {
      if ((await store.fleetMark()) !== index.mark) index = await read();
      enrolled = await enrolments(store, profile);
      past.clear();
      const notes: EventNote[] = [];
      const over: string[] = [];
      const acting: ActingEvent[] = [];
      for (const known of receiver.events.values()) {
        const { eventId, state, version } = known.stored;
        if (state !== 'current' && state !== 'vanished') {
          kept.delete(eventId);
          continue;
        }
        const { body, seenBy, programId } = known.stored;
        const program = programId === null ? undefined : receiver.programs.get(programId);
        const key = JSON.stringify([version, body, seenBy, program, index.mark, enrolled.mark]);
        let one = kept.get(eventId);
        if (one?.key !== key) {
          one = { key, made: make(known, index, enrolled, options) };
          kept.set(eventId, one);
          notes.push(...(await resolvedNote(known, one.made, store, nowMs)));
        }
        if (!one.made.ok) continue;
        if (isOver(one.made.acting, nowMs)) over.push(eventId);
        else acting.push(one.made.acting);
      }
      plan = makePlan(index, acting);
      return { notes, over };
    },
  };
}

type Enrolled = Pick<ResolveContext, 'isEnrolled'> & { readonly mark: string };

/** Where loads are not enrolled, nothing asks for it. */
export async function enrolments(
  store: Pick<EventStore, 'enrolledLoads'>,
  { enrolling }: EventsProfile,
): Promise<Enrolled> {
  const loads = enrolling ? await store.enrolledLoads() : [];
  const key = (programId: string, loadId: string, vtnResourceId: string) =>
    `${programId}\0${loadId}\0${vtnResourceId}`;
  const enrolled = new Set(loads.map((one) => key(one.programId, one.loadId, one.vtnResourceId)));
  return {
    mark: shortHash([...enrolled].sort().join('\n')),
    // A load that is registered anew is another resource, which nobody has enrolled.
    isEnrolled: (programId, { loadId, vtnResourceId }) => enrolled.has(key(programId, loadId, vtnResourceId)),
  };
}

function make(
  known: KnownEvent,
  index: LoadIndex,
  { isEnrolled }: Enrolled,
  { profile, receiver }: PlanKeeperOptions,
) {
  const { programId } = known.stored;
  const program = programId === null ? undefined : receiver.programs.get(programId);
  return actingEvent(known, program, { profile, index, context: { isEnrolled } });
}

/** An event whose spans have all ended, whatever a load drew. One that asks nothing at any time is never over. */
function isOver({ timeline, timelineOfLoad, resolution }: ActingEvent, nowMs: number): boolean {
  if (timeline.endMs === null || timeline.endMs > nowMs) return false;
  if (!timelineOfLoad) return true;
  return resolution.loads.every((load) => {
    const { endMs } = timelineOfLoad(load);
    return endMs !== null && endMs <= nowMs;
  });
}

/** Whom a version means, said once; not again after each restart, nor where the answer stays the same. */
async function resolvedNote(
  { stored: { eventId, version } }: KnownEvent,
  made: Kept['made'],
  store: Pick<EventStore, 'eventNotes'>,
  atMs: number,
): Promise<EventNote[]> {
  const what = made.ok ? 'resolved' : 'not-acted-on';
  const detail = made.ok
    ? {
        ...resolutionDetail(made.acting.resolution),
        ...(made.acting.notes.length > 0 && { decided: made.acting.notes }),
      }
    : { problem: made.problem };
  const before = (await store.eventNotes(eventId)).findLast(
    (note) => note.version === version && note.what === what,
  );
  if (before && JSON.stringify(before.detail) === JSON.stringify(detail)) return [];
  return [{ eventId, version, atMs, what, detail }];
}

/** A resolution in numbers. */
export function resolutionDetail({ loads, meant, unreachable, unmatched, unknownTypes }: Resolution) {
  return {
    meant,
    reached: loads.length,
    ...(meant > loads.length && { unreachable }),
    ...(unmatched.length > 0 && { unmatched: unmatched.slice(0, 10), unmatchedCount: unmatched.length }),
    ...(unknownTypes.length > 0 && { unknownTypes }),
  };
}
