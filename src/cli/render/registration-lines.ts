import type { RegistrationEvent } from '../../api/register.ts';
import type { Progress } from './progress.ts';
import { count, some } from './text.ts';

/** What a pipe is told of an event, if anything: when a VEN begins and when it ends, as the Python system wrote it. */
export function registrationLine(event: RegistrationEvent): string | undefined {
  switch (event.type) {
    case 'started':
      if (event.pending === 0) return undefined;
      return (
        `Registering ${count(event.pending)} of ${count(event.total)} loads of ${some(event.pendingVens, 'VEN')}` +
        (event.pendingWithoutVen ? ', and of sites without one' : '')
      );
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

/** What a pipe is told now and then in between. */
export function progressLine({ done, total, failed, phase }: Progress): string {
  const failures = failed > 0 ? `, ${count(failed)} of them failed` : '';
  return `  … ${count(done)} of ${count(total)} loads done${failures}${phase === '' ? '' : ` (${phase})`}`;
}
