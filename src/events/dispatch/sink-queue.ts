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
const mostUnderWay = 4;
const firstRetryMs = 250;
const longestRetryMs = 15_000;

export function createSinkQueue(options: SinkQueueOptions): SinkQueue {
  const { sink, store, clock } = options;
  const waiting = new Map<string, QueuedDispatch>();
  const underWay = new Map<string, QueuedDispatch>();
  const inForce = new Map<string, Told>();
  let wake: (() => void) | undefined;
  const awake = () => wake?.();

  const end = async (
    dispatches: readonly QueuedDispatch[],
    how: DispatchResult['end'],
    reason: string | null = null,
  ) => {
    if (dispatches.length === 0) return;
    const atMs = clock.now();
    await store.recordDispatches(
      dispatches.map(({ id, load: { loadId }, dueMs }) => {
        return { dispatchId: id, sink: sink.name, loadId, dueMs, end: how, atMs, reason };
      }),
    );
    const mostLateMs = dispatches.reduce((most, { dueMs }) => Math.max(most, atMs - dueMs), 0);
    options.onNews({ sink: sink.name, end: how, dispatches, mostLateMs, reason });
  };

  return {
    sink,
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
      for (const one of dispatches) waiting.set(one.load.loadId, one);
      awake();
    },
    async offer(dispatches) {
      const replaced = dispatches.flatMap(({ load }) => waiting.get(load.loadId) ?? []);
      for (const { load } of replaced) waiting.delete(load.loadId);
      const wanted = dispatches.filter(({ load: { loadId }, told }) => {
        const has = underWay.get(loadId)?.told ?? inForce.get(loadId) ?? toldNothing;
        return has.text !== told.text;
      });
      await store.noteDispatches(wanted.map((one) => journalled(one, sink.name)));
      for (const one of wanted) waiting.set(one.load.loadId, one);
      awake();
      const nowMs = clock.now();
      await end(
        replaced.filter((one) => !isExpired(one, nowMs)),
        'replaced',
      );
      await end(
        replaced.filter((one) => isExpired(one, nowMs)),
        'missed',
        tooLate,
      );
    },
    depth: () => waiting.size + underWay.size,
    async run(signal) {
      const works = new Set<Promise<void>>();
      let failures = 0;
      signal.addEventListener('abort', awake, { once: true });
      while (!signal.aborted) {
        await endExpired(waiting, clock.now(), end);
        const batch = nextBatch(waiting, underWay, sink.batchSize);
        if (batch.length === 0 || works.size >= mostUnderWay) {
          await sleepUntilWoken();
          continue;
        }
        for (const one of batch) {
          waiting.delete(one.load.loadId);
          underWay.set(one.load.loadId, one);
        }
        const work = handOver(batch, signal).finally(() => {
          works.delete(work);
          awake();
        });
        works.add(work);
        if (failures > 0) await Promise.all(works);
        if (failures > 0)
          await clock.sleep(Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)), signal);
      }
      await Promise.all(works);

      async function handOver(dispatches: readonly QueuedDispatch[], until: AbortSignal): Promise<void> {
        const { failed } = await sink.handOver(dispatches, clock.now(), until);
        const atMs = clock.now();
        const taken = dispatches.filter(({ id }) => !failed.has(id));
        for (const { load, told } of taken) keep(inForce, load.loadId, told);
        for (const one of dispatches) {
          underWay.delete(one.load.loadId);
          if (!failed.has(one.id)) continue;
          const newer = waiting.get(one.load.loadId);
          if (newer) await end([one], 'replaced', failed.get(one.id) ?? null);
          else waiting.set(one.load.loadId, one);
        }
        const [reason] = failed.values();
        if (failed.size > 0 && failures === 0) options.onState(sink.name, reason ?? 'it failed');
        if (failed.size === 0 && failures > 0) options.onState(sink.name, null);
        failures = failed.size > 0 ? failures + 1 : 0;
        const isLate = ({ dueMs }: QueuedDispatch) => atMs - dueMs > options.lateAfterMs;
        await end(
          taken.filter((one) => !isLate(one)),
          'handed',
        );
        await end(taken.filter(isLate), 'late');
      }
    },
  };

  /** Something came, a batch ended, or the time of something that waits may have passed. */
  async function sleepUntilWoken(): Promise<void> {
    const own = new AbortController();
    wake = () => own.abort();
    await clock.sleep(1_000, own.signal);
    wake = undefined;
  }
}

function keep(inForce: Map<string, Told>, loadId: string, told: Told): void {
  if (told.instruction.setpoints.length === 0) inForce.delete(loadId);
  else inForce.set(loadId, told);
}

/** What waited until its time had passed. */
async function endExpired(
  waiting: Map<string, QueuedDispatch>,
  nowMs: number,
  end: (dispatches: readonly QueuedDispatch[], how: 'missed', reason: string) => Promise<void>,
): Promise<void> {
  const expired = [...waiting.values()].filter((one) => isExpired(one, nowMs));
  for (const { load } of expired) waiting.delete(load.loadId);
  await end(expired, 'missed', tooLate);
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
