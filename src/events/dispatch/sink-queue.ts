import type { Clock } from '../../core/clock.ts';
import type { DispatchResult, EventStore, JournalDispatch } from '../../store/event-store.ts';
import { type Told, toldNothing } from './due-time.ts';
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
  /** As it was handed over by an earlier process. */
  restore(loadId: string, told: Told): void;
  /** Goes on with what an earlier process noted and did not bring to its end: the newest of each load. */
  resume(dispatches: readonly QueuedDispatch[]): void;
  /**
   * Notes these, then has them handed over; what was waiting for the same load is replaced. Resolves once they are noted. Where
   * the load has `told` already, what was waiting is only taken back.
   */
  offer(dispatches: readonly QueuedDispatch[]): Promise<void>;
  /** Hands over until the signal aborts; what is under way then is ended first. */
  run(signal: AbortSignal): Promise<void>;
  /** How many wait or are under way. */
  depth(): number;
}

/** Batches under way at once. */
export const mostUnderWay = 4;
const firstRetryMs = 250;
const longestRetryMs = 15_000;

interface State extends SinkQueueOptions {
  readonly waiting: Map<string, QueuedDispatch>;
  readonly underWay: Map<string, QueuedDispatch>;
  readonly inForce: Map<string, Told>;
  /** Hand-overs in a row of which something failed. */
  failures: number;
  /** Ends the wait of the one who hands over. */
  wake(): void;
}

export function createSinkQueue(options: SinkQueueOptions): SinkQueue {
  const { sink, store, clock } = options;
  const waiting = new Map<string, QueuedDispatch>();
  const underWay = new Map<string, QueuedDispatch>();
  const inForce = new Map<string, Told>();
  const state: State = { ...options, waiting, underWay, inForce, failures: 0, wake: () => undefined };
  return {
    sink,
    lastTold: (loadId) =>
      (waiting.get(loadId) ?? underWay.get(loadId))?.told ?? inForce.get(loadId) ?? toldNothing,
    *loads() {
      yield* new Set([...waiting.keys(), ...underWay.keys(), ...inForce.keys()]);
    },
    restore: (loadId, told) => void keep(inForce, loadId, told),
    resume(dispatches) {
      for (const one of dispatches.toSorted(inOrder)) waiting.set(one.load.loadId, one);
      state.wake();
    },
    async offer(dispatches) {
      const replaced = dispatches.flatMap(({ load }) => waiting.get(load.loadId) ?? []);
      for (const { load } of replaced) waiting.delete(load.loadId);
      const wanted = dispatches.filter(({ load: { loadId }, told }) => {
        const has = underWay.get(loadId)?.told ?? inForce.get(loadId) ?? toldNothing;
        return has.text !== told.text;
      });
      await store.noteDispatches(wanted.map((one) => journalled(one, sink.name)));
      for (const one of wanted.toSorted(inOrder)) waiting.set(one.load.loadId, one);
      state.wake();
      const nowMs = clock.now();
      const isOver = (one: QueuedDispatch) => isExpired(one, nowMs);
      await end(
        state,
        replaced.filter((one) => !isOver(one)),
        'replaced',
      );
      await end(state, replaced.filter(isOver), 'missed', tooLate);
    },
    depth: () => waiting.size + underWay.size,
    run: (signal) => handOverUntil(state, signal),
  };
}

/**
 * The order in which what is due at one time is handed over, the same after a restart: so it is known which of what is open may
 * have been under way.
 */
export function inOrder(
  one: Pick<JournalDispatch, 'dueMs'> & { readonly load: { readonly loadId: string } },
  other: Pick<JournalDispatch, 'dueMs'> & { readonly load: { readonly loadId: string } },
): number {
  return one.dueMs - other.dueMs || (one.load.loadId < other.load.loadId ? -1 : 1);
}

async function handOverUntil(state: State, signal: AbortSignal): Promise<void> {
  const { waiting, underWay, sink, clock } = state;
  const works = new Set<Promise<void>>();
  const wake = () => state.wake();
  signal.addEventListener('abort', wake, { once: true });
  while (!signal.aborted) {
    await endExpired(state);
    const batch = works.size < mostUnderWay ? nextBatch(waiting, underWay, sink.batchSize) : [];
    if (batch.length === 0) {
      await untilWoken(state, signal);
      continue;
    }
    for (const one of batch) {
      waiting.delete(one.load.loadId);
      underWay.set(one.load.loadId, one);
    }
    const work = handOver(state, batch, signal).finally(() => {
      works.delete(work);
      state.wake();
    });
    works.add(work);
    if (state.failures === 0) continue;
    // A sink that fails is tried with one batch at a time, after growing waits.
    await Promise.all(works);
    const waitMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.max(0, state.failures - 1));
    if (state.failures > 0) await clock.sleep(waitMs, signal);
  }
  await Promise.all(works);
}

