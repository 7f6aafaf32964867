import type { LoadRow } from '../fleet/load.ts';

/**
 * Where an event stands. `current`: on the VTN; `cancelled`: it was taken back; `vanished`: the VTN has forgotten so many at once
 * that it is not believed yet; `over`: its time has passed.
 */
export const eventStates = ['current', 'vanished', 'cancelled', 'over'] as const;
export type EventState = (typeof eventStates)[number];

/** An event as it was last received. */
export interface StoredEvent {
  /** The VTN's. */
  readonly eventId: string;
  readonly programId: string | null;
  readonly name: string | null;
  readonly state: EventState;
  /** Counts what is asked, not how often the object was changed: 1 is the first. */
  readonly version: number;
  /** The object as JSON text (`ReceivedEvent.body`). */
  readonly body: string;
  /** Of what is asked: another one makes a new version. */
  readonly instructionHash: string;
  /** Why it is not acted on; null: it is. */
  readonly problem: string | null;
  /** What "now" is for it: milliseconds since 1970, UTC. Kept while its timing stays. */
  readonly anchorMs: number;
  /** What its draws are made of: they are the same after a restart. */
  readonly seed: string;
  /** The VENs that see it, where each asks for itself, in order; null: one reader saw it. */
  readonly seenBy: readonly string[] | null;
  /** When it was first heard of, when this version was, and when and how the object last changed; milliseconds since 1970, UTC. */
  readonly firstReceivedMs: number;
  readonly receivedMs: number;
  readonly receivedBy: string;
}

/** A line of what was decided about an event. */
export interface EventNote {
  readonly eventId: string;
  /** Null: of no version. */
  readonly version: number | null;
  /** Milliseconds since 1970, UTC. */
  readonly atMs: number;
  /** A word that does not change: `received`, `changed`, `cancelled`, `resolved`, `dispatched`, `missed`, `answered`, … */
  readonly what: string;
  /** JSON values only. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A program as it was last received; `body`: JSON text. */
export interface StoredProgram {
  readonly programId: string;
  readonly name: string | null;
  readonly body: string;
}

/** A load as far as events need it: also those that cannot be reached. */
export interface EventLoad
  extends Pick<LoadRow, 'loadId' | 'storeRef' | 'component' | 'loadName' | 'vtnResourceId'> {
  readonly siteId: string;
  readonly siteName: string;
  readonly subType: string | null;
  readonly meterPointId: string;
  readonly venName: string | null;
  /** As stored: JSON text. Equal texts are one. */
  readonly capacities: string;
  readonly nameShared: 'no' | 'name' | 'meter';
  /** Null where it can be reached: registered, and not suspended or of a disabled site. */
  readonly unreachable: 'not-registered' | 'suspended' | 'disabled' | null;
}

/** An instruction for one load and one sink, as the journal has it. */
export interface JournalDispatch {
  /** See `Dispatch.id`. */
  readonly dispatchId: string;
  readonly sink: string;
  readonly loadId: string;
  /** The instruction as JSON text. */
  readonly instruction: string;
  /** The events that it follows, by which it is counted; of one that takes instructions back, those that asked. */
  readonly events: readonly { readonly eventId: string; readonly version: number }[];
  readonly dueMs: number;
  readonly untilMs: number | null;
}

/**
 * How an entry of the journal ended. `handed`; `late`: handed more than the tolerance after it was due; `missed`: its time passed
 * before it could be; `replaced`: something else was asked before it could be.
 */
export const dispatchEnds = ['handed', 'late', 'missed', 'replaced'] as const;
export type DispatchEnd = (typeof dispatchEnds)[number];

/** How one ended that was noted; by its load and time it is found quickly among millions. */
export interface DispatchResult extends Pick<JournalDispatch, 'dispatchId' | 'sink' | 'loadId' | 'dueMs'> {
  readonly end: DispatchEnd;
  /** When it was handed over or given up, milliseconds since 1970, UTC. */
  readonly atMs: number;
  /** Why it was not handed over, or only late. */
  readonly reason: string | null;
}

/** What became of the instructions of one event version at one sink. The five add up to what was due. */
export interface DispatchCounts extends Readonly<Record<DispatchEnd, number>> {
  readonly eventId: string;
  readonly version: number;
  readonly sink: string;
  readonly open: number;
  /** The latest hand-over after its due time, milliseconds. */
  readonly mostLateMs: number | null;
}

/** What a VEN, or we for it, said to an event version: an answer of the gateway's, or a report. */
export interface StoredAnswer {
  readonly eventId: string;
  readonly version: number;
  readonly venName: string;
  /** `response`; or a report: its name. */
  readonly kind: string;
  /** `optIn`, …; of a report, what it tells of. */
  readonly answer: string;
  /** `sending`: it may be on its way. */
  readonly state: 'sending' | 'sent' | 'failed';
  readonly reason: string | null;
  readonly atMs: number;
}

/** A load that is enrolled in a program: under this id alone, which is that of its resource. */
export interface Enrolment {
  readonly loadId: string;
  readonly vtnResourceId: string;
}

/** Remembers events, what they came to, and what was said to them. Whoever writes has exclusive access to events (`AccessRequest.subject`). */
export interface EventStore {
  /** In order of their first coming; undefined: of all states. */
  events(states?: readonly EventState[]): Promise<StoredEvent[]>;
  /** Former versions first. */
  eventVersions(eventId: string): Promise<StoredEvent[]>;
  /**
   * Stores these as they are now, in one transaction with the notes: an event of a version that is not there yet is a new one,
   * and the former stays to be read.
   */
  recordEvents(events: readonly StoredEvent[], notes: readonly EventNote[]): Promise<void>;
  programs(): Promise<StoredProgram[]>;
  /** In the place of all that are there. */
  recordPrograms(programs: readonly StoredProgram[]): Promise<void>;

