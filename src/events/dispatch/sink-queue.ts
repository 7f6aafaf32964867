import type { Clock } from '../../core/clock.ts';
import type { DispatchResult, EventStore, JournalDispatch } from '../../store/event-store.ts';
import { inDoubt, type Told, toldNothing } from './due-time.ts';
import type { Dispatch, Sink } from './sink.ts';

/** A dispatch on its way to one sink. */
export interface QueuedDispatch extends Dispatch {
  readonly told: Told;
  /** See `JournalDispatch`. */
  readonly events: JournalDispatch['events'];
}

/** How hand-overs went, as they are told. Those of one call ended alike. */
export interface HandOverNews {
  readonly sink: string;
  readonly end: DispatchResult['end'];
  readonly dispatches: readonly QueuedDispatch[];
  /** The latest of them, milliseconds after it was due. */
  readonly mostLateMs: number;
  readonly reason: string | null;
}

export interface SinkQueueOptions {
  readonly sink: Sink;
  readonly store: Pick<EventStore, 'noteDispatches' | 'recordDispatches'>;
  readonly clock: Clock;
  /** What is handed over later than this after it was due is late, milliseconds. */
  readonly lateAfterMs: number;
  readonly onNews: (news: HandOverNews) => void;
  /** The sink takes nothing for now, and why; null: it does again. No sentence. */
  readonly onState: (sink: string, problem: string | null) => void;
}

/** What is to be handed to one sink: of each load the newest, in order of when it is due. */
export interface SinkQueue {
  readonly sink: Sink;
  /** What the load was told last, or is about to be. */
  lastTold(loadId: string): Told;
  /** The loads that were told something, or are about to be. */
  loads(): Iterable<string>;
  /** As it was handed over by an earlier process, for sure or perhaps (`inDoubt`). */
  restore(loadId: string, told: Told): void;
  /** Goes on with what an earlier process noted and did not bring to its end: the newest of each load. */
  resume(dispatches: readonly QueuedDispatch[]): void;
  /**
   * Notes these, then has them handed over; what was waiting for the same load is replaced. Resolves once all are noted, with
   * how many were. Where the load has `told` already, what was waiting is only taken back, and nothing noted.
   */
  offer(dispatches: readonly QueuedDispatch[]): Promise<number>;
  /** Hands over until the signal aborts; what is under way then is ended first. */
  run(signal: AbortSignal): Promise<void>;
  /** How many wait or are under way, or whose end is not stored yet. */
  depth(): number;
}

/** So many are noted at once. */
const mostNoted = 5_000;
/** Batches under way at once. */
export const mostUnderWay = 4;
const never = Number.POSITIVE_INFINITY;
const firstRetryMs = 250;
const longestRetryMs = 15_000;
const retryMs = (failures: number) => Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));

interface State extends SinkQueueOptions {
  readonly waiting: Map<string, QueuedDispatch>;
  readonly underWay: Map<string, QueuedDispatch>;
  readonly inForce: Map<string, Told>;
  /** Batches in a row of which nothing was taken; until when (monotonic) it is not tried again after that. */
  failures: number;
  againAt: number;
  /** Those whose end is being stored. */
  ending: number;
  /** Nothing that waits has had its time before this, milliseconds since 1970, UTC. */
  expiryMs: number;
  /** Those that failed while others of their batch were taken: it is their own fault, and nothing else waits for them. By load. */
  readonly apart: Map<string, { readonly times: number; readonly againAt: number }>;
  wake: (() => void) | undefined;
}

export function createSinkQueue(options: SinkQueueOptions): SinkQueue {
  const waiting = new Map<string, QueuedDispatch>();
  const underWay = new Map<string, QueuedDispatch>();
  const inForce = new Map<string, Told>();
  const apart: State['apart'] = new Map();
  const maps = { waiting, underWay, inForce, apart };
  const none = { failures: 0, againAt: 0, ending: 0, expiryMs: never, wake: undefined };
  const state: State = { ...options, ...maps, ...none };
  return {
    sink: options.sink,
    lastTold: (loadId) =>
      (waiting.get(loadId) ?? underWay.get(loadId))?.told ?? inForce.get(loadId) ?? toldNothing,
    *loads() {
      const seen = new Set<string>();
      for (const map of [waiting, underWay, inForce])
        for (const loadId of map.keys()) {
          if (seen.has(loadId)) continue;
          seen.add(loadId);
          yield loadId;
        }
    },
    restore: (loadId, told) => void keep(inForce, loadId, told),
    resume(dispatches) {
      for (const one of dispatches.toSorted(inOrder)) wait(state, one);
      state.wake?.();
    },
    offer: (dispatches) => offer(state, dispatches),
    depth: () => waiting.size + underWay.size + state.ending,
    run: (signal) => run(state, signal),
  };
}

