import { isEndOfWaiting } from './lease.ts';
import { print, printJson } from './render/output.ts';
import type { RunProgress } from './render/run-progress.ts';
import { tellOfStopping } from './stopping.ts';

/** A run that may take long, can be interrupted, and comes to a summary: of a registration, of reports, of enrolling. */
export interface SummedRun<E, S> {
  readonly progress: RunProgress<E>;
  /** The type of the event with which it begins in earnest: before, it may be waiting for another run to end. */
  readonly begins: string;
  /** The first line, but not with `--json`; undefined: none. */
  readonly heading?: (() => string) | undefined;
  /** Is told of each event besides. */
  readonly noted?: ((event: E) => void) | undefined;
  /** Whether a run that an error ends has come to anything that is worth telling. */
  hasDone(summary: S): boolean;
  text(summary: S): string[];
  jsonValue(summary: S): object;
  begin(watch: Pick<RunProgress<E>, 'onEvent' | 'onAskedToWait'>): Promise<S>;
}

interface BrokenOff<S> {
  readonly type: 'broken-off';
  readonly summary: S;
}

/** Carries it out, shows how it goes, prints what it came to; returns the exit code. Throws what `begin` does. */
export async function runToSummary<
  E extends { readonly type: string },
  S extends { readonly success: boolean; readonly interrupted: boolean },
>(
  { values: { json }, signal }: { readonly values: { readonly json: boolean }; readonly signal: AbortSignal },
  run: SummedRun<E, S>,
): Promise<number> {
  const { progress } = run;
  let untell: (() => void) | undefined;
  let brokenOff: S | undefined;
  let summary: S;
  try {
    summary = await run.begin({
      onAskedToWait: progress.onAskedToWait,
      onEvent(event) {
        if (event.type === run.begins) {
          untell = tellOfStopping(signal, progress.say);
          if (!json && run.heading) print(run.heading());
        }
        if (isBrokenOff<S>(event)) brokenOff = event.summary;
        run.noted?.(event);
        progress.onEvent(event);
      },
    });
  } catch (error) {
    if (isEndOfWaiting(error, signal)) return 130;
    throw error;
  } finally {
    untell?.();
    progress.stop();
    // The error's own line follows.
    if (brokenOff && run.hasDone(brokenOff) && !json) print(run.text(brokenOff));
  }
  if (json) printJson(run.jsonValue(summary));
  else print(run.text(summary));
  if (summary.interrupted) return 130;
  return summary.success ? 0 : 1;
}

const isBrokenOff = <S>(event: { readonly type: string }): event is BrokenOff<S> =>
  event.type === 'broken-off';
