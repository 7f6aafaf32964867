import type { Clock } from '../core/clock.ts';

/**
 * Results wait this long, milliseconds, or until there are so many, before they are stored. The more at a time, the
 * less is written: VTNs number their resources at random, so that results which lie side by side in the fleet are
 * scattered over an index, and each batch writes most of its pages. So the longer the last batch took to be stored,
 * the longer the next one waits.
 */
const flushAfterMs = { least: 250, most: 1_000, timesTheLast: 10 };
const flushAt = 4_000;

/** Stores results while a job goes on, in batches. */
export interface Recorder<R> {
  add(result: R): void;
  /** Stores all that was added; throws what storing threw at any time. */
  finish(): Promise<void>;
}

export interface RecorderTarget<R> {
  /** Stores a batch, all of it or nothing; returns the results as they ended up. */
  write(results: readonly R[]): Promise<readonly R[]>;
  /** Called with results once they are durable. */
  stored(results: readonly R[]): void;
  /** Called once when `write` fails: the job should stop. What was not stored is tried once more by `finish`. */
  broken(): void;
}

export function createRecorder<R>({ write, stored, broken }: RecorderTarget<R>, clock: Clock): Recorder<R> {
  let buffer: R[] = [];
  let flushing: Promise<void> | undefined;
  let timer: AbortController | undefined;
  let failure: { error: unknown } | undefined;
  let waitMs = flushAfterMs.least;

  async function flush(): Promise<void> {
    const results = buffer;
    buffer = [];
    const startedAt = clock.monotonic();
    try {
      stored(await write(results));
      const asked = (clock.monotonic() - startedAt) * flushAfterMs.timesTheLast;
      waitMs = Math.min(Math.max(asked, flushAfterMs.least), flushAfterMs.most);
    } catch (error) {
      buffer = [...results, ...buffer];
      throw error;
    }
  }
  function flushSoon(): void {
    if (flushing || failure || buffer.length === 0) return;
    flushing = flush()
      .catch((error: unknown) => {
        failure = { error };
        broken();
      })
      .finally(() => {
        flushing = undefined;
        // What came meanwhile has waited long enough where it is many, or soon will have.
        if (buffer.length >= flushAt) flushSoon();
        else if (buffer.length > 0) flushLater();
      });
  }
  function flushLater(): void {
    if (timer) return;
    const own = new AbortController();
    timer = own;
    void clock.sleep(waitMs, own.signal).then(() => {
      if (timer === own) timer = undefined;
      flushSoon();
    });
  }

  return {
    add(result) {
      buffer.push(result);
      if (buffer.length >= flushAt) flushSoon();
      else flushLater();
    },
    async finish() {
      while (flushing) await flushing;
      // Else it would hold up the end of the process, and store once more after that.
      timer?.abort();
      timer = undefined;
      if (buffer.length > 0) await flush();
      if (failure) throw failure.error;
    },
  };
}