/**
 * The order in which what is due at one time is handed over, the same after a restart: so it is known which of what is open may
 * have been under way.
 */
export function inOrder(one: Ordered, other: Ordered): number {
  return one.dueMs - other.dueMs || (one.load.loadId < other.load.loadId ? -1 : 1);
}

type Ordered = Pick<QueuedDispatch, 'dueMs' | 'load'>;

function wait(state: State, one: QueuedDispatch): void {
  state.waiting.set(one.load.loadId, one);
  state.expiryMs = Math.min(state.expiryMs, one.untilMs ?? never);
}

async function offer(state: State, dispatches: readonly QueuedDispatch[]): Promise<number> {
  const { waiting, underWay, inForce, store, sink, clock } = state;
  const replaced = dispatches.flatMap(({ load }) => waiting.get(load.loadId) ?? []);
  for (const { load } of replaced) waiting.delete(load.loadId);
  const wanted = dispatches.filter(({ load: { loadId }, told }) => {
    const has = underWay.get(loadId)?.told ?? inForce.get(loadId) ?? toldNothing;
    return has.text !== told.text;
  });
  const ordered = wanted.toSorted(inOrder);
  // By parts: the first are handed over while the rest is noted, and an event for a whole fleet is not copied at once.
  for (let from = 0; from < ordered.length; from += mostNoted) {
    const part = ordered.slice(from, from + mostNoted);
    await store.noteDispatches(part.map((one) => journalled(one, sink.name)));
    for (const one of part) {
      const { loadId } = one.load;
      // What was under way may have failed meanwhile, and wait again.
      const failed = waiting.get(loadId);
      if (failed) replaced.push(failed);
      wait(state, one);
      state.apart.delete(loadId);
    }
    state.wake?.();
  }
  const nowMs = clock.now();
  const inTime = replaced.filter((one) => !isExpired(one, nowMs));
  const tooOld = replaced.filter((one) => isExpired(one, nowMs));
  await Promise.all([end(state, inTime, 'replaced'), end(state, tooOld, 'missed', tooLate)]);
  return wanted.length;
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  const { waiting, underWay, clock, sink } = state;
  const works = new Set<Promise<void>>();
  const awake = () => state.wake?.();
  signal.addEventListener('abort', awake, { once: true });
  let failure: { readonly error: unknown } | undefined;
  while (!signal.aborted && !failure) {
    await endExpired(state);
    if (signal.aborted) break;
    // A sink that is down is tried with one batch at a time.
    const isDown = state.failures > 0 && (works.size > 0 || clock.monotonic() < state.againAt);
    const batch = isDown || works.size >= mostUnderWay ? [] : nextBatch(state, sink.batchSize);
    if (batch.length === 0) {
      await sleepUntilWoken(state);
      continue;
    }
    for (const one of batch) {
      waiting.delete(one.load.loadId);
      underWay.set(one.load.loadId, one);
    }
    const work = handOver(state, batch, signal)
      .catch((error) => {
        failure ??= { error };
      })
      .finally(() => {
        works.delete(work);
        awake();
      });
    works.add(work);
  }
  await Promise.all(works);
  if (failure) throw failure.error;
}

async function handOver(
  state: State,
  dispatches: readonly QueuedDispatch[],
  signal: AbortSignal,
): Promise<void> {
  const { sink, clock, inForce, underWay, apart } = state;
  const { failed } = await sink.handOver(dispatches, clock.now(), signal);
  const atMs = clock.now();
  const taken = dispatches.filter(({ id }) => !failed.has(id));
  for (const { load, told } of taken) {
    keep(inForce, load.loadId, told);
    apart.delete(load.loadId);
  }
  // What is stopped is no failure of the sink.
  if (!signal.aborted) tellState(state, dispatches, failed);
  const replaced: QueuedDispatch[] = [];
  for (const one of dispatches) {
    const { loadId } = one.load;
    underWay.delete(loadId);
    if (!failed.has(one.id)) continue;
    keep(inForce, loadId, inDoubt(one.told, inForce.get(loadId) ?? toldNothing));
    if (state.waiting.has(loadId)) replaced.push(one);
    else {
      wait(state, one);
      const times = (apart.get(loadId)?.times ?? 0) + 1;
      if (taken.length > 0 || times > 1)
        apart.set(loadId, { times, againAt: clock.monotonic() + retryMs(times) });
    }
  }
  const isLate = ({ dueMs }: QueuedDispatch) => atMs - dueMs > state.lateAfterMs;
  // All at once: what is counted is at each moment in one place.
  await Promise.all([
    ...replaced.map((one) => end(state, [one], 'replaced', failed.get(one.id) ?? null)),
    end(
      state,
      taken.filter((one) => !isLate(one)),
      'handed',
    ),
    end(state, taken.filter(isLate), 'late'),
  ]);
}

