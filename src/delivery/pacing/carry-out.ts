import type { StandAside } from '../../openadr/http/transport.ts';
import type { PlaceEnd } from '../limit/in-flight-limit.ts';

/** How an exchange ended, as far as it concerns those that wait. */
export interface Ending {
  readonly end: PlaceEnd;
  /**
   * The VTN refused it for coming too fast, and wants none for so many milliseconds; more than
   * `longestRetryAfterMs` are cut to that.
   */
  readonly pauseMs?: number;
}

/** What is to be carried out, and whom to tell of its end. */
export interface Request<T> {
  send(standAside: StandAside): Promise<T>;
  endingOf(result: T): Ending;
  resolve(result: T): void;
  reject(error: unknown): void;
  /** Its job has ended, and it was not carried out. */
  drop(): void;
}

/** One request in flight. */
export interface Place {
  /** When it began, on the clock of `monotonic()`. */
  readonly startedAt: number;
  /** Requests in flight when it began, itself included. */
  readonly inFlight: number;
}

/** Where a request has its place from. */
export interface Door {
  take(): Place;
  /** `ending`: undefined where it only stands aside. */
  leave(place: Place, ending: Ending | undefined): void;
  stepAside(): void;
  comeBack(): void;
  /** Waits for a place; rejects with `dropped` where the job ends first. */
  enter(): Promise<Place>;
}

/** The job of a request that stood aside has ended before it came in again. */
export const dropped = new Error('the job has ended');

/** It threw: that says nothing about the VTN's load. */
const unknown: Ending = { end: 'ignored' };

/**
 * Takes a place, carries a request out in it, and leaves it. Meanwhile the request may stand aside, to wait for a token:
 * then its place is another's, and the time is none of the VTN's.
 */
export function carryOut<T>(request: Request<T>, door: Door): void {
  let place: Place | undefined = door.take();
  const leave = (ending: Ending | undefined) => {
    if (place) door.leave(place, ending);
    place = undefined;
  };
  const standAside: StandAside = async (wait) => {
    leave(undefined);
    door.stepAside();
    const found = await wait.finally(door.comeBack);
    if (found !== undefined) place = await door.enter();
    return found;
  };
  const fail = (error: unknown) => {
    leave(unknown);
    if (error === dropped) request.drop();
    else request.reject(error);
  };
  try {
    request.send(standAside).then((result) => {
      leave(request.endingOf(result));
      request.resolve(result);
    }, fail);
  } catch (error) {
    fail(error);
  }
}
