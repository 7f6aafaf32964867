import { z } from 'zod';
import { time } from './common.ts';

/** Instructions by their ends; `due` is the sum of the other five. */
const instructionCounts = z.object({
  due: z.int(),
  handed: z.int(),
  late: z.int(),
  missed: z.int(),
  replaced: z.int(),
  open: z.int(),
});

/** What was noted for a sink; docs/dispatch.md has the form of `instruction`. */
export const instruction = z.object({
  dispatchId: z.string(),
  sink: z.string(),
  loadId: z.string(),
  events: z.array(z.object({ eventId: z.string(), version: z.int() })),
  due: time.nullable(),
  /** Null: for good. */
  until: time.nullable(),
  /** Null: it has not ended. */
  end: z.enum(['handed', 'late', 'missed', 'replaced']).nullable(),
  ended: time.nullable(),
  reason: z.string().nullable(),
  instruction: z.record(z.string(), z.unknown()),
});
export type InstructionView = z.infer<typeof instruction>;

export const instructionsAnswer = z.object({ instructions: z.array(instruction) });
export type InstructionsAnswer = z.infer<typeof instructionsAnswer>;
export const instructionsQuery = z.object({
  /** The latest so many. */
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
/** What this load is to do; default: one of each component. */
export const explainQuery = z.object({ load: z.string().optional() });

/** An event in a line: `EventSummary` of the library. */
export const eventLine = z.object({
  eventId: z.string(),
  name: z.string().nullable(),
  programId: z.string().nullable(),
  state: z.enum(['current', 'vanished', 'cancelled', 'over']),
  version: z.int(),
  firstReceived: time.nullable(),
  starts: time.nullable(),
  ends: time.nullable(),
  loads: z.object({ meant: z.int(), reached: z.int() }).nullable(),
  instructions: instructionCounts,
  answers: z.object({ sent: z.int(), sending: z.int(), failed: z.int() }),
  /** Reports that it asked for at a time that is past; `asked` is the sum of the others. */
  reports: z.object({
    asked: z.int(),
    sent: z.int(),
    alreadyThere: z.int(),
    failed: z.int(),
    notSent: z.int(),
  }),
  /** Meter data are filed under it, and it has asked nothing of a load. */
  forMeterData: z.boolean(),
  problem: z.string().nullable(),
});
export type EventLine = z.infer<typeof eventLine>;

export const eventsAnswer = z.object({ events: z.array(eventLine) });
export type EventsAnswer = z.infer<typeof eventsAnswer>;

/** All of an event: `EventDetails` of the library. */
export const eventDetails = eventLine.extend({
  versions: z.array(
    z.object({
      version: z.int(),
      state: eventLine.shape.state,
      received: time.nullable(),
      receivedBy: z.string(),
      starts: time.nullable(),
      ends: time.nullable(),
      problem: z.string().nullable(),
    }),
  ),
  log: z.array(
    z.object({
      at: time.nullable(),
      version: z.int().nullable(),
      what: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  bySink: z.array(
    instructionCounts.extend({ sink: z.string(), version: z.int(), mostLateMs: z.number().nullable() }),
  ),
  said: z.array(
    z.object({
      at: time.nullable(),
      version: z.int(),
      venName: z.string(),
      kind: z.string(),
      answer: z.string(),
      state: z.enum(['sending', 'sent', 'failed']),
      reason: z.string().nullable(),
    }),
  ),
});
export type EventDetailsView = z.infer<typeof eventDetails>;

const reached = z.looseObject({});

/** Which loads an event means, why, and what each is to do when: `EventExplanation` of the library. */
export const eventExplanation = z.looseObject({
  eventId: z.string(),
  problem: z.string().nullable(),
  selection: z.array(z.string()),
  unmatched: z.array(z.object({ label: z.string(), value: z.string() })),
  unknownTypes: z.array(z.string()),
  decided: z.array(z.string()),
  meant: z.int(),
  reached: z.int(),
  unreachable: z.record(z.string(), z.int()),
  takingPart: z.int(),
  out: z.record(z.string(), z.int()),
  asOf: time.nullable(),
  byVen: z.array(reached),
  byComponent: z.array(reached),
  spans: z.array(
    z.object({
      type: z.string(),
      values: z.array(z.unknown()),
      units: z.string().nullable(),
      interval: z.number(),
      from: time.nullable(),
      until: time.nullable(),
    }),
  ),
  hasMoreSpans: z.boolean(),
  loads: z.array(z.looseObject({})),
});
export type EventExplanationView = z.infer<typeof eventExplanation>;
