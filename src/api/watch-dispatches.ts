import type { Dispatch, Sink } from '../events/dispatch/sink.ts';
import type { FollowSummary } from '../events/follow/follow-events.ts';
import { type FollowEventsOptions, followEvents } from './follow-events.ts';

/** Where dispatches go, and by which name the journal knows whoever iterates. */
export interface WatchDispatchesOptions extends Omit<FollowEventsOptions, 'sinks'> {
  /** Other sinks besides. Default: none. */
  readonly sinks?: FollowEventsOptions['sinks'] | undefined;
  /** What was handed over under a name is not handed over again under it, also after a restart. Default `iterator`. */
  readonly name?: string | undefined;
}

/** Events that are followed: iterate over their dispatches, then await the summary. */
export interface WatchedDispatches extends AsyncIterable<Dispatch> {
  readonly summary: Promise<FollowSummary>;
}

/**
 * Follows events as `followEvents` does, and gives each dispatch to whoever iterates, one after the other, when it is due. It counts as
 * handed over once the next one is asked for: one at which the loop is left comes again, with its id, when events are followed next.
 * Leaving the loop ends it, as `options.signal` does. What ends it is thrown by `summary`. To be iterated over once.
 */
export function watchDispatches(options: WatchDispatchesOptions): WatchedDispatches {
  const { name = 'iterator', sinks = [], signal, ...others } = options;
  const left = new AbortController();
  const { sink, dispatches, end } = iteratedSink(name, () => left.abort());
  const summary = followEvents({
    ...others,
    sinks: [sink, ...sinks],
    signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
  }).finally(end);
  // Whoever only iterates still gets the error from `summary` when they ask; it is not unhandled until then.
  summary.catch(() => undefined);
  return { summary, [Symbol.asyncIterator]: () => dispatches };
}

/** A sink whose other side is a loop; `end`: nothing more will come. */
function iteratedSink(name: string, onLeft: () => void) {
  const waiting: { readonly dispatch: Dispatch; readonly taken: (isTaken: boolean) => void }[] = [];
  let hasEnded = false;
  let wake: () => void = () => undefined;
  const end = () => {
    hasEnded = true;
    for (const { taken } of waiting.splice(0)) taken(false);
    wake();
  };
  const sink: Sink = {
    name,
    batchSize: 1_000,
    async handOver(batch, _, signal) {
      const failed = new Map<string, string>();
      const taking = batch.map(
        (dispatch) =>
          new Promise<void>((resolve) => {
            const taken = (isTaken: boolean) => {
              if (!isTaken) failed.set(dispatch.id, 'nobody asked for it');
              resolve();
            };
            if (hasEnded || signal.aborted) taken(false);
            else waiting.push({ dispatch, taken });
          }),
      );
      signal.addEventListener('abort', end, { once: true });
      wake();
      await Promise.all(taking);
      signal.removeEventListener('abort', end);
      return { failed };
    },
    whichArrived: async () => new Set(),
    close: async () => undefined,
  };
  async function* iterate(): AsyncGenerator<Dispatch, void> {
    let current: (typeof waiting)[number] | undefined;
    try {
      while (!hasEnded) {
        current = waiting.shift();
        if (current) {
          yield current.dispatch;
          current.taken(true);
          current = undefined;
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      current?.taken(false);
      end();
      onLeft();
    }
  }
  return { sink, dispatches: iterate(), end };
}
