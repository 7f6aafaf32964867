import type { Clock } from '../../core/clock.ts';
import { describeError, VenfleetError } from '../../core/errors.ts';
import type { PartName, PartState } from './fleet-keeper.ts';

/** Milliseconds before a part that failed is begun again: at first, and at most; each time twice as many. */
const pauseMs = { first: 1_000, most: 300_000 };

/** What a person should know of a part. */
type Verdict = Pick<PartState, 'problem' | 'code'>;

const well: Verdict = { problem: null, code: null };

/**
 * What a part's work says of itself. What failed stays said until something has succeeded: to begin, or to wait, proves nothing. Else a
 * part that fails again and again would be well for a moment each time.
 */
export interface PartWork {
  /** Aborts when the part is to end. */
  readonly signal: AbortSignal;
  /** It is at it. */
  begins(): void;
  /** It has done something of what it is for: what failed before is over. */
  succeeds(): void;
  /** It goes on, though something fails. */
  fails(problem: string): void;
  /** Another process does what it is for, or holds what it needs. */
  waitsFor(holder: string): void;
  /** It has done what it is for, and waits for its time; `verdict`: what that leaves for a person. */
  waitsUntil(nextMs: number, verdict: Verdict): void;
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
  let state: PartState = { name, state: 'starting', sinceMs: clock.now(), ...well, nextMs: null };
  let verdict = well;
  let isDegraded = false;
  let failures = 0;
  let pause: AbortController | undefined;

  function become(next: Omit<PartState, 'name' | 'sinceMs'>): void {
    const isSame = (['state', 'problem', 'code', 'nextMs'] as const).every((key) => next[key] === state[key]);
    if (isSame) return;
    const sinceMs = next.state === state.state ? state.sinceMs : clock.now();
    state = { name, sinceMs, ...next };
    onChange(state);
  }
  function judge(next: Verdict, failed: boolean): void {
    verdict = next;
    isDegraded = failed;
  }
  function fail(error: unknown): number {
    const ms = Math.min(pauseMs.first * 2 ** failures, pauseMs.most);
    failures++;
    judge({ problem: describeError(error), code: error instanceof VenfleetError ? error.code : null }, true);
    become({ state: 'degraded', ...verdict, nextMs: clock.now() + ms });
    return ms;
  }
  function workOf(signal: AbortSignal): PartWork {
    const show = (how: 'working' | 'waiting', nextMs: number | null = null, said = verdict) => {
      if (signal.aborted) return;
      become(isDegraded ? { state: 'degraded', ...verdict, nextMs } : { state: how, ...said, nextMs });
    };
    return {
      signal,
      begins: () => show('working'),
      succeeds() {
        if (isDegraded) judge(well, false);
        show('working');
      },
      fails(problem) {
        judge({ problem, code: null }, true);
        show('working');
      },
      waitsFor: (holder) => show('waiting', null, { problem: holder, code: null }),
      waitsUntil(nextMs, left) {
        failures = 0;
        judge(left, false);
        show('waiting', nextMs);
      },
    };
  }
  async function attempt(signal: AbortSignal): Promise<unknown> {
    const begunAt = clock.monotonic();
    try {
      await work(workOf(signal));
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
