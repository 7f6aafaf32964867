import type { Clock } from '../../../src/core/clock.ts';
import type { Limit, PlaceEnd } from '../../../src/delivery/limit/in-flight-limit.ts';

/** Time that passes from one event to the next, without waiting. */
export interface Timeline {
  now(): number;
  at(time: number, event: () => void): void;
  /** Carries out all events up to `until`, milliseconds. */
  run(until: number): void;
}

export function createTimeline(): Timeline {
  /** A binary heap by time, then by order of adding. */
  const heap: { time: number; order: number; event: () => void }[] = [];
  let now = 0;
  let order = 0;
  const before = (a: number, b: number) => {
    const [x, y] = [heap[a]!, heap[b]!];
    return x.time < y.time || (x.time === y.time && x.order < y.order);
  };
  const swap = (a: number, b: number) => ([heap[a], heap[b]] = [heap[b]!, heap[a]!]);
  function pop() {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const least = left + 1 < heap.length && before(left + 1, left) ? left + 1 : left;
      if (!before(least, at)) break;
      swap(least, at);
      at = least;
    }
    return first;
  }
  return {
    now: () => now,
    at(time, event) {
      heap.push({ time: Math.max(time, now), order: order++, event });
      for (let at = heap.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!before(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
    },
    run(until) {
      while (heap.length > 0 && heap[0]!.time <= until) {
        const { time, event } = pop();
        now = time;
        event();
      }
      now = until;
    },
  };
}

/** Carries a request out some time after `now`, and says how it ended. */
export type ModelServer = (done: (end: PlaceEnd) => void) => void;

/** `workers` of `serviceMs` each behind a queue without bounds, `latencyMs` away. All may change while it runs. */
export interface WorkerModel {
  workers: number;
  /** Mean service time; `spread` 0: always the same, 1: exponential. */
  serviceMs: number;
  spread: number;
  latencyMs: number;
  /** Nothing is begun before this time. */
  stalledUntil: number;
  /** Share of answers that say: too busy. */
  dropShare: number;
}

export function workerServer(timeline: Timeline, model: WorkerModel, random: () => number): ModelServer {
  const queue: ((end: PlaceEnd) => void)[] = [];
  let busy = 0;
  const begin = () => {
    while (busy < model.workers && queue.length > 0) {
      const done = queue.shift()!;
      busy++;
      const start = Math.max(timeline.now(), model.stalledUntil);
      const service = model.serviceMs * (1 - model.spread - model.spread * Math.log(1 - random()));
      timeline.at(start + service, () => {
        busy--;
        const end = random() < model.dropShare ? 'dropped' : 'success';
        timeline.at(timeline.now() + model.latencyMs / 2, () => done(end));
        begin();
      });
    }
  };
  return (done) =>
    timeline.at(timeline.now() + model.latencyMs / 2, () => {
      queue.push(done);
      begin();
    });
}

/** A database that commits all that wait in one go: the more at a time, the more in all. */
export function groupCommitServer(timeline: Timeline, commitMs: number, eachMs: number): ModelServer {
  let waiting: ((end: PlaceEnd) => void)[] = [];
  let committing = false;
  const commit = () => {
    if (waiting.length === 0 || committing) return;
    const group = waiting;
    waiting = [];
    committing = true;
    timeline.at(timeline.now() + commitMs + eachMs * group.length, () => {
      committing = false;
      for (const done of group) done('success');
      commit();
    });
  };
  return (done) => {
    waiting.push(done);
    timeline.at(timeline.now(), commit);
  };
}

/** One answer, as the client saw it. */
export interface Seen {
  readonly at: number;
  readonly rttMs: number;
  readonly end: PlaceEnd;
  readonly limit: number;
  readonly inFlight: number;
}

/** A client that always has more to send, and sends as much at a time as the limit allows, until `until`. */
export function drive(timeline: Timeline, limit: Limit, server: ModelServer, until: number): Seen[] {
  const seen: Seen[] = [];
  let inFlight = 0;
  const fill = () => {
    while (inFlight < limit.limit()) {
      inFlight++;
      const startedAt = timeline.now();
      const atStart = inFlight;
      server((end) => {
        const at = timeline.now();
        const rttMs = at - startedAt;
        seen.push({ at, rttMs, end, limit: limit.limit(), inFlight });
        inFlight--;
        limit.sample({ rttMs, inFlight: atStart, outcome: end });
        if (at < until) fill();
      });
    }
  };
  timeline.at(timeline.now(), fill);
  timeline.run(until);
  return seen;
}

/** The part of a run between two times: successes per second, latency quantiles, the limit's range. */
export function between(seen: readonly Seen[], from: number, to: number) {
  const part = seen.filter(({ at }) => at >= from && at < to);
  const rtts = part.map(({ rttMs }) => rttMs).sort((a, b) => a - b);
  const limits = part.map(({ limit }) => limit).sort((a, b) => a - b);
  return {
    perSecond: (part.filter(({ end }) => end === 'success').length / (to - from)) * 1000,
    medianMs: rtts[Math.floor(rtts.length / 2)] ?? Number.NaN,
    p99Ms: rtts[Math.floor(rtts.length * 0.99)] ?? Number.NaN,
    least: limits[0] ?? Number.NaN,
    most: limits.at(-1) ?? Number.NaN,
  };
}

/** A clock that shows a timeline's time; nobody sleeps by it. */
export function clockOf(timeline: Timeline): Clock {
  return {
    now: timeline.now,
    monotonic: timeline.now,
    sleep: (ms) => new Promise((resolve) => timeline.at(timeline.now() + ms, resolve)),
  };
}
