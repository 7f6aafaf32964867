import type { ApplyProgress, ApplyStep } from '../../api/apply.ts';
import { type Bar, createBar } from './bar.ts';
import { hasMovingLine, sayPlainly } from './live-line.ts';
import { some } from './text.ts';

const verbs: Readonly<Record<ApplyStep, string>> = {
  remove: 'Removing',
  update: 'Updating',
  create: 'Creating',
};

/** A line when a step begins, and on a terminal a bar below it; `quiet`: neither. */
export function createApplyProgress({ quiet }: { quiet: boolean }) {
  let current: ApplyStep | undefined;
  let bar: Bar | undefined;
  const hasBar = hasMovingLine();
  return {
    onProgress({ step, done, failed, total }: ApplyProgress): void {
      if (quiet) return;
      if (step !== current) {
        bar?.stop();
        current = step;
        process.stdout.write(`${verbs[step]} ${some(total, 'resource')}\n`);
        bar = hasBar ? createBar(process.stderr) : undefined;
      }
      bar?.show({ total, done: done + failed, failed, phase: '' });
    },
    say(line: string): void {
      (bar?.say ?? sayPlainly)(line);
    },
    stop(): void {
      bar?.stop();
    },
  };
}
