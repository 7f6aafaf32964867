import { eachOf } from '../../core/async-iterables.ts';
import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import type { Sender } from '../../delivery/sender.ts';
import type { GridEvent, GridProgram } from '../../fleet/grid-event.ts';
import type { EventsProfile, ReceivedEvent } from '../../profiles/events-profile.ts';
import type { EventNote, EventStore, StoredEvent } from '../../store/event-store.ts';
import { rememberEvent } from '../remember/remember-event.ts';
import { judgeVanished } from '../remember/vanished.ts';
import type { ReceivedBy } from './hint.ts';
import { readView } from './read-view.ts';
import { forgetPrograms, maybeListed } from './still-listed.ts';

/** Who reads: a VEN with its own eyes; undefined: one reader for all. */
export type Reader = string | undefined;

/** An event as it is stored, and as it reads; `event` undefined: it cannot be acted on (`stored.problem`). */
export interface KnownEvent {
  readonly stored: StoredEvent;
  readonly event: GridEvent | undefined;
}

/** What a reading came to. `seen` = `unchanged` + `changed`, counted by event. */
export interface Reading {
  readonly seen: number;
  readonly unchanged: number;
  readonly changed: number;
  /** Gone from the VTN: cancelled, or held (`alarm`). */
  readonly gone: number;
  /** Readers whose view is not whole, and why: nothing is concluded from what they do not show. */
  readonly failed: readonly { readonly reader: Reader; readonly reason: string }[];
  /** Why events that vanished are not believed to be; undefined: there are none. */
  readonly alarm: string | undefined;
  readonly notes: readonly EventNote[];
}

export type EventVersion = Pick<StoredEvent, 'eventId' | 'version'>;

/** What the VTN has told, kept up by readings. */
export interface Receiver {
  readonly readers: readonly Reader[];
  /** All events that are remembered, by id. */
  readonly events: ReadonlyMap<string, KnownEvent>;
  readonly programs: ReadonlyMap<string, GridProgram>;
  /** Reads what these readers see, and remembers it. Undefined where it was stopped. Throws what ends a job. */
  read(readers: readonly Reader[], by: ReceivedBy, sender: Sender): Promise<Reading | undefined>;
  /** These have had their time. */
  markOver(eventIds: readonly string[], atMs: number): Promise<void>;
  /**
   * Forgets some versions of events that have been past since before this time (`EventStore.forgetEventsBefore`), but no event that
   * the VTN may still list: it would come back as a new one. Resolves with them, and how many events these were all of; none: there
   * are no more.
   */
  forgetBefore(ms: number): Promise<{ readonly versions: readonly EventVersion[]; readonly events: number }>;
}

export interface ReceiverOptions {
  readonly profile: EventsProfile;
  readonly store: Pick<EventStore, 'events' | 'recordEvents' | 'recordPrograms' | 'forgetEventsBefore'>;
  /** The VENs that read for themselves, where they do. */
  readonly vens: readonly string[];
  /** Milliseconds since 1970, UTC. */
  now(): number;
  newSeed(): string;
}

/** How many readers read at once. */
const mostReaders = 8;

/** Begins with what the store remembers. */
export async function createReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { profile, store, vens } = options;
  const readers: readonly Reader[] = profile.readsAs === 'ven' ? vens : [undefined];
  const events = new Map<string, KnownEvent>();
  for (const stored of await store.events())
    events.set(stored.eventId, { stored, event: profile.eventOfBody(stored.body).event });
  const programs = new Map<string, GridProgram>();
  const state: State = {
    ...options,
    readers,
    events,
    programs,
    views: viewsOf(readers, events),
    programsOf: new Map(),
    missing: new Map(),
  };
  return {
    readers,
    events,
    programs,
    read: (some, by, sender) => readAll(state, some, by, sender),
    async markOver(eventIds, atMs) {
      const over = eventIds.flatMap((id) => events.get(id) ?? []);
      await remember(
        state,
        over.map(({ stored }) => ({ ...stored, state: 'over' as const })),
        over.map(({ stored: { eventId, version } }) => ({
          eventId,
          version,
          atMs,
          what: 'over',
          detail: {},
        })),
      );
    },
    forgetBefore: (ms) => forgetBefore(state, ms),
  };
}

interface State extends ReceiverOptions {
  readonly readers: readonly Reader[];
  readonly events: Map<string, KnownEvent>;
  readonly programs: Map<string, GridProgram>;
  /** What each reader saw when it last saw all. */
  readonly views: Map<Reader, Set<string>>;
  /** The programs that each reader saw when it last saw all; without those who have not seen all since the start. */
  readonly programsOf: Map<Reader, ReadonlySet<string>>;
  /** In how many readings in a row an event was gone. */
  readonly missing: Map<string, number>;
}

const isThere = ({ stored: { state } }: KnownEvent) => state === 'current' || state === 'vanished';

function viewsOf(
  readers: readonly Reader[],
  events: ReadonlyMap<string, KnownEvent>,
): Map<Reader, Set<string>> {
  const views = new Map(readers.map((reader) => [reader, new Set<string>()]));
  for (const [id, known] of events) {
    if (!isThere(known)) continue;
    // Who read before may have been another: then each is to say that it is gone.
    const before = known.stored.seenBy;
    for (const [reader, seen] of views)
      if (before === null || reader === undefined || before.includes(reader)) seen.add(id);
  }
  return views;
}

