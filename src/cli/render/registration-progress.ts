import type { AskedWait } from '../../api/connect-vtn.ts';
import type { RegistrationEvent } from '../../api/register.ts';
import { createBar } from './bar.ts';
import { hasMovingLine, sayPlainly } from './live-line.ts';
import { print } from './output.ts';
import type { Progress } from './progress.ts';
import { progressLine, registrationLine } from './registration-lines.ts';
import { steadyLines } from './steady-lines.ts';
import { count } from './text.ts';
import { createWaitLines } from './waits.ts';

/** Shows how a registration goes. */
export interface RegistrationProgress {
  onEvent(event: RegistrationEvent): void;
  onAskedToWait(wait: AskedWait): void;
  /** Writes a line to standard error, above what moves. */
  say(line: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** A terminal gets a bar on standard error, a pipe gets lines on standard output, but not with `json`; `quiet`: neither. */
export function createRegistrationProgress({
  quiet,
  json,
}: {
  quiet: boolean;
  json: boolean;
}): RegistrationProgress {
  const hasBar = hasMovingLine(json);
  const nothing = () => undefined;
  if (quiet || (json && !hasBar))
    return { onEvent: nothing, onAskedToWait: nothing, say: sayPlainly, stop: nothing };
  return hasBar ? barProgress() : lineProgress();
}

function lineProgress(): RegistrationProgress {
  const progressAfter = progressOfEvents();
  let progress: Progress | undefined;
  const steady = steadyLines(print, () => progress && progressLine(progress));
  return {
    onEvent(event) {
      progress = progressAfter(event) ?? progress;
      const line = registrationLine(event);
      if (line === undefined) return;
      print(line);
      steady.wrote();
    },
    onAskedToWait: createWaitLines((line) => {
      print(line);
      steady.wrote();
    }),
    say: sayPlainly,
    stop: steady.stop,
  };
}

function barProgress(): RegistrationProgress {
  const bar = createBar(process.stderr);
  const progressAfter = progressOfEvents();
  return {
    onEvent(event) {
      const progress = progressAfter(event);
      if (progress) bar.show(progress);
    },
    onAskedToWait: bar.wait,
    say: bar.say,
    stop: bar.stop,
  };
}

/** Gives the progress after each event, where it has changed; none where there is nothing to do. */
function progressOfEvents(): (event: RegistrationEvent) => Progress | undefined {
  let progress: Progress = { total: 0, done: 0, failed: 0, phase: '' };
  let vens = { done: 0, pending: 0 };
  const changed = (change: Partial<Progress>) => {
    progress = { ...progress, ...change };
    return progress.total > 0 ? progress : undefined;
  };
  return (event) => {
    switch (event.type) {
      case 'started':
        vens = { done: 0, pending: event.pendingVens };
        return changed({ total: event.pending });
      case 'ven-registered':
      case 'ven-failed':
        vens = { ...vens, done: vens.done + 1 };
        return changed({ phase: `registering VENs ${count(vens.done)}/${count(vens.pending)}` });
      case 'ven-started':
        return changed({ phase: `VEN ${count(event.index)}/${count(event.vens)}` });
      case 'progress':
        return changed({ done: event.registered + event.failed, failed: event.failed });
      default:
        return undefined;
    }
  };
}
