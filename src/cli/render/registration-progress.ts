import type { RegistrationEvent } from '../../api/register.ts';
import type { Progress } from './progress.ts';
import { progressLine, registrationLine } from './registration-lines.ts';
import { createRunProgress, type RunProgress } from './run-progress.ts';
import { count } from './text.ts';

/** Shows how a registration goes. */
export function createRegistrationProgress(options: {
  quiet: boolean;
  json: boolean;
}): RunProgress<RegistrationEvent> {
  return createRunProgress(
    { progressOf: progressOfEvents(), lineOf: registrationLine, progressLine },
    options,
  );
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
