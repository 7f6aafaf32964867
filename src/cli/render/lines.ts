import type { RegistrationEvent } from '../../registration/registration-events.ts';
import { sayPlainly } from './plainly.ts';
import type { Progress } from './progress.ts';
import { count, plain, some } from './text.ts';

/** A line to standard output when a VEN begins and when it ends, as the Python system wrote them. */
export function lineProgress(out: NodeJS.WritableStream): Progress {
  const say = (line: string) => out.write(`${plain(line)}\n`);
  return {
    onEvent: (event) => {
      const line = lineOf(event);
      if (line !== undefined) say(line);
    },
    say: sayPlainly,
    stop: () => undefined,
  };
}

function lineOf(event: RegistrationEvent): string | undefined {
  switch (event.type) {
    case 'started':
      if (event.pending === 0) return undefined;
      return `Registering ${count(event.pending)} of ${count(event.total)} loads of ${some(event.vens, 'VEN')}`;
    case 'ven-started':
      return `[${event.index}/${event.vens}] Processing VEN: ${event.venId ?? '(none)'}`;
    case 'ven-failed':
      return `  ✗ VEN '${event.venId}' could not be registered: ${event.reason}`;
    case 'ven-finished': {
      const { venId, registered, failed } = event.ven;
      const total = registered + failed;
      return failed === 0
        ? `  ✓ Successfully registered ${registered}/${total} loads for VEN '${venId}'`
        : `  ✗ Registered ${registered}/${total} loads for VEN '${venId ?? '(none)'}', ${failed} failed`;
    }
    default:
      return undefined;
  }
}
