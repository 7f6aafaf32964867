import { type Clock, systemClock } from '../../core/clock.ts';
import { VenfleetError } from '../../core/errors.ts';
import { readPolicy } from '../../events/setpoints/read-policy.ts';
import { settleVtn, throwIfElsewhere } from '../../registration/vtn-of-database.ts';
import type { FollowEventsOptions } from '../follow-events.ts';
import type { NotedRun } from '../logged-run.ts';
import type { ReportLiveOptions } from '../report-live.ts';
import { type VtnAndStore, type VtnAndStoreOptions, withVtnAndStore } from '../with-vtn-and-store.ts';
import { type Changes, createChanges } from './changes.ts';
import { followAsPart, type NotableNews } from './event-part.ts';
import type { ActionScope, FleetKeeper, PartName, PartState } from './fleet-keeper.ts';
import type { ReconciliationOptions } from './jobs.ts';
import { createPart, type Part, type PartWork, partThatIsOff } from './part.ts';
import { createReconciliation } from './reconciliation.ts';
import { reportAsPart } from './report-part.ts';
import { createRequestMeter, type RequestMeter } from './request-meter.ts';
import { createRunWatch } from './running-run.ts';
import { vtnStateOf } from './vtn-state.ts';

type OwnOf<T> = Omit<
  T,
  keyof VtnAndStoreOptions | 'wait' | 'onWaiting' | 'once' | 'scope' | 'onSpelledTwice'
>;

/** Something of note that happened. */
export type KeeperNote =
  | { readonly type: 'part'; readonly part: PartState }
  | { readonly type: 'run'; readonly run: NotedRun }
  | { readonly type: 'event'; readonly news: NotableNews }
  /** It was told to end: these parts still have something in flight. */
  | { readonly type: 'stopping'; readonly parts: readonly PartName[] };

/** What one process does for a fleet. */
export interface FleetKeeperOptions extends VtnAndStoreOptions, ReconciliationOptions {
  /** Events are followed where this is given: where instructions go, and the like. */
  readonly events?: OwnOf<FollowEventsOptions> | undefined;
  /** Meter data is reported where this is given. */
  readonly reports?: OwnOf<ReportLiveOptions> | undefined;
  /** Forget, before anything else, what is known of another VTN. Default: throw VTN_OTHER. */
  readonly moveToThisVtn?: boolean | undefined;
  readonly onNote?: ((note: KeeperNote) => void) | undefined;
  /** Milliseconds that what is in flight may take to end once the signal has aborted. Default 30,000. */
  readonly stopWithinMs?: number | undefined;
}

const defaultStopWithinMs = 30_000;
const hints: Readonly<Record<'events' | 'reports', string>> = {
  events: 'Events are not followed; say with --sink where instructions go.',
  reports: 'Meter data is not reported; name its file with --meter-data.',
};

/**
 * Opens the database and what speaks to the VTN, and has `work` keep the fleet; closes both at its end. What is wrong with the
 * configuration is thrown before `work` begins: VTN_URL, DB_MISSING, VTN_OTHER, EVENT_POLICY, …
 */
export async function withFleetKeeper<T>(
  options: FleetKeeperOptions,
  work: (keeper: FleetKeeper, parts: VtnAndStore) => Promise<T>,
): Promise<T> {
  const changes = createChanges();
  const { policy } = options.events ?? {};
  if (policy !== undefined) readPolicy(policy, 'policy');
  const meter = createRequestMeter(systemClock);
  const watched = {
    ...options,
    onRequest(request: Parameters<NonNullable<FleetKeeperOptions['onRequest']>>[0]) {
      options.onRequest?.(request);
      meter.ended(request.ms);
      changes.changed();
    },
  };
  return withVtnAndStore(watched, { readOnly: false }, async (parts) => {
    const { store, link, profile } = parts;
    const { moveToThisVtn, signal } = options;
    if (!moveToThisVtn) await throwIfElsewhere(store, { url: link.transport.url, profile: profile.name });
    else
      await store.exclusively({ command: 'serve', signal }, (lost) =>
        settleVtn({
          store,
          link,
          profile,
          ifOtherVtn: 'move',
          signal: signal ? AbortSignal.any([signal, lost]) : lost,
        }),
      );
    return work(createFleetKeeper(options, parts, meter, changes), parts);
  });
}

