export const runCommands = ['register', 'plan', 'apply', 'deregister', 'report history', 'enrol'] as const;
export type RunCommand = (typeof runCommands)[number];

/** `died`: its process ended without saying so. */
export type RunState = 'running' | 'succeeded' | 'failed' | 'interrupted' | 'died';

/** What a run came to so far. */
export interface RunOutcome {
  /** Things that it is about; null: it is not known yet. */
  readonly total: number | null;
  /** By words that do not change: `registered`, `failed`, `skipped`, … */
  readonly counts: Readonly<Record<string, number>>;
  /** Why things failed, ids blanked, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly loads: number; readonly example: string }[];
  /** What ended it, one sentence, and the error's code. */
  readonly problem: string | null;
  readonly code: string | null;
}

/** A run as it is remembered. Times: milliseconds since 1970, UTC. */
export interface StoredRun extends RunOutcome {
  readonly runId: number;
  readonly command: RunCommand;
  /** Who asked for it. */
  readonly by: 'command' | 'schedule' | 'person';
  readonly state: RunState;
  readonly startedMs: number;
  readonly endedMs: number | null;
  /** The VTN's base URL. */
  readonly vtn: string;
}

/** Remembers what was done to fleet and VTN, run by run. It keeps the last 10,000. */
export interface RunLog {
  /** Whoever begins one has exclusive access to its subject, so what still `runs` of that command has died, and is noted so. */
  beginRun(run: Pick<StoredRun, 'command' | 'by' | 'startedMs' | 'vtn'>): Promise<number>;
  /** How far it is: at most once a second, say. */
  noteRun(runId: number, outcome: RunOutcome): Promise<void>;
  endRun(
    runId: number,
    end: RunOutcome & { readonly state: Exclude<RunState, 'running' | 'died'>; readonly endedMs: number },
  ): Promise<void>;
  /** The latest first; `before`: only those before this run. */
  runs(of: {
    readonly before?: number | undefined;
    readonly limit: number;
    readonly commands?: readonly RunCommand[] | undefined;
  }): Promise<StoredRun[]>;
}
