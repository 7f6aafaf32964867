import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { describeError, VenfleetError } from '../core/errors.ts';
import { createAnswerer } from '../events/answer/answerer.ts';
import { createSinks, type SinkOptions } from '../events/dispatch/create-sinks.ts';
import type { Sink } from '../events/dispatch/sink.ts';
import type { EventsNews } from '../events/events-news.ts';
import { type FollowSummary, followEvents as follow } from '../events/follow/follow-events.ts';
import { defaultPolicy, type EventPolicy } from '../events/setpoints/policy.ts';
import { readPolicy } from '../events/setpoints/read-policy.ts';
import { createReadingsOfLoads, type ReadingsOfLoads } from '../metering/readings-of-loads.ts';
import { openReadings } from '../metering/sources/open-readings.ts';
import { profileNamed } from '../profiles/choose-profile.ts';
import { type TargetRule, targetRules } from '../profiles/events-profile.ts';
import { throwIfElsewhere } from '../registration/vtn-of-database.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import { type Checks, call, checkOptions, vtnChecks, waitingChecks } from './check-options.ts';
import { profileChoice } from './connect-vtn.ts';
import { type HintOptions, hintChecks, listenWith } from './listen-for-hints.ts';
import { logEvents } from './logging/log-events.ts';
import { loggingWait } from './logging/log-waiting.ts';
import {
  defaultKeepEventsDays,
  defaultPollSeconds,
  keepEventsDaysBounds,
  pollSecondsBounds,
} from './option-values.ts';
import { type VtnAndStore, type VtnAndStoreOptions, withVtnAndStore } from './with-vtn-and-store.ts';

export type { SinkOptions } from '../events/dispatch/create-sinks.ts';
export type { Dispatch, HandedOver, Sink } from '../events/dispatch/sink.ts';
export type { EventsNews } from '../events/events-news.ts';
export type { FollowSummary } from '../events/follow/follow-events.ts';
export type { EventPolicy } from '../events/setpoints/policy.ts';

const defaultLateAfterMs = 1_000;
const dayMs = 86_400_000;

