import type { RegistrationEvent } from '../../api/register.ts';
import { createBar } from './bar.ts';
import { hasMovingLine, sayPlainly } from './live-line.ts';
import type { Progress } from './progress.ts';
import { registrationLine } from './registration-lines.ts';
import { count, plain } from './text.ts';

/** Shows how a registration goes. */
export interface RegistrationProgress {
  onEvent(event: RegistrationEvent): void;
  /** Writes a line to standard error, above what moves. */
  say(line: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** A terminal gets a bar on standard error, a pipe gets lines on standard output; `quiet`: neither. */
export function createRegistrationProgress({ quiet }: { quiet: boolean }): RegistrationProgress {
  if (quiet) return { onEvent: () => undefined, say: sayPlainly, stop: () => undefined };
  return hasMovingLine() ? barProgress() : lineProgress();
}

function lineProgress(): RegistrationProgress {
  return {
    onEvent(event) {
      const line = registrationLine(event);
      if (line !== undefined) process.stdout.write(`${plain(line)}\n`);
    },
    say: sayPlainly,
    stop: () => undefined,
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
