import type { Clock } from '../../core/clock.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { VtnAndStore } from '../with-vtn-and-store.ts';
import type { Changes } from './changes.ts';
import { followAsPart } from './event-part.ts';
import type {
  ActionScope,
  FleetKeeper,
  KeeperNote,
  NotableNews,
  PartName,
  PartState,
} from './fleet-keeper.ts';
import type { FleetKeeperOptions } from './keeper-options.ts';
import { createPart, type Part, type PartWork, partThatIsOff } from './part.ts';
import { createReconciliation } from './reconciliation.ts';
import { reportAsPart } from './report-part.ts';
import type { RequestMeter } from './request-meter.ts';
import { createRunWatch } from './running-run.ts';
import { vtnStateOf } from './vtn-state.ts';

const defaultStopWithinMs = 30_000;
const hints: Readonly<Record<'events' | 'reports', string>> = {
  events: 'Events are not followed; say with --sink where instructions go.',
  reports: 'Meter data is not reported; name its file with --meter-data.',
};

/** Keeps a fleet over what is open already. */
export function createFleetKeeper(
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
    ...(reports
      ? [partOf('reports', (work) => reportAsPart(parts, { ...options, ...reports }, work, isChanging))]
      : []),
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

/** Problems of a part that are known to be told of: their texts may name what is another each time. */
const mostWarned = 100;

/** Warns of a part that is degraded once, not each time that it is tried again in vain; of each problem, where they take turns. */
function partLogger(log: FleetKeeperOptions['log']): (part: PartState) => void {
  const warned = new Map<PartName, Set<string | null>>();
  return ({ name: part, state, problem, code, nextMs }) => {
    const fields = { part, state, problem, code, nextMs };
    const isDegraded = state === 'degraded';
    const known = warned.get(part);
    if (isDegraded && !known?.has(problem)) log?.warn(fields, 'part is degraded');
    else log?.debug(fields, 'part has changed');
    if (isDegraded) warned.set(part, new Set([problem, ...(known ?? [])].slice(0, mostWarned)));
    else if (state !== 'stopping') warned.delete(part);
  };
}