/** Which events to follow, and where what they ask goes. */
export interface FollowEventsOptions extends VtnAndStoreOptions, HintOptions {
  /** Where instructions go (docs/dispatch.md): plain options, or a sink of one's own. At least one. */
  readonly sinks: readonly (SinkOptions | Sink)[];
  /** What loads do of what events ask (docs/event-policy.md): as the file has it. Default: all take part. */
  readonly policy?: object | undefined;
  /** Seconds between two readings of the events, about. Default 30. */
  readonly pollSeconds?: number | undefined;
  /** OpenADR 3.0: whether targets of several types narrow each other down (`every`), or add up (`any`). Default `every`. */
  readonly targetRule?: TargetRule | undefined;
  /** Milliseconds after its time at which an instruction is called late. Default 1,000. */
  readonly lateAfterMs?: number | undefined;
  /** Days for which events that are over, and what they came to, are remembered (docs/events.md). Default 400; 0: for ever. */
  readonly keepEventsDays?: number | undefined;
  /** Payload types of reports that only say that an event has come. Default: POWER_LIMIT_ACKNOWLEDGEMENT and ACK. */
  readonly acknowledgements?: readonly string[] | undefined;
  /** A meter file, of which reports that events ask for are made: HDF5, CSV or NDJSON. Default: no such reports. */
  readonly meterData?: string | undefined;
  /** Read once, hand over what is asked now, and end. */
  readonly once?: boolean | undefined;
  /** Wait where another process follows events from the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
  readonly onNews?: ((news: EventsNews) => void) | undefined;
}

/** Of what is not the same for all who speak to a VTN. */
export const ownFollowChecks = {
  ...hintChecks,
  sinks: z
    .array(z.custom<SinkOptions | Sink>((sink) => typeof sink === 'object' && sink !== null))
    .nonempty(),
  policy: z.custom<object>((policy) => typeof policy === 'object').optional(),
  pollSeconds: z.number().min(pollSecondsBounds[0]).max(pollSecondsBounds[1]).optional(),
  targetRule: z.enum(targetRules).optional(),
  lateAfterMs: z.number().min(0).optional(),
  keepEventsDays: z.number().min(keepEventsDaysBounds[0]).max(keepEventsDaysBounds[1]).optional(),
  acknowledgements: z.array(z.string()).optional(),
  meterData: z.string().min(1).optional(),
  onNews: call,
};
const checks = {
  ...vtnChecks,
  ...waitingChecks,
  ...ownFollowChecks,
  once: z.boolean().optional(),
} satisfies Checks<FollowEventsOptions & { includeDisabled?: boolean; scope?: object }>;

/**
 * Follows the VTN's events: brings each to the loads that it means, on time, and answers it, until `signal` aborts; a VTN that is
 * down is waited for. Throws VenfleetErrors: EVENT_SINK, EVENT_POLICY, METER_FILE, VTN_OTHER, DB_IN_USE, VTN_TOKEN_REFUSED, …
 */
export async function followEvents(options: FollowEventsOptions): Promise<FollowSummary> {
  checkOptions('followEvents', checks, options);
  return withVtnAndStore(options, { readOnly: false }, (parts) => followIn(parts, options));
}

/** `followEvents` over what is open already. */
export function followIn(
  parts: VtnAndStore,
  options: FollowEventsOptions,
  command = 'events',
): Promise<FollowSummary> {
  const policy = options.policy === undefined ? defaultPolicy : readPolicy(options.policy, 'policy');
  const access = { command, subject: 'events' as const, ...loggingWait(options) };
  return parts.store.exclusively(access, (lost) => followWith(options, policy, parts, lost));
}

async function followWith(
  options: FollowEventsOptions,
  policy: EventPolicy,
  { link, profile: { name }, store, tokenOf, checkVersion, dbPath: database }: VtnAndStore,
  lost: AbortSignal,
): Promise<FollowSummary> {
  const { pollSeconds = defaultPollSeconds, lateAfterMs = defaultLateAfterMs } = options;
  const { keepEventsDays = defaultKeepEventsDays } = options;
  await throwIfElsewhere(store, { url: link.transport.url, profile: name });
  await checkVersion();
  const { role } = profileChoice(options);
  const profile = await profileNamed(options.profile).jobs.events({ role, targetRule: options.targetRule });
  const vens = profile.readsAs === 'ven' ? (await store.fleetNames()).venNames : [];
  const onNews = logEvents(options, { vtn: link.transport.url, profile: name, database });
  const metered = await meteredBy(options, store, link.clock);
  const made = await sinksOf(options, lateAfterMs, onNews, link);
  try {
    return await follow({
      store,
      link,
      profile,
      policy,
      sinks: made.all,
      vens,
      venIds: store.venIds,
      pollMs: pollSeconds * 1_000,
      lateAfterMs,
      keepMs: keepEventsDays === 0 ? undefined : keepEventsDays * dayMs,
      newSeed: () => randomBytes(16).toString('hex'),
      answerer: createAnswerer({
        store,
        link,
        profile,
        venIds: store.venIds,
        acknowledgements: options.acknowledgements,
        reportedElsewhere: async () => (await store.reportAnchor())?.eventId,
        metered,
        onNotes: (notes) => notes.map((note) => onNews({ type: 'note', note, name: null })),
        onProblem: (error) =>
          onNews({ type: 'state', of: 'answers', problem: error === null ? null : describeError(error) }),
      }),
      listen: await listenWith(options, { link, profile, role, vens, store, tokenOf }),
      onNews,
      signal: options.signal ? AbortSignal.any([options.signal, lost]) : lost,
      once: options.once,
    });
  } finally {
    await Promise.all([...made.own.map((sink) => sink.close()), metered?.close()]);
  }
}

/** Makes sure that there is such a file: it is read when reports are due. Throws METER_FILE. */
async function meteredBy(
  { meterData: path }: FollowEventsOptions,
  store: VtnAndStore['store'],
  clock: VtnAndStore['link']['clock'],
): Promise<ReadingsOfLoads | undefined> {
  if (path === undefined) return undefined;
  if (path === '-')
    throw new VenfleetError('METER_FILE', { path, problem: 'events read it again and again: name a file' });
  await (await openReadings(path)).close();
  return createReadingsOfLoads(path, store, clock);
}

/** All sinks; `own`: those that were made here, and are closed here. */
async function sinksOf(
  { sinks }: FollowEventsOptions,
  lateAfterMs: number,
  onNews: (news: EventsNews) => void,
  { clock, random }: VtnAndStore['link'],
): Promise<{ readonly all: readonly Sink[]; readonly own: readonly Sink[] }> {
  const isOwn = (sink: SinkOptions | Sink): sink is SinkOptions => !('handOver' in sink);
  const given = sinks.filter((sink): sink is Sink => !isOwn(sink));
  const own = await createSinks(sinks.filter(isOwn), {
    lateAfterMs,
    clock,
    random,
    onState: (of, problem) => onNews({ type: 'state', of, problem }),
  });
  return { all: [...given, ...own], own };
}