async function handOver(
  state: State,
  dispatches: readonly QueuedDispatch[],
  signal: AbortSignal,
): Promise<void> {
  const { sink, clock, underWay, waiting, inForce } = state;
  const { failed } = await sink.handOver(dispatches, clock.now(), signal);
  const atMs = clock.now();
  const taken = dispatches.filter(({ id }) => !failed.has(id));
  for (const { load, told } of taken) keep(inForce, load.loadId, told);
  const replaced: QueuedDispatch[] = [];
  for (const one of dispatches) {
    underWay.delete(one.load.loadId);
    if (!failed.has(one.id)) continue;
    if (waiting.has(one.load.loadId)) replaced.push(one);
    else waiting.set(one.load.loadId, one);
  }
  const [reason = null] = failed.values();
  // What is stopped is no failure of the sink.
  if (failed.size > 0 && state.failures === 0 && !signal.aborted) state.onState(sink.name, reason);
  if (failed.size === 0 && state.failures > 0) state.onState(sink.name, null);
  state.failures = failed.size > 0 ? state.failures + 1 : 0;
  const isLate = ({ dueMs }: QueuedDispatch) => atMs - dueMs > state.lateAfterMs;
  await end(state, replaced, 'replaced', reason);
  await end(
    state,
    taken.filter((one) => !isLate(one)),
    'handed',
  );
  await end(state, taken.filter(isLate), 'late');
}

/** Records how these ended, and tells it. */
async function end(
  { sink, store, clock, onNews }: State,
  dispatches: readonly QueuedDispatch[],
  how: DispatchResult['end'],
  reason: string | null = null,
): Promise<void> {
  if (dispatches.length === 0) return;
  const atMs = clock.now();
  await store.recordDispatches(
    dispatches.map(({ id, load: { loadId }, dueMs }) => {
      return { dispatchId: id, sink: sink.name, loadId, dueMs, end: how, atMs, reason };
    }),
  );
  const mostLateMs = dispatches.reduce((most, { dueMs }) => Math.max(most, atMs - dueMs), 0);
  onNews({ sink: sink.name, end: how, dispatches, mostLateMs, reason });
}

/** Something came, a batch ended, or the time of something that waits may have passed. */
async function untilWoken(state: State, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const own = new AbortController();
  state.wake = () => own.abort();
  await state.clock.sleep(1_000, own.signal);
  state.wake = () => undefined;
}

function keep(inForce: Map<string, Told>, loadId: string, told: Told): void {
  if (told.instruction.setpoints.length === 0) inForce.delete(loadId);
  else inForce.set(loadId, told);
}

/** What waited until its time had passed. */
async function endExpired(state: State): Promise<void> {
  const { waiting, clock } = state;
  const nowMs = clock.now();
  const expired = [...waiting.values()].filter((one) => isExpired(one, nowMs));
  for (const { load } of expired) waiting.delete(load.loadId);
  await end(state, expired, 'missed', tooLate);
}

const tooLate = 'its time passed before the sink took it';

const isExpired = ({ untilMs }: QueuedDispatch, nowMs: number) => untilMs !== null && untilMs <= nowMs;

/** The next to be handed over: what waits longest first, and nothing of a load of which something is under way. */
function nextBatch(
  waiting: ReadonlyMap<string, QueuedDispatch>,
  underWay: ReadonlyMap<string, QueuedDispatch>,
  size: number,
): QueuedDispatch[] {
  const batch: QueuedDispatch[] = [];
  for (const [loadId, one] of waiting) {
    if (underWay.has(loadId)) continue;
    batch.push(one);
    if (batch.length >= size) break;
  }
  return batch;
}

function journalled(one: QueuedDispatch, sink: string): JournalDispatch {
  const { id, load, told, events, dueMs, untilMs } = one;
  return { dispatchId: id, sink, loadId: load.loadId, instruction: told.text, events, dueMs, untilMs };
}
