import type { Clock } from '../core/clock.ts';
import { describeError, VenfleetError } from '../core/errors.ts';
import type { RunCommand, RunLog, RunOutcome, StoredRun } from '../store/run-log.ts';

/** How far a run is, and how it ended. */
export type NotedRun = Pick<StoredRun, 'runId' | 'command' | 'by' | 'state' | 'startedMs'> & RunOutcome;

/** For whom a run is carried out. */
export interface RunFor {
  /** Default `command`. */
  readonly by?: StoredRun['by'] | undefined;
  /** Told of how it goes on, and of its end. */
  readonly onRun?: ((run: NotedRun) => void) | undefined;
}

/** What is counted of a run so far: the rest is nothing yet. */
export type SoFar = Pick<RunOutcome, 'total' | 'counts'> & Partial<RunOutcome>;

interface RunToLog<T> extends RunFor {
  readonly store: RunLog;
  readonly command: RunCommand;
  readonly vtn: string;
  readonly clock: Clock;
  /** What its result says of it. */
  endOf(result: T): SoFar & { readonly state: 'succeeded' | 'failed' | 'interrupted' };
}

const nothing: RunOutcome = { total: null, counts: {}, reasons: [], problem: null, code: null };
const noteEveryMs = 1_000;

/**
 * Carries out a run, and has the log of runs remember it: that it began, at most once a second how far it is (`note`), and how it
 * ended. To be called by whoever has exclusive access to its subject. A log that cannot be written while it goes on ends nothing:
 * the run's own results are stored by others.
 */
export async function loggedRun<T>(
  { store, command, by = 'command', vtn, clock, onRun, endOf }: RunToLog<T>,
  work: (note: (now: SoFar) => void) => Promise<T>,
): Promise<T> {
  const startedMs = clock.now();
  const runId = await store.beginRun({ command, by, startedMs, vtn });
  const named = { runId, command, by, startedMs };
  let latest = nothing;
  let isWritten = true;
  let writing = Promise.resolve();
  const over = new AbortController();
  const writeOnce = async () => {
    writing = store.noteRun(runId, latest).catch(() => undefined);
    await writing;
    await clock.sleep(noteEveryMs, over.signal);
    isWritten = true;
  };
  const note = (now: SoFar) => {
    latest = { ...nothing, ...now };
    onRun?.({ ...named, ...latest, state: 'running' });
    if (!isWritten) return;
    isWritten = false;
    void writeOnce();
  };
  const end = async (outcome: RunOutcome & Pick<Parameters<RunLog['endRun']>[1], 'state'>) => {
    over.abort();
    // Else what was noted before may come after it.
    await writing;
    await store.endRun(runId, { ...outcome, endedMs: clock.now() });
    onRun?.({ ...named, ...outcome });
  };
  onRun?.({ ...named, ...nothing, state: 'running' });
  let result: T;
  try {
    result = await work(note);
  } catch (error) {
    const code = error instanceof VenfleetError ? error.code : null;
    // What ends it is what is told.
    await end({ ...latest, state: 'failed', problem: describeError(error), code }).catch(() => undefined);
    throw error;
  }
  await end({ ...nothing, ...endOf(result) });
  return result;
}
