import { createInterface } from 'node:readline/promises';
import { VenfleetError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';
import { print } from './render/output.ts';

/**
 * Makes what asks a person on the terminal whether to go on; with `yes` nobody is asked. Throws CONFIRM_NEEDED
 * at once where there is nobody to ask.
 */
export function confirmation(
  command: string,
  { yes, json }: { yes: boolean; json: boolean },
  question: () => string,
  signal: AbortSignal,
): () => Promise<boolean> {
  if (yes) return async () => true;
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) {
    const look = command === 'deregister' ? 'deregister --dry-run' : 'plan';
    throw new VenfleetError('CONFIRM_NEEDED', { command, look });
  }
  return async () => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    // Readline takes Ctrl-C for itself.
    terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      return /^y(es)?$/i.test((await terminal.question(`${visible(question())} [y/N] `, { signal })).trim());
    } catch (error) {
      // Ctrl-D, too, is no yes; it leaves the cursor behind the question.
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      if (!signal.aborted) print('');
      return false;
    } finally {
      terminal.close();
    }
  };
}