function createFleetKeeper(
  options: FleetKeeperOptions,
  parts: VtnAndStore,
  meter: RequestMeter,
  { changed, onChange }: Changes,
): FleetKeeper {
  const { store, link, profile } = parts;
  const { signal = new AbortController().signal, stopWithinMs = defaultStopWithinMs, log } = options;
  const clock = link.clock;
  const startedMs = clock.now();
  const alarms: string[] = [];
  const runs = createRunWatch(clock);
  const tell = (note: KeeperNote) => {
    changed();
    options.onNote?.(note);
  };
  const reconciliation = createReconciliation({
    ...{ parts, options, clock },
    onRun(run) {
      runs.note(run);
      tell({ type: 'run', run });
    },
    onAsked: () => reconciling.wake(),
  });
  const onNews = (news: NotableNews) => {
    if (news.type === 'alarm') alarms.splice(0, alarms.length, news.problem);
    tell({ type: 'event', news });
  };
  const logPart = partLogger(log);
  const partOf = (name: PartName, work: (work: PartWork) => Promise<unknown>): Part =>
    createPart({
      ...{ name, clock, work },
      onChange(part) {
        logPart(part);
        tell({ type: 'part', part });
      },
    });
  const reconciling = partOf('reconciliation', reconciliation.work);
  const { events, reports } = options;
  const isChanging = () => runs.now() !== null;
  const running = [
    reconciling,
    ...(events
      ? [partOf('events', (work) => followAsPart(parts, { ...options, ...events }, work, onNews, isChanging))]
      : []),
    ...(reports ? [partOf('reports', (work) => reportAsPart(parts, { ...options, ...reports }, work))] : []),
  ];
  const off = [
    ...(events ? [] : [partThatIsOff('events', hints.events, clock)]),
    ...(reports ? [] : [partThatIsOff('reports', hints.reports, clock)]),
  ];
  const change = (of: ActionScope, how: 'suspend' | 'resume') =>
    store.exclusively({ command: 'serve', wait: true, signal }, () => store[how](of)).finally(changed);
  return {
    run: () => runAll(running, { signal, stopWithinMs, clock, tell }),
    state: () => ({
      startedMs,
      parts: [...running.map((part) => part.state()), ...off],
      vtn: vtnStateOf(link, profile.name, meter),
      run: runs.now(),
      alarms: [...alarms],
    }),
    onChange,
    register: reconciliation.register,
    plan: reconciliation.plan,
    lastPlan: reconciliation.lastPlan,
    apply: reconciliation.apply,
    suspend: (of) => change(of, 'suspend'),
    resume: (of) => change(of, 'resume'),
  };
}

interface Running {
  readonly signal: AbortSignal;
  readonly stopWithinMs: number;
  readonly clock: Clock;
  tell(note: KeeperNote): void;
}

/** Runs all parts until the signal aborts and they have ended. Throws STOPPED_LATE where one does not within its time. */
async function runAll(parts: readonly Part[], { signal, stopWithinMs, clock, tell }: Running): Promise<void> {
  const going = new Set(parts.map(({ name }) => name));
  const all = Promise.all(parts.map((part) => part.run(signal).finally(() => going.delete(part.name))));
  const stopped = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => stopped.resolve());
  if (signal.aborted) stopped.resolve();
  await Promise.race([stopped.promise, all]);
  tell({ type: 'stopping', parts: [...going] });
  const ended = new AbortController();
  const late = clock.sleep(stopWithinMs, ended.signal).then(() => {
    if (ended.signal.aborted) return;
    const seconds = stopWithinMs / 1_000;
    throw new VenfleetError('STOPPED_LATE', { parts: [...going].join(', '), seconds });
  });
  await Promise.race([all.finally(() => ended.abort()), late]);
}

/** Warns of a part that is degraded once, not each time that it is tried again in vain. */
function partLogger(log: FleetKeeperOptions['log']): (part: PartState) => void {
  const warned = new Map<PartName, string | null>();
  return ({ name: part, state, problem, code, nextMs }) => {
    const fields = { part, state, problem, code, nextMs };
    const isDegraded = state === 'degraded';
    if (isDegraded && warned.get(part) !== problem) log?.warn(fields, 'part is degraded');
    else log?.debug(fields, 'part has changed');
    if (isDegraded) warned.set(part, problem);
    else if (state !== 'stopping') warned.delete(part);
  };
}
