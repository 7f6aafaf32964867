import type { Clock } from '../../core/clock.ts';
import type { Limit, PlaceEnd } from '../limit/in-flight-limit.ts';
import { anyRate, type RateLimit } from '../limit/rate-limit.ts';
import { createPause } from './pause-after-429.ts';
import { createWaitingLines, hasRoom, type Lane, type Line, type Places } from './waiting-lines.ts';

/** How an exchange ended, as far as it concerns those that wait. */
export interface Ending {
  readonly end: PlaceEnd;
  /**
   * The VTN refused it for coming too fast, and wants none for so many milliseconds; more than
   * `longestRetryAfterMs` are cut to that.
   */
  readonly pauseMs?: number;
}

/** What a job sends. */
export interface Traffic {
  readonly lane: Lane;
  /**
   * Requests of one kind take about as long as each other: a page of a listing is no creation. Where the window
   * follows latency, each kind has a window of its own.
   */
  readonly kind: string;
  /** Once it aborts, nobody of this job waits any more, and nothing more of it is begun. */
  readonly signal: AbortSignal;
}

/** One job's way through the gate. */
export interface Entrance {
  readonly signal: AbortSignal;
  /** Whether no request of this lane and kind waits. */
  isFree(): boolean;
  /** Calls `listener` each time that the last of those who waited there has begun. Returns what ends that. */
  onFree(listener: () => void): () => void;
  /**
   * Runs `send` when there is room; undefined, without running it, once the job is aborted. `endingOf` says
   * what its result means for the others.
   */
  pass<T>(send: () => Promise<T>, endingOf: (result: T) => Ending): Promise<T | undefined>;
}

/**
 * What all requests to one VTN go through, whoever sends them: lets them begin while fewer than a limit are in
 * flight, at a limited rate, and not while the VTN wants silence. It outlives the jobs that send.
 */
export interface Gate {
  entrance(traffic: Traffic): Entrance;
}

export interface GateRules {
  /** The limit of a kind of requests; several kinds may share one. */
  limitOf(kind: string): Limit;
  readonly rate?: RateLimit;
}

/** It threw: that says nothing about the VTN's load. */
const unknown: Ending = { end: 'ignored' };

export function createGate({ limitOf, rate = anyRate }: GateRules, clock: Clock): Gate {
  const pause = createPause(rate, clock);
  const lines = createWaitingLines();
  let tickets = 0;
  let waking: AbortController | undefined;

  function admit(): void {
    for (let line = lines.next(); line; line = lines.next()) {
      const ms = pause.msLeft();
      if (ms > 0) {
        wakeAfter(ms);
        return;
      }
      line.waiting.shift()?.begin();
      if (line.waiting.length === 0) for (const listener of line.listeners) listener();
    }
  }
  function wakeAfter(ms: number): void {
    if (waking) return;
    const own = new AbortController();
    waking = own;
    void clock.sleep(ms, own.signal).then(() => {
      waking = undefined;
      admit();
    });
  }
  function leave(places: Places, startedAt: number, inFlight: number, { end, pauseMs }: Ending): void {
    places.inFlight--;
    places.limit.sample({ rttMs: clock.monotonic() - startedAt, inFlight, outcome: end });
    pause.ended(startedAt, pauseMs);
    admit();
  }
  /** Takes a place, carries the request out in it, and leaves it. */
  function carryOut<T>(places: Places, request: Request<T>): void {
    const inFlight = ++places.inFlight;
    rate.take();
    const startedAt = clock.monotonic();
    const fail = (error: unknown) => {
      leave(places, startedAt, inFlight, unknown);
      request.reject(error);
    };
    try {
      request.send().then((result) => {
        leave(places, startedAt, inFlight, request.endingOf(result));
        request.resolve(result);
      }, fail);
    } catch (error) {
      fail(error);
    }
  }
  /** Carries a request out as soon as there is room for it; `drop`: where its job ends first. */
  function enqueue<T>(line: Line, signal: AbortSignal, request: Request<T>, drop: () => void): void {
    const begin = () => carryOut(line.places, request);
    if (line.waiting.length === 0 && hasRoom(line) && pause.msLeft() <= 0) {
      begin();
      return;
    }
    line.waiting.push({ signal, ticket: tickets++, begin, drop });
    admit();
  }
  function endOf(line: Line, signal: AbortSignal): void {
    lines.drop(line, signal);
    if (lines.isEmpty()) waking?.abort();
    else admit();
  }

  return {
    entrance: ({ lane, kind, signal }) =>
      createEntrance(lines.lineOf(lane, limitOf(kind)), signal, enqueue, endOf),
  };
}

/** What is to be carried out, and whom to tell of its end. */
interface Request<T> {
  send(): Promise<T>;
  endingOf(result: T): Ending;
  resolve(result: T): void;
  reject(error: unknown): void;
}

function createEntrance(
  line: Line,
  signal: AbortSignal,
  enqueue: <T>(line: Line, signal: AbortSignal, request: Request<T>, drop: () => void) => void,
  endOf: (line: Line, signal: AbortSignal) => void,
): Entrance {
  // Asked of the signal each time it would cost as much as all the rest here: it may be made of several.
  let isAborted = signal.aborted;
  signal.addEventListener('abort', () => {
    isAborted = true;
    endOf(line, signal);
  });
  return {
    signal,
    isFree: () => line.waiting.length === 0,
    onFree(listener) {
      line.listeners.add(listener);
      return () => line.listeners.delete(listener);
    },
    pass: (send, endingOf) =>
      new Promise((resolve, reject) => {
        if (isAborted) return resolve(undefined);
        enqueue(line, signal, { send, endingOf, resolve, reject }, () => resolve(undefined));
      }),
  };
}
