import type { Clock } from '../core/clock.ts';
import type { Load } from '../fleet/load.ts';
import type { FleetStore, Mapping } from '../store/fleet-store.ts';

/**
 * Results wait this long, milliseconds, or until there are so many, before they are stored. The more at a time, the
 * less is written: VTNs number their resources at random, so that results which lie side by side in the fleet are
 * scattered over an index, and each batch writes most of its pages. So the longer the last batch took to be stored,
 * the longer the next one waits.
 */
const flushAfterMs = { least: 250, most: 1_000, timesTheLast: 10 };
const flushAt = 4_000;

/** What became of one load, as it is stored. */
export interface LoadResult {
  readonly load: Pick<Load, 'loadId' | 'externalResourceId'> & { readonly rowId?: number | null };
  readonly venName: string | null;
  readonly outcome:
    | {
        readonly at: 'mapped';
        readonly id: string;
        /** Of what the VTN was told (`sentHashOf`), where this run told it. */
        readonly sentHash?: string | undefined;
        /** See `Mapping`. */
        readonly confirmed?: boolean | undefined;
      }
    | {
        readonly at: 'failed';
        readonly status: number | null;
        readonly reason: string;
        readonly inDoubt: boolean;
      };
}

/** Stores results while the run goes on, in batches of one transaction each. */
export interface Recorder {
  add(result: LoadResult): void;
  /** Stores all that was added; throws what the store threw at any time. */
  finish(): Promise<void>;
}

/**
 * `stored` is called with results once they are durable. A mapping that the store refuses, since another
 * load has that resource, becomes a failure. `broken` is called once when the store fails: the run should
 * stop. Results that could not be stored are tried once more by `finish`.
 */
export function createRecorder(
  store: FleetStore,
  clock: Clock,
  stored: (results: readonly LoadResult[]) => void,
  broken: () => void,
): Recorder {
  let buffer: LoadResult[] = [];
  let flushing: Promise<void> | undefined;
  let timer: AbortController | undefined;
  let failure: { error: unknown } | undefined;
  let waitMs = flushAfterMs.least;

  async function flush(): Promise<void> {
    const results = buffer;
    buffer = [];
    const startedAt = clock.monotonic();
    try {
      stored(await recordAll(store, results));
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
    add({ load: { loadId, rowId = null, externalResourceId }, venName, outcome }) {
      // No more of the load than is needed: its site and texts may go.
      buffer.push({ load: { loadId, rowId, externalResourceId }, venName, outcome });
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

/** Stores results; returns them as they ended up. */
async function recordAll(store: FleetStore, results: readonly LoadResult[]): Promise<LoadResult[]> {
  const mappings: Mapping[] = [];
  const failures: { loadId: string; status: number | null; reason: string; inDoubt: boolean }[] = [];
  for (const { load, venName, outcome } of results) {
    if (outcome.at === 'mapped') mappings.push(mappingOf(load, venName, outcome));
    else failures.push({ loadId: load.loadId, ...failureOf(outcome) });
  }
  const refused = await store.record(mappings, failures);
  if (refused.length === 0) return [...results];
  const problems = new Map(refused.map(({ loadId, problem }) => [loadId, problem]));
  const ended = results.map((result) => {
    const reason = problems.get(result.load.loadId);
    if (reason === undefined || result.outcome.at !== 'mapped') return result;
    return { ...result, outcome: { at: 'failed' as const, status: null, reason, inDoubt: true } };
  });
  const clashes = ended.filter(
    (result) => problems.has(result.load.loadId) && result.outcome.at === 'failed',
  );
  await store.record(
    [],
    clashes.map(({ load, outcome }) => ({
      loadId: load.loadId,
      ...failureOf(outcome as Extract<LoadResult['outcome'], { at: 'failed' }>),
    })),
  );
  return ended;
}

function mappingOf(
  { loadId, rowId = null, externalResourceId }: LoadResult['load'],
  venName: string | null,
  { id, sentHash, confirmed }: Extract<LoadResult['outcome'], { at: 'mapped' }>,
): Mapping {
  const vtnResourceId = id;
  return {
    loadId,
    rowId,
    vtnResourceId,
    externalResourceId,
    venName: venName ?? '',
    sentHash: sentHash ?? null,
    confirmed,
  };
}

function failureOf({ status, reason, inDoubt }: Extract<LoadResult['outcome'], { at: 'failed' }>) {
  return { status, reason, inDoubt };
}
