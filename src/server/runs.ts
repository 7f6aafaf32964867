import { isoTime } from '../api/event-status/iso-time.ts';
import type { RunningRun } from '../api/keep/fleet-keeper.ts';
import type { FleetFacts } from './fleet-facts.ts';
import type { RunView } from './schemas/runs.ts';
import { writable } from './writable.ts';

/** A run as it is remembered, with how far it is now where this process runs it. */
export function runOf(stored: FleetFacts['runs'][number], running: RunningRun | null): RunView {
  const { runId, command, by, state, total, counts, reasons, problem, code } = stored;
  const live = running?.runId === runId && state === 'running' ? running : undefined;
  return writable<RunView>({
    runId,
    command,
    by,
    state,
    started: isoTime(stored.startedMs) as string,
    ended: isoTime(stored.endedMs),
    total: live?.total ?? total,
    counts: live?.counts ?? counts,
    perSecond: live?.perSecond ?? null,
    reasons,
    problem,
    code,
  });
}

/** What goes on now: of this process, else of another on the same database. */
export function currentRun(runs: FleetFacts['runs'], running: RunningRun | null): RunView | null {
  const own = running && runs.find(({ runId }) => runId === running.runId);
  const stored = own ?? runs.find(({ state }) => state === 'running');
  return stored ? runOf(stored, running) : null;
}

/** The last comparison with the VTN that came to an end. */
export function lastComparison(runs: FleetFacts['runs']): RunView | null {
  const stored = runs.find(
    ({ command, state }) => (command === 'plan' || command === 'apply') && state === 'succeeded',
  );
  return stored ? runOf(stored, null) : null;
}
