import type { VtnLink } from '../../delivery/vtn-link.ts';

/** How long a reading may take before the VTN is said to be silent, milliseconds. */
const patienceMs = 5_000;

/** Whether the VTN can be read: told when that changes. */
export interface PollState {
  /** Null: it can. */
  set(problem: string | null): void;
  /** Waits for a reading; a VTN that says nothing meanwhile, or only "not now", is told of. */
  during<T>(reading: Promise<T>): Promise<T>;
}

export function pollState({ clock, health }: VtnLink, tell: (problem: string | null) => void): PollState {
  let isDown = false;
  const set = (problem: string | null) => {
    if ((problem !== null) === isDown) return;
    isDown = problem !== null;
    tell(problem);
  };
  const watch = async (signal: AbortSignal) => {
    for (;;) {
      await clock.sleep(patienceMs, signal);
      if (signal.aborted) return;
      const silence = health.silence();
      const busy = health.busyness();
      if (silence) set(silence.error.message);
      else if (busy) set(`it is busy: ${busy.reason || `HTTP ${busy.status}`}`);
    }
  };
  return {
    set,
    during(reading) {
      const own = new AbortController();
      void watch(own.signal);
      return reading.finally(() => own.abort());
    },
  };
}
