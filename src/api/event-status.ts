import { z } from 'zod';
import { VenfleetError } from '../core/errors.ts';
import { throwIfScopeUnknown } from '../metering/known-scope.ts';
import { type ProfileName, profileNames } from '../profiles/choose-profile.ts';
import { type TargetRule, targetRules } from '../profiles/events-profile.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { type Checks, checkOptions, counted, text } from './check-options.ts';
import { eventsProfileOf, throwIfEventUnknown } from './event-status/events-of-store.ts';
import { type EventExplanation, explanationOf } from './event-status/explanation.ts';
import { type HandedInstruction, handedInstructions } from './event-status/handed.ts';
import { detailsOf, type EventDetails, type EventSummary, eventSummaries } from './event-status/summary.ts';
import { defaultDbPath } from './option-values.ts';

export type { EventExplanation } from './event-status/explanation.ts';
export type { HandedInstruction } from './event-status/handed.ts';
export type { EventDetails, EventSummary } from './event-status/summary.ts';

/** Where events are remembered, and how they are to be read. */
export interface EventStatusOptions {
  /** The fleet database (SQLite). Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** How the VTN of the events speaks. Default: as the one on which the fleet was registered last. */
  readonly profile?: ProfileName | undefined;
}

export interface EventHistoryOptions extends Pick<EventStatusOptions, 'dbPath'> {
  /** At least one of the two. */
  readonly loadId?: string | undefined;
  readonly eventId?: string | undefined;
  /** The latest so many. Default 100. */
  readonly limit?: number | undefined;
}

export interface EventExplanationOptions extends EventStatusOptions {
  readonly eventId: string;
  /** What this load is to do. Default: one of each component. */
  readonly loadId?: string | undefined;
  /** As in `FollowEventsOptions`. */
  readonly policy?: object | undefined;
  readonly targetRule?: TargetRule | undefined;
}

const checks = {
  dbPath: text,
  profile: z.enum(profileNames).optional(),
} satisfies Checks<EventStatusOptions>;
const eventId = z.string().min(1);
const showChecks = { ...checks, eventId };
const historyChecks = {
  dbPath: text,
  loadId: text,
  eventId: text,
  limit: counted,
} satisfies Checks<EventHistoryOptions>;
const explainChecks = {
  ...showChecks,
  loadId: text,
  policy: z.custom<object>((policy) => typeof policy === 'object').optional(),
  targetRule: z.enum(targetRules).optional(),
} satisfies Checks<EventExplanationOptions>;

/** The events that the database remembers, in order of their first coming; no VTN is asked. */
export async function listEvents(
  options: EventStatusOptions = {},
): Promise<{ readonly events: readonly EventSummary[] }> {
  checkOptions('listEvents', checks, options);
  return reading(options, async (store) => {
    const events = await eventSummaries(await eventsProfileOf(options, store), store);
    return { events };
  });
}

/** All that the database remembers of an event. Throws EVENT_UNKNOWN. */
export async function showEvent(
  options: EventStatusOptions & { readonly eventId: string },
): Promise<EventDetails> {
  checkOptions('showEvent', showChecks, options);
  return reading(options, async (store) => {
    await throwIfEventUnknown(store, options.eventId);
    return detailsOf(options.eventId, await eventsProfileOf(options, store), store);
  });
}

/** What was noted for sinks of a load or of an event, the latest first. Throws EVENT_UNKNOWN and LOAD_UNKNOWN. */
export async function eventHistory(
  options: EventHistoryOptions,
): Promise<{ readonly instructions: readonly HandedInstruction[] }> {
  checkOptions('eventHistory', historyChecks, options);
  const { loadId, limit = 100 } = options;
  if (loadId === undefined && options.eventId === undefined)
    throw new VenfleetError('BAD_ARGUMENT', {
      function: 'eventHistory',
      problem: 'give "loadId" or "eventId"',
    });
  return reading(options, async (store) => {
    if (options.eventId !== undefined) await throwIfEventUnknown(store, options.eventId);
    const instructions = await handedInstructions(store, { loadId, eventId: options.eventId, limit });
    // A load that has left the fleet may still have a history.
    if (instructions.length === 0 && loadId !== undefined)
      await throwIfScopeUnknown(store, { loadIds: [loadId] });
    return { instructions };
  });
}

/**
 * Which loads an event means and why, and what they are to do when, by the fleet as it is now; nothing is handed over. Throws
 * EVENT_UNKNOWN, LOAD_UNKNOWN and EVENT_POLICY.
 */
export async function explainEvent(options: EventExplanationOptions): Promise<EventExplanation> {
  checkOptions('explainEvent', explainChecks, options);
  return reading(options, async (store) => {
    await throwIfEventUnknown(store, options.eventId);
    if (options.loadId !== undefined) await throwIfScopeUnknown(store, { loadIds: [options.loadId] });
    return explanationOf(options, await eventsProfileOf(options, store), store);
  });
}

async function reading<T>(
  { dbPath = defaultDbPath }: Pick<EventStatusOptions, 'dbPath'>,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore(dbPath, { readOnly: true });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
