import type { ApplyProgress, ApplyStep } from '../../reconciliation/apply/apply-counts.ts';
import { barProgress } from './bar.ts';
import { hasMovingLine } from './choose-progress.ts';
import { sayPlainly } from './plainly.ts';
import type { Progress } from './progress.ts';
import { some } from './text.ts';

const verbs: Readonly<Record<ApplyStep, string>> = {
  remove: 'Removing',
  update: 'Updating',
  create: 'Creating',
};

/** A line when a step begins, and on a terminal a bar below it; `quiet`: neither. */
export function createApplyProgress({ quiet }: { quiet: boolean }) {
  let current: ApplyStep | undefined;
  let bar: Progress | undefined;
  const hasBar = hasMovingLine();
  return {
    onProgress({ step, done, failed, total }: ApplyProgress): void {
      if (quiet) return;
      if (step !== current) {
        bar?.stop();
        current = step;
        process.stdout.write(`${verbs[step]} ${some(total, 'resource')}\n`);
        bar = hasBar ? barProgress(process.stderr) : undefined;
        bar?.onEvent({ type: 'started', vens: 0, pendingVens: 0, total, pending: total });
      }
      bar?.onEvent({ type: 'progress', registered: done, found: 0, failed, pending: total - done - failed });
    },
    say(line: string): void {
      (bar?.say ?? sayPlainly)(line);
    },
    stop(): void {
      bar?.stop();
    },
  };
}
