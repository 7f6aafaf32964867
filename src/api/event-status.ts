import { z } from 'zod';
import { VenfleetError } from '../core/errors.ts';
import { throwIfScopeUnknown } from '../metering/known-scope.ts';
import { type ProfileName, profileNamed, profileNames } from '../profiles/choose-profile.ts';
import { type EventsProfile, type TargetRule, targetRules } from '../profiles/events-profile.ts';
import type { DispatchEnd } from '../store/event-store.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { type Checks, checkOptions, counted, text } from './check-options.ts';
import { type EventExplanation, explanationOf } from './event-status/explanation.ts';
import { isoTime } from './event-status/iso-time.ts';
import { detailsOf, type EventDetails, type EventSummary, summaryOf } from './event-status/summary.ts';
import { defaultDbPath } from './option-values.ts';

export type { EventExplanation } from './event-status/explanation.ts';
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

/** An instruction that was noted for a sink. Times: ISO 8601, UTC. */
export interface HandedInstruction {
  readonly dispatchId: string;
  readonly sink: string;
  readonly loadId: string;
  readonly events: readonly { readonly eventId: string; readonly version: number }[];
  readonly due: string | null;
  /** Null: for good. */
  readonly until: string | null;
  /** Null: it has not ended. */
  readonly end: DispatchEnd | null;
  readonly ended: string | null;
  readonly reason: string | null;
  /** As docs/dispatch.md has it. */
  readonly instruction: object;
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
    const profile = await profileOf(options, store);
    const events: EventSummary[] = [];
    for (const stored of await store.events()) events.push(await summaryOf(stored, profile, store));
    return { events };
  });
}

/** All that the database remembers of an event. Throws EVENT_UNKNOWN. */
export async function showEvent(
  options: EventStatusOptions & { readonly eventId: string },
): Promise<EventDetails> {
  checkOptions('showEvent', showChecks, options);
  return reading(options, async (store) => {
    await throwIfUnknown(store, options.eventId);
    return detailsOf(options.eventId, await profileOf(options, store), store);
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
    if (options.eventId !== undefined) await throwIfUnknown(store, options.eventId);
    const found = await store.dispatchHistory({ loadId, eventId: options.eventId, limit });
    // A load that has left the fleet may still have a history.
    if (found.length === 0 && loadId !== undefined) await throwIfScopeUnknown(store, { loadIds: [loadId] });
    const instructions = found.map(({ instruction, dueMs, untilMs, endMs, ...one }): HandedInstruction => {
      const { dispatchId, sink, events, end, reason } = one;
      return {
        ...{ dispatchId, sink, loadId: one.loadId, events, due: isoTime(dueMs), until: isoTime(untilMs) },
        ...{ end, ended: isoTime(endMs), reason, instruction: JSON.parse(instruction) as object },
      };
    });
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
    await throwIfUnknown(store, options.eventId);
    if (options.loadId !== undefined) await throwIfScopeUnknown(store, { loadIds: [options.loadId] });
    return explanationOf(options, await profileOf(options, store), store);
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

async function profileOf(
  { profile, targetRule }: EventStatusOptions & Pick<EventExplanationOptions, 'targetRule'>,
  store: Store,
): Promise<EventsProfile> {
  const recorded = (await store.recordedVtn())?.profile;
  const name = profile ?? profileNames.find((one) => one === recorded);
  return profileNamed(name).jobs.events({ targetRule });
}

async function throwIfUnknown(store: Store, id: string): Promise<void> {
  if ((await store.eventVersions(id)).length === 0)
    throw new VenfleetError('EVENT_UNKNOWN', { event: `"${id}"` });
}
