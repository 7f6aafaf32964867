import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { describeError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { FactsReader, FleetFacts } from './fleet-facts.ts';
import { createLiveMessages } from './live-messages.ts';
import { createLiveViewer, type LiveViewer } from './live-viewer.ts';
import type { Overview } from './schemas/overview.ts';

/** Tells all who look what has changed: read and written once for all of them, and only while somebody looks. */
export interface LiveUpdates {
  /** Whether there is a place for one more viewer. */
  isFull(): boolean;
  /** From now on the response gets messages, until it is closed or `mayLook` says no. */
  join(response: ServerResponse, mayLook: () => boolean): void;
  close(): void;
}

export interface LiveParts {
  readonly facts: FactsReader;
  readonly overview: (facts: FleetFacts, unreadable: string | null) => Overview;
  readonly clock: Clock;
  readonly log: Logger;
}

const mostViewers = 500;
/** Between two messages of a kind. */
const intervalMs = 1_000;
const heartbeatMs = 15_000;

export function createLiveUpdates({ facts, overview, clock, log }: LiveParts): LiveUpdates {
  const viewers = new Map<LiveViewer, () => boolean>();
  const messages = createLiveMessages();
  let known: FleetFacts | undefined;
  let unreadable: string | null = null;
  let working: AbortController | undefined;

  async function produce(): Promise<void> {
    try {
      known = await facts.latest();
      unreadable = null;
    } catch (error) {
      const problem = describeError(error);
      if (problem !== unreadable) log.warn({ problem }, 'the fleet cannot be read for the page');
      unreadable = problem;
    }
    if (!known) return;
    const changes = messages.update(known, overview(known, unreadable));
    for (const viewer of viewers.keys()) {
      for (const [kind, change] of changes) viewer.tell(kind, change);
      viewer.flush();
    }
  }
  async function producing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await produce();
      await clock.sleep(intervalMs, signal);
    }
  }
  async function beating(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(heartbeatMs, signal);
      for (const [viewer, mayLook] of viewers) {
        if (mayLook()) viewer.beat();
        else viewer.end();
      }
    }
  }
  function begin(): void {
    working = new AbortController();
    for (const work of [producing, beating])
      work(working.signal).catch((error) =>
        log.error({ problem: describeError(error) }, 'live updates of the page failed'),
      );
  }

  return {
    isFull: () => viewers.size >= mostViewers,
    join(response, mayLook) {
      const viewer = createLiveViewer(response, messages.latest);
      viewers.set(viewer, mayLook);
      response.on('error', () => undefined);
      response.once('close', () => {
        viewers.delete(viewer);
        if (viewers.size > 0) return;
        working?.abort();
        working = undefined;
      });
      if (working) viewer.flush();
      else begin();
    },
    close() {
      working?.abort();
      for (const viewer of viewers.keys()) viewer.end();
    },
  };
}
