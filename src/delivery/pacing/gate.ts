import type { Clock } from '../../core/clock.ts';
import type { StandAside } from '../../openadr/http/transport.ts';
import type { Limit } from '../limit/in-flight-limit.ts';
import { anyRate, type RateLimit } from '../limit/rate-limit.ts';
import { carryOut, type Door, dropped, type Ending, type Place } from './carry-out.ts';
import { createPause } from './pause-after-429.ts';
import { createWaitingLines, hasRoom, type Lane, type Line, type Places } from './waiting-lines.ts';

export type { Ending } from './carry-out.ts';

/** What a job sends. */
export interface Traffic {
  readonly lane: Lane;
  /**
   * Requests of one kind take about as long as each other: a page of a listing is no creation. Where the window
   * follows latency, each kind has a window of its own.
   */
  readonly kind: string;
  /** Requests of this kind in flight at most where the window follows latency: large ones take memory while they are. */
  readonly most?: number | undefined;
  /** Once it aborts, nobody of this job waits any more, and nothing more of it is begun. */
  readonly signal: AbortSignal;
}

/** One job's way through the gate. */
export interface Entrance {
  readonly signal: AbortSignal;
  /** Whether no request of this lane and kind waits, nor more stand aside than may be in flight. */
  isFree(): boolean;
  /** Calls `listener` each time that the last of those who waited there has begun. Returns what ends that. */
  onFree(listener: () => void): () => void;
  /**
   * Runs `send` when there is room; undefined, without running it, once the job is aborted. `endingOf` says
   * what its result means for the others. While `send` waits for a token, it may stand aside.
   */
  pass<T>(
    send: (standAside: StandAside) => Promise<T>,
    endingOf: (result: T) => Ending,
  ): Promise<T | undefined>;
}

/**
 * What all requests to one VTN go through, whoever sends them: lets them begin while fewer than a limit are in
 * flight, at a limited rate, and not while the VTN wants silence. It outlives the jobs that send.
 */
export interface Gate {
  entrance(traffic: Traffic): Entrance;
  /** How it is now. */
  state(): GateState;
}

export interface GateState {
  readonly inFlight: number;
  /** How many may be, of the kinds that are; where none is, of the kind with the most; null: nothing was ever sent. */
  readonly window: number | null;
  /** See `RateLimit`. */
  readonly learnedPerSecond: number | null;
}

export interface GateRules {
  /** The limit of a kind of requests; several kinds may share one. `most`: see `Traffic`. */
  limitOf(kind: string, most: number | undefined): Limit;
  readonly rate?: RateLimit;
}

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
  function take(places: Places): Place {
    rate.take();
    return { inFlight: ++places.inFlight, startedAt: clock.monotonic() };
  }
  function leave(places: Places, { startedAt, inFlight }: Place, ending: Ending | undefined): void {
    places.inFlight--;
    if (ending) {
      const { end, pauseMs } = ending;
      places.limit.sample({ rttMs: clock.monotonic() - startedAt, inFlight, outcome: end });
      pause.ended(startedAt, pauseMs);
    }
    admit();
  }
  /** Begins something as soon as there is room for it; `drop`: where its job ends first. */
  function enqueue(line: Line, signal: AbortSignal, begin: () => void, drop: () => void): void {
    if (line.waiting.length === 0 && hasRoom(line) && pause.msLeft() <= 0) {
      begin();
      return;
    }
    line.waiting.push({ signal, ticket: tickets++, begin, drop });
    admit();
  }
  function doorOf(line: Line, signal: AbortSignal): Door {
    const { places } = line;
    return {
      take: () => take(places),
      leave: (place, ending) => leave(places, place, ending),
      stepAside: () => void line.aside++,
      comeBack() {
        line.aside--;
        if (isFree(line)) for (const listener of line.listeners) listener();
      },
      enter: () =>
        new Promise((resolve, reject) => {
          const drop = () => reject(dropped);
          if (signal.aborted) drop();
          else enqueue(line, signal, () => resolve(take(places)), drop);
        }),
    };
  }
  function endOf(line: Line, signal: AbortSignal): void {
    lines.drop(line, signal);
    if (lines.isEmpty()) waking?.abort();
    else admit();
  }

  return {
    entrance: ({ lane, kind, most, signal }) =>
      createEntrance(lines.lineOf(lane, limitOf(kind, most)), signal, { doorOf, enqueue, endOf }),
    state: () => ({ ...stateOf(lines.places()), learnedPerSecond: rate.learned() }),
  };
}

function stateOf(places: readonly Places[]): Pick<GateState, 'inFlight' | 'window'> {
  const used = places.filter(({ inFlight }) => inFlight > 0);
  const windowOf = (of: readonly Places[]) => of.reduce((sum, { limit }) => sum + limit.limit(), 0);
  const idle = places.length === 0 ? null : Math.max(...places.map(({ limit }) => limit.limit()));
  return {
    inFlight: used.reduce((sum, { inFlight }) => sum + inFlight, 0),
    window: used.length > 0 ? windowOf(used) : idle,
  };
}

/** What stands aside is under way all the same: no endless number is begun while a token is waited for. */
function isFree({ waiting, aside, places }: Line): boolean {
  return waiting.length === 0 && aside < places.limit.limit();
}

/** What a gate does for those who come in. */
interface Ways {
  doorOf(line: Line, signal: AbortSignal): Door;
  enqueue(line: Line, signal: AbortSignal, begin: () => void, drop: () => void): void;
  endOf(line: Line, signal: AbortSignal): void;
}

function createEntrance(line: Line, signal: AbortSignal, { doorOf, enqueue, endOf }: Ways): Entrance {
  const door = doorOf(line, signal);
  let underWay = 0;
  // Asked of the signal each time it would cost as much as all the rest here: it may be made of several.
  let isAborted = false;
  const abort = () => {
    isAborted = true;
    endOf(line, signal);
  };
  // Only meanwhile: a signal that is made of others lives as long as these where somebody listens, and jobs come without end.
  const begin = () => {
    if (underWay++ > 0) return;
    isAborted = signal.aborted;
    signal.addEventListener('abort', abort);
  };
  const end = () => {
    if (--underWay === 0) signal.removeEventListener('abort', abort);
  };
  return {
    signal,
    isFree: () => isFree(line),
    onFree(listener) {
      line.listeners.add(listener);
      return () => line.listeners.delete(listener);
    },
    pass<T>(send: (standAside: StandAside) => Promise<T>, endingOf: (result: T) => Ending) {
      begin();
      return new Promise<T | undefined>((resolve, reject) => {
        if (isAborted) return resolve(undefined);
        const drop = () => resolve(undefined);
        enqueue(line, signal, () => carryOut({ send, endingOf, resolve, reject, drop }, door), drop);
      }).finally(end);
    },
  };
}
