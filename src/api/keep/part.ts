import type { Clock } from '../../core/clock.ts';
import { describeError, VenfleetError } from '../../core/errors.ts';
import type { PartName, PartState } from './fleet-keeper.ts';

/** Milliseconds before a part that failed is begun again: at first, and at most; each time twice as many. */
const pauseMs = { first: 1_000, most: 300_000 };

/** What a part's work says of itself. */
export interface PartWork {
  /** Aborts when the part is to end. */
  readonly signal: AbortSignal;
  /** It does what it is for; `problem`: though something is wrong. */
  working(problem?: string | null, code?: PartState['code']): void;
  /** It waits for another process (no `nextMs`), or for its time; then what failed before counts no more. */
  waiting(nextMs: number | null, problem?: string | null, code?: PartState['code']): void;
}

/** A part of the process, which goes on while others fail. */
export interface Part {
  readonly name: PartName;
  state(): PartState;
  /** Does its work until the signal aborts; what it throws makes it degraded, and it is begun again after a pause. */
  run(signal: AbortSignal): Promise<void>;
  /** Ends the pause before it is begun again. */
  wake(): void;
}

export interface PartOptions {
  readonly name: PartName;
  readonly clock: Clock;
  readonly onChange: (state: PartState) => void;
  /** May end by itself; then it is begun again as if it had failed. */
  readonly work: (work: PartWork) => Promise<unknown>;
}

export function createPart({ name, clock, onChange, work }: PartOptions): Part {
  const well = { problem: null, code: null, nextMs: null };
  let state: PartState = { name, state: 'starting', sinceMs: clock.now(), ...well };
  let failures = 0;
  let pause: AbortController | undefined;

  function become(next: Omit<PartState, 'name' | 'sinceMs'>): void {
    const isSame = (['state', 'problem', 'code', 'nextMs'] as const).every((key) => next[key] === state[key]);
    if (isSame) return;
    const sinceMs = next.state === state.state ? state.sinceMs : clock.now();
    state = { name, sinceMs, ...next };
    onChange(state);
  }
  function fail(error: unknown): number {
    const ms = Math.min(pauseMs.first * 2 ** failures, pauseMs.most);
    failures++;
    const code = error instanceof VenfleetError ? error.code : null;
    become({ state: 'degraded', problem: describeError(error), code, nextMs: clock.now() + ms });
    return ms;
  }
  async function attempt(signal: AbortSignal): Promise<unknown> {
    const begunAt = clock.monotonic();
    try {
      await work({
        signal,
        working(problem = null, code = null) {
          const how = problem === null ? 'working' : 'degraded';
          if (!signal.aborted) become({ ...well, state: how, problem, code });
        },
        waiting(nextMs, problem = null, code = null) {
          if (nextMs !== null) failures = 0;
          if (!signal.aborted) become({ state: 'waiting', problem, code, nextMs });
        },
      });
      return new Error('it ended by itself');
    } catch (error) {
      return error;
    } finally {
      // It was well for long: what failed now is something new.
      if (clock.monotonic() - begunAt >= pauseMs.most) failures = 0;
    }
  }
  return {
    name,
    state: () => state,
    wake: () => pause?.abort(),
    async run(signal) {
      signal.addEventListener('abort', () => become({ ...state, state: 'stopping', nextMs: null }));
      while (!signal.aborted) {
        const error = await attempt(signal);
        if (signal.aborted) return;
        pause = new AbortController();
        await clock.sleep(fail(error), AbortSignal.any([signal, pause.signal]));
      }
    },
  };
}

/** A part that was not asked for; `hint`: how to have it. */
export function partThatIsOff(name: PartName, hint: string, clock: Clock): PartState {
  return { name, state: 'off', sinceMs: clock.now(), problem: hint, code: null, nextMs: null };
}