async function readAll(
  state: State,
  readers: readonly Reader[],
  by: ReceivedBy,
  sender: Sender,
): Promise<Reading | undefined> {
  const found = new Map<string, ReceivedEvent>();
  const failed: { reader: Reader; reason: string }[] = [];
  const whole = new Set<Reader>();
  await eachOf(readers, mostReaders, async (reader) => {
    const result = await readView(state.profile, reader, sender);
    if (result.at === 'failed') failed.push({ reader, reason: result.reason });
    if (result.at !== 'whole') return;
    const { events, programs } = result.view;
    for (const [id, program] of programs) state.programs.set(id, program);
    const seen = new Set(events.keys());
    for (const [id, event] of events) found.set(id, event);
    await keepWhatIsStillThere(state, reader, seen, found, sender);
    state.views.set(reader, seen);
    state.programsOf.set(reader, new Set(programs.keys()));
    whole.add(reader);
  });
  if (sender.signal.aborted) return undefined;
  const { events, notes, seen } = whatChanged(state, found, by);
  const gone = judgeGone(state, whole);
  await remember(state, [...events, ...lessSeen(state, found), ...gone.events], [...notes, ...gone.notes]);
  await state.store.recordPrograms(
    [...state.programs.values()].map((program) => ({
      programId: program.id,
      name: program.name,
      body: JSON.stringify(program),
    })),
  );
  return {
    seen,
    changed: events.length,
    unchanged: seen - events.length,
    gone: gone.events.length,
    failed,
    alarm: gone.alarm,
    notes: [...notes, ...gone.notes],
  };
}

/**
 * Asks for each event by its id that the reader saw before and that its listing has no more: pages shift, and one that the
 * VTN still shows is not gone. What cannot be asked counts as still there.
 */
async function keepWhatIsStillThere(
  { views, profile, events }: State,
  reader: Reader,
  seen: Set<string>,
  found: Map<string, ReceivedEvent>,
  sender: Sender,
): Promise<void> {
  const absent = [...(views.get(reader) ?? [])].filter((id) => !seen.has(id) && events.has(id));
  await eachOf(absent, mostReaders, async (id) => {
    const { request, read } = profile.eventOfId(id, reader);
    const answer = await sendUntilAnswered(request, read, sender);
    if (answer.at !== 'done') seen.add(id);
    else if (answer.value) {
      seen.add(id);
      found.set(id, answer.value);
    }
  });
}

function whatChanged(state: State, found: ReadonlyMap<string, ReceivedEvent>, by: ReceivedBy) {
  const changed: StoredEvent[] = [];
  const notes: EventNote[] = [];
  const atMs = state.now();
  for (const [id, received] of found) {
    const before = state.events.get(id);
    state.missing.delete(id);
    const reception = { received, seenBy: seenBy(state, id), atMs, by };
    const after = rememberEvent(reception, before?.stored, before?.event, state.newSeed);
    if (!after) continue;
    changed.push(after.event);
    notes.push(...after.notes);
  }
  return { events: changed, notes, seen: found.size };
}

/** The VENs that see an event, in order; null: one reader sees for all. */
function seenBy({ views, profile }: State, id: string): string[] | null {
  if (profile.readsAs === 'all') return null;
  return [...views].flatMap(([reader, seen]) => (reader !== undefined && seen.has(id) ? reader : [])).sort();
}

/** Events that some reader has ceased to see, while those who do see them did not read this time. */
function lessSeen(state: State, found: ReadonlyMap<string, ReceivedEvent>): StoredEvent[] {
  return [...state.events.values()].filter(isThere).flatMap(({ stored }) => {
    const before = stored.seenBy;
    if (before === null || found.has(stored.eventId)) return [];
    const now = seenBy(state, stored.eventId)?.filter((reader) => before.includes(reader)) ?? [];
    return now.length > 0 && now.length < before.length ? [{ ...stored, seenBy: now }] : [];
  });
}

/** What nobody sees any more. */
function judgeGone(state: State, whole: ReadonlySet<Reader>) {
  const there = [...state.events.values()].filter(isThere);
  const isSeen = (id: string) => [...state.views.values()].some((seen) => seen.has(id));
  const vanished = there.flatMap(({ stored }) => (isSeen(stored.eventId) ? [] : stored));
  const { missing } = state;
  const judged = judgeVanished({
    vanished,
    known: there.length,
    missingFor: (id) => missing.get(id) ?? 0,
    atMs: state.now(),
  });
  // Who never saw it has nothing to say about it.
  for (const { eventId, seenBy: seers } of vanished)
    if ((seers ?? [undefined]).some((reader) => whole.has(reader)))
      missing.set(eventId, (missing.get(eventId) ?? 0) + 1);
  return judged;
}

async function forgetBefore(state: State, ms: number) {
  const { store, events, missing } = state;
  const before = events.size;
  const versions = await store.forgetEventsBefore(ms, maybeListed(state));
  for (const { eventId, version } of versions) {
    if (events.get(eventId)?.stored.version !== version) continue;
    events.delete(eventId);
    missing.delete(eventId);
  }
  if (versions.length === 0) forgetPrograms(state.programs, state);
  return { versions, events: before - events.size };
}

async function remember(
  state: State,
  events: readonly StoredEvent[],
  notes: readonly EventNote[],
): Promise<void> {
  if (events.length === 0 && notes.length === 0) return;
  await state.store.recordEvents(events, notes);
  for (const stored of events) {
    const known = state.events.get(stored.eventId);
    const event =
      known?.stored.body === stored.body ? known.event : state.profile.eventOfBody(stored.body).event;
    state.events.set(stored.eventId, { stored, event });
  }
}