  noteOnEvents(notes: readonly EventNote[]): Promise<void>;
  /** In order of time; undefined: of all events, the latest `limit`. */
  eventNotes(eventId: string | undefined, limit?: number): Promise<EventNote[]>;

  /**
   * All loads of the fleet as they are at one moment, in order of VEN, site and component, in pages; those without a VEN first,
   * those without a site last. Until all are read, the database keeps what is changed meanwhile apart: do not dally.
   */
  eventLoads(): AsyncIterable<readonly EventLoad[]>;
  /**
   * Changes when anything in the fleet or its registration has changed, by us or by another process; seldom also when nothing
   * has. What is written by hand without its `updated_at` is seen where numbers of rows, states or lengths of texts change.
   */
  fleetMark(): Promise<string>;

  /** Remembers, before they are handed over, that these may be. An id that the sink has already is left as it is. */
  noteDispatches(dispatches: readonly JournalDispatch[]): Promise<void>;
  /**
   * How they ended, in one transaction. What a sink's load had before is not in force any more once something is `handed` or
   * `late` for it. The first end counts, but for `missed` and `replaced` of what is handed over after all. Of what was not noted
   * nothing is stored.
   */
  recordDispatches(results: readonly DispatchResult[]): Promise<void>;
  /** What was noted for this sink and has no end. */
  openDispatches(sink: string): Promise<JournalDispatch[]>;
  /** What loads do now as far as the sink was told: the last that was handed over of each load. */
  dispatchesInForce(sink: string): Promise<JournalDispatch[]>;
  /** Undefined: of all events. */
  dispatchCounts(eventId?: string): Promise<DispatchCounts[]>;
  /** What was handed to one load, or of one event, the latest first. */
  dispatchHistory(of: {
    readonly loadId?: string | undefined;
    readonly eventId?: string | undefined;
    /** Only what the load was told last by each sink. */
    readonly inForce?: boolean | undefined;
    readonly limit: number;
  }): Promise<
    (JournalDispatch & {
      readonly end: DispatchEnd | null;
      readonly endMs: number | null;
      readonly reason: string | null;
    })[]
  >;
  /** When the last of what this event asked was due; undefined: nothing was. Also of what is forgotten. */
  lastDueMs(eventId: string): Promise<number | undefined>;
  /**
   * Forgets what was due before this time and has ended, page by page, until the signal aborts; but not what loads do still. What
   * stays of it are the counts of its events. Resolves with how many were forgotten.
   */
  forgetDispatchesBefore(ms: number, signal?: AbortSignal): Promise<number>;
  /** Forgets lines of this word in the logs of events, of before this time, page by page. Resolves with how many. */
  forgetNotesBefore(ms: number, what: string): Promise<number>;
  /**
   * Forgets some versions of events, with their notes, answers and counts: of events that are over or cancelled, of which nothing was
   * received, noted or due since this time, unless they are listed (ids); and former versions whose successor was received before. But
   * none that a dispatch follows which is not forgotten. Resolves with those that were; none: there are no more of them.
   */
  forgetEventsBefore(
    ms: number,
    listed: readonly string[],
  ): Promise<Pick<StoredEvent, 'eventId' | 'version'>[]>;

  /** Undefined: of all events. */
  answers(eventId?: string): Promise<StoredAnswer[]>;
  /** One for each event, version, VEN and kind: the last counts. */
  recordAnswers(answers: readonly StoredAnswer[]): Promise<void>;
  /** Forgets these. */
  forgetAnswers(
    answers: readonly Pick<StoredAnswer, 'eventId' | 'version' | 'venName' | 'kind'>[],
  ): Promise<void>;

  /** The loads that are enrolled in this program; undefined: in any. */
  enrolledLoads(programId?: string): Promise<(Enrolment & { readonly programId: string })[]>;
  /** Those of these loads that are enrolled in this program. */
  enrolledOf(programId: string, loadIds: readonly string[]): Promise<Enrolment[]>;
  /** For whoever has exclusive access to the fleet, not to events: loads are enrolled while events are followed. */
  recordEnrolled(programId: string, loads: readonly Enrolment[]): Promise<void>;
}