/** A sink is down where it takes nothing of a batch; single ones that it refuses are no reason to wait with the others. */
function tellState(
  state: State,
  dispatches: readonly QueuedDispatch[],
  failed: ReadonlyMap<string, string>,
): void {
  const { sink, apart, clock, onState } = state;
  const isDown = failed.size >= dispatches.length && dispatches.some(({ load }) => !apart.has(load.loadId));
  if (isDown) {
    const [reason] = failed.values();
    if (state.failures === 0) onState(sink.name, reason ?? 'it failed');
    state.failures++;
    state.againAt = clock.monotonic() + retryMs(state.failures);
  } else if (failed.size < dispatches.length) {
    if (state.failures > 0) onState(sink.name, null);
    state.failures = 0;
  }
}

/** Something came, a batch ended, the time of something that waits has passed, or it may be tried again. */
async function sleepUntilWoken(state: State): Promise<void> {
  const { clock, againAt, expiryMs } = state;
  const own = new AbortController();
  state.wake = () => own.abort();
  const againMs = againAt - clock.monotonic();
  const times = [1_000, expiryMs - clock.now(), ...(againMs > 0 ? [againMs] : [])];
  await clock.sleep(Math.max(0, Math.min(...times)), own.signal);
  state.wake = undefined;
}

async function end(
  state: State,
  dispatches: readonly QueuedDispatch[],
  how: DispatchResult['end'],
  reason: string | null = null,
): Promise<void> {
  if (dispatches.length === 0) return;
  const { sink, store, clock, onNews } = state;
  const atMs = clock.now();
  state.ending += dispatches.length;
  await store.recordDispatches(
    dispatches.map(({ id, load: { loadId }, dueMs }) => {
      return { dispatchId: id, sink: sink.name, loadId, dueMs, end: how, atMs, reason };
    }),
  );
  state.ending -= dispatches.length;
  const mostLateMs = dispatches.reduce((most, { dueMs }) => Math.max(most, atMs - dueMs), 0);
  onNews({ sink: sink.name, end: how, dispatches, mostLateMs, reason });
}

function keep(inForce: Map<string, Told>, loadId: string, told: Told): void {
  if (told.text === toldNothing.text) inForce.delete(loadId);
  else inForce.set(loadId, told);
}

/** What waited until its time had passed. */
async function endExpired(state: State): Promise<void> {
  const { waiting, clock, apart } = state;
  const nowMs = clock.now();
  if (nowMs < state.expiryMs) return;
  const expired: QueuedDispatch[] = [];
  state.expiryMs = never;
  for (const one of waiting.values())
    if (isExpired(one, nowMs)) expired.push(one);
    else state.expiryMs = Math.min(state.expiryMs, one.untilMs ?? never);
  for (const { load } of expired) {
    waiting.delete(load.loadId);
    apart.delete(load.loadId);
  }
  await end(state, expired, 'missed', tooLate);
}

const tooLate = 'its time passed before the sink took it';

const isExpired = ({ untilMs }: QueuedDispatch, nowMs: number) => untilMs !== null && untilMs <= nowMs;

/** The next to be handed over: what waits longest first, and nothing of a load of which something is under way. */
function nextBatch({ waiting, underWay, apart, clock }: State, size: number): QueuedDispatch[] {
  const batch: QueuedDispatch[] = [];
  const now = clock.monotonic();
  for (const [loadId, one] of waiting) {
    if (underWay.has(loadId) || (apart.get(loadId)?.againAt ?? 0) > now) continue;
    batch.push(one);
    if (batch.length >= size) break;
  }
  return batch;
}

function journalled(one: QueuedDispatch, sink: string): JournalDispatch {
  const { id, load, told, events, dueMs, untilMs } = one;
  return { dispatchId: id, sink, loadId: load.loadId, instruction: told.text, events, dueMs, untilMs };
}
