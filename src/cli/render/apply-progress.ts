import type { ApplyProgress, ApplyStep } from '../../api/apply.ts';
import type { AskedWait } from '../../api/connect-vtn.ts';
import { type Bar, createBar } from './bar.ts';
import { hasMovingLine, sayPlainly } from './live-line.ts';
import { print } from './output.ts';
import { type SteadyLines, steadyLines } from './steady-lines.ts';
import { count, some } from './text.ts';
import { createWaitLines, waitText } from './waits.ts';

const verbs: Readonly<Record<ApplyStep, string>> = {
  remove: 'Removing',
  update: 'Updating',
  create: 'Creating',
};

/**
 * A line when a step begins; on a terminal a bar below it, to a pipe another line now and then. With `json` a terminal
 * gets the bar alone.
 */
export function createApplyProgress({ json }: { json: boolean }) {
  let current: ApplyProgress | undefined;
  let bar: Bar | undefined;
  let steady: SteadyLines | undefined;
  const hasBar = hasMovingLine(json);
  const tellPipe = createWaitLines((line) => {
    print(line);
    steady?.wrote();
  });
  const text = () => current && `  … ${count(current.done + current.failed)} of ${count(current.total)} done`;
  return {
    onProgress(progress: ApplyProgress): void {
      const { step, done, failed, total } = progress;
      const isNew = step !== current?.step;
      current = progress;
      if (isNew) {
        bar?.stop();
        if (!json) {
          print(`${verbs[step]} ${some(total, 'resource')}`);
          steady?.wrote();
        }
        bar = hasBar ? createBar(process.stderr) : undefined;
        if (!hasBar && !json) steady ??= steadyLines(print, text);
      }
      bar?.show({ total, done: done + failed, failed, phase: '' });
    },
    onAskedToWait(wait: AskedWait): void {
      if (bar) bar.wait(wait);
      else if (hasBar) sayPlainly(waitText(wait));
      else if (!json) tellPipe(wait);
    },
    say(line: string): void {
      (bar?.say ?? sayPlainly)(line);
    },
    stop(): void {
      bar?.stop();
      steady?.stop();
    },
  };
}
