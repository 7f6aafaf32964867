import type { Clock } from '../../core/clock.ts';
import type { NotedRun } from '../logged-run.ts';
import type { RunningRun } from './fleet-keeper.ts';

const spanMs = 10_000;

/** What goes on now, and how fast it lately was. */
export interface RunWatch {
  note(run: NotedRun): void;
  now(): RunningRun | null;
}

export function createRunWatch(clock: Clock): RunWatch {
  let current: NotedRun | undefined;
  /** How many things had ended when. */
  let seen: { readonly at: number; readonly done: number }[] = [];
  return {
    note(run) {
      if (run.runId !== current?.runId) seen = [];
      current = run.state === 'running' ? run : undefined;
      const { left = 0, ...ended } = run.counts;
      const at = clock.monotonic();
      const done = Object.values(ended).reduce((sum, one) => sum + one, 0);
      if (run.total !== null && at - (seen.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= 200)
        seen.push({ at, done });
      while ((seen[0]?.at ?? at) < at - spanMs) seen.shift();
    },
    now() {
      if (!current) return null;
      const { runId, total, counts } = current;
      const [first] = seen;
      const last = seen.at(-1);
      const ms = first && last ? last.at - first.at : 0;
      const perSecond = first && last && ms >= 500 ? ((last.done - first.done) / ms) * 1_000 : null;
      return { runId, total, counts, perSecond: perSecond === null ? null : Math.round(perSecond * 10) / 10 };
    },
  };
}
