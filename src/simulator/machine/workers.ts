import type { SimulatorSwitches } from './switches.ts';

/** A server with so many workers of so many milliseconds, behind a queue without bounds. */
export interface Workers {
  /**
   * Carries `job` out when a worker has been through with it; at once where nothing holds it up. `points`: how many
   * readings it brings, which take time of their own where `pointsPerSecond` says so.
   */
  submit(job: () => void, points: number): void;
  /** Nothing is carried out for `ms` milliseconds; what was in work goes on afterwards. */
  stall(ms: number): void;
  /** To be called when `workers`, `serviceTimeMs` or `pointsPerSecond` have changed: holds for what is begun from now on. */
  changed(): void;
  close(): void;
}

interface Busy {
  /** On the clock of `performance.now()`. */
  finish: number;
  readonly job: () => void;
}

/**
 * Time is kept by calculation, not by timers: a worker begins its next request at the very moment when it
 * was done with the last, even if the timer that says so is late. So the capacity is exact.
 */
export function createWorkers(switches: SimulatorSwitches): Workers {
  const waiting: { readonly arrived: number; readonly job: () => void; readonly points: number }[] = [];
  let busy: Busy[] = [];
  let stalledUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  const limit = () => switches.workers || Infinity;
  const timeFor = (points: number) =>
    switches.serviceTimeMs + (switches.pointsPerSecond && (points / switches.pointsPerSecond) * 1000);

  const begin = (freeAt: number) => {
    while (waiting.length > 0 && busy.length < limit()) {
      const next = waiting.shift()!;
      const finish = Math.max(freeAt, next.arrived, stalledUntil) + timeFor(next.points);
      insert(busy, { finish, job: next.job });
    }
  };
  const pump = () => {
    clearTimeout(timer);
    timer = undefined;
    const now = performance.now();
    while (busy.length > 0 && busy[0]!.finish <= now) {
      const done = busy.shift()!;
      begin(done.finish);
      done.job();
    }
    if (busy.length > 0) timer = setTimeout(pump, Math.max(1, Math.ceil(busy[0]!.finish - now)));
  };
  return {
    submit(job, points) {
      const now = performance.now();
      if (timeFor(points) === 0 && now >= stalledUntil && busy.length === 0) return job();
      waiting.push({ arrived: now, job, points });
      begin(now);
      if (timer === undefined) pump();
    },
    stall(ms) {
      const now = performance.now();
      const longer = Math.max(0, now + ms - Math.max(now, stalledUntil));
      stalledUntil = Math.max(stalledUntil, now + ms);
      for (const one of busy) one.finish += longer;
    },
    changed() {
      begin(performance.now());
      pump();
    },
    close() {
      clearTimeout(timer);
      waiting.length = 0;
      busy = [];
    },
  };
}

/** Keeps `busy` in the order of finishing; nearly always the new one is the last. */
function insert(busy: Busy[], one: Busy): void {
  let at = busy.length;
  while (at > 0 && busy[at - 1]!.finish > one.finish) at -= 1;
  if (at === busy.length) busy.push(one);
  else busy.splice(at, 0, one);
}
