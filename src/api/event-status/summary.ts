import { reported } from '../../events/answer/owed.ts';
import { loadTimelines } from '../../events/timeline/timeline-of.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type {
  DispatchCounts,
  EventNote,
  EventState,
  EventStore,
  StoredAnswer,
  StoredEvent,
} from '../../store/event-store.ts';
import type { ReportingStore } from '../../store/reporting-store.ts';
import { isoTime } from './iso-time.ts';

/** Instructions by their ends; `due` is the sum of the other five. */
export interface InstructionCounts {
  readonly due: number;
  readonly handed: number;
  readonly late: number;
  readonly missed: number;
  readonly replaced: number;
  readonly open: number;
}

/** An event in a line. Times: ISO 8601, UTC. */
export interface EventSummary {
  readonly eventId: string;
  readonly name: string | null;
  readonly programId: string | null;
  readonly state: EventState;
  readonly version: number;
  readonly firstReceived: string | null;
  /** Without draws; `ends` null: never. Both null: nothing is asked at any time. */
  readonly starts: string | null;
  readonly ends: string | null;
  /** Of this version, when it was worked out last; null: it was not. */
  readonly loads: { readonly meant: number; readonly reached: number } | null;
  /** Of all versions, all sinks together. */
  readonly instructions: InstructionCounts;
  /** Of all versions. */
  readonly answers: { readonly sent: number; readonly sending: number; readonly failed: number };
  readonly reports: ReportCounts;
  /** Meter data are filed under it (`prepareReports`), and it has asked nothing of a load: it runs without end, and is no call for anything. */
  readonly forMeterData: boolean;
  /** Why it is not acted on; null: it is. */
  readonly problem: string | null;
}

/**
 * Reports that an event asked for at a time that is past, by their ends, counted by VEN; `asked` is the sum of the others. Of all
 * versions; without acknowledgements, and without what its log says is not sent at all.
 */
export interface ReportCounts {
  readonly asked: number;
  readonly sent: number;
  readonly alreadyThere: number;
  readonly failed: number;
  readonly notSent: number;
}

/** All of an event. */
export interface EventDetails extends EventSummary {
  readonly versions: readonly {
    readonly version: number;
    readonly state: EventState;
    readonly received: string | null;
    readonly receivedBy: string;
    readonly starts: string | null;
    readonly ends: string | null;
    readonly problem: string | null;
  }[];
  readonly log: readonly {
    readonly at: string | null;
    readonly version: number | null;
    readonly what: string;
    readonly detail: Readonly<Record<string, unknown>>;
  }[];
  readonly bySink: readonly (InstructionCounts & {
    readonly sink: string;
    readonly version: number;
    /** The latest hand-over after its due time. */
    readonly mostLateMs: number | null;
  })[];
  readonly said: readonly (Omit<StoredAnswer, 'eventId' | 'atMs'> & { readonly at: string | null })[];
}

type Read = Pick<EventStore, 'dispatchCounts' | 'eventNotes' | 'answers' | 'eventVersions'> &
  Pick<ReportingStore, 'reportAnchor'>;

/** All events that are remembered, in order of their first coming. */
export async function eventSummaries(
  profile: EventsProfile,
  store: Read & Pick<EventStore, 'events'>,
): Promise<EventSummary[]> {
  const events: EventSummary[] = [];
  for (const stored of await store.events()) events.push(await summaryOf(stored, profile, store));
  return events;
}

/** What became of an event, in a line. */
export async function summaryOf(
  stored: StoredEvent,
  profile: EventsProfile,
  store: Read,
): Promise<EventSummary> {
  const { eventId, name, programId, state, version } = stored;
  const instructions = (await store.dispatchCounts(eventId)).reduce(added, nothingDue);
  const anchor = await store.reportAnchor();
  return {
    ...{ eventId, name, programId, state, version, firstReceived: isoTime(stored.firstReceivedMs) },
    ...timesOf(stored, profile),
    loads: loadsOf(await store.eventNotes(eventId), version),
    instructions,
    answers: answerCounts(await store.answers(eventId)),
    reports: reportCounts(await store.eventNotes(eventId)),
    forMeterData: anchor?.eventId === eventId && instructions.due === 0,
    problem: timesOf(stored, profile).problem,
  };
}

/** All that is remembered of an event, which must be there. */
export async function detailsOf(eventId: string, profile: EventsProfile, store: Read): Promise<EventDetails> {
  const versions = await store.eventVersions(eventId);
  const counts = await store.dispatchCounts(eventId);
  const said = await store.answers(eventId);
  const notes = await store.eventNotes(eventId);
  return {
    ...(await summaryOf(versions.at(-1) as StoredEvent, profile, store)),
    versions: versions.map((stored) => {
      const { version, state, receivedMs, receivedBy } = stored;
      return { version, state, received: isoTime(receivedMs), receivedBy, ...timesOf(stored, profile) };
    }),
    log: notes.map(({ atMs, version, what, detail }) => ({ at: isoTime(atMs), version, what, detail })),
    bySink: counts.map((one) => ({
      sink: one.sink,
      version: one.version,
      ...added(nothingDue, one),
      mostLateMs: one.mostLateMs,
    })),
    said: said.map(({ eventId: _, atMs, ...one }) => ({ ...one, at: isoTime(atMs) })),
  };
}

/** When an event asks for something; and why it cannot, where that is so. */
function timesOf(stored: StoredEvent, profile: EventsProfile) {
  const { event } = profile.eventOfBody(stored.body);
  const none = { starts: null, ends: null };
  if (!event) return { ...none, problem: stored.problem ?? `it cannot be read as one of ${profile.name}` };
  const timelines = loadTimelines(event, stored);
  if (!timelines.ok) return { ...none, problem: stored.problem ?? timelines.problem };
  const { startMs, endMs } = timelines.nominal;
  return { starts: isoTime(startMs), ends: isoTime(endMs), problem: stored.problem };
}

function loadsOf(notes: readonly EventNote[], version: number): EventSummary['loads'] {
  const note = notes.findLast((one) => one.what === 'resolved' && one.version === version);
  const { meant, reached } = note?.detail ?? {};
  return typeof meant === 'number' && typeof reached === 'number' ? { meant, reached } : null;
}

const nothingDue: InstructionCounts = { due: 0, handed: 0, late: 0, missed: 0, replaced: 0, open: 0 };

function added(sum: InstructionCounts, one: DispatchCounts): InstructionCounts {
  const { handed, late, missed, replaced, open } = one;
  return {
    due: sum.due + handed + late + missed + replaced + open,
    handed: sum.handed + handed,
    late: sum.late + late,
    missed: sum.missed + missed,
    replaced: sum.replaced + replaced,
    open: sum.open + open,
  };
}

function answerCounts(answers: readonly StoredAnswer[]): EventSummary['answers'] {
  const of = (state: StoredAnswer['state']) => answers.filter((one) => one.state === state).length;
  return { sent: of('sent'), sending: of('sending'), failed: of('failed') };
}

function reportCounts(notes: readonly EventNote[]): ReportCounts {
  const sums = { asked: 0, sent: 0, alreadyThere: 0, failed: 0, notSent: 0 };
  for (const { what, detail } of notes)
    if (what === reported)
      for (const count of Object.keys(sums) as (keyof ReportCounts)[]) sums[count] += Number(detail[count]);
  return sums;
}
