import type { Clock } from '../../core/clock.ts';
import { createGate, type Entrance, type GateRules } from './gate.ts';
import type { Pacing } from './pacing.ts';

/** Items begun but not done, most of them waiting to be tried again: a bound on memory. */
const mostOutstanding = 4_096;

/**
 * As many requests in flight as the rules allow, all the time, across VENs, with no barrier. A load that waits
 * to be tried again holds no place.
 */
export function windowPacing(rules: GateRules, clock: Clock): Pacing {
  return { gate: createGate(rules, clock), venByVen: false, drive: driveWhileFree };
}

/**
 * Starts work while nobody waits at the gate. (That some work is done says nothing of room there: it may be only
 * waiting to be tried again.)
 */
async function driveWhileFree<T>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<void>,
  entrance: Entrance,
): Promise<void> {
  let outstanding = 0;
  let failure: { error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const done = () => {
    outstanding--;
    wake?.();
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    done();
  };
  const untilWoken = () => new Promise<void>((resolve) => (wake = resolve));
  const stopListening = entrance.onFree(() => wake?.());
  let isAborted = entrance.signal.aborted;
  const abort = () => {
    isAborted = true;
  };
  entrance.signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const item of items) {
      if (isAborted || failure) break;
      outstanding++;
      work(item).then(done, fail);
      while (outstanding > 0 && (!entrance.isFree() || outstanding >= mostOutstanding)) await untilWoken();
    }
  } catch (error) {
    failure ??= { error };
  }
  while (outstanding > 0) await untilWoken();
  stopListening();
  // A signal that is listened to lives as long as those that it is made of.
  entrance.signal.removeEventListener('abort', abort);
  if (failure) throw failure.error;
}
