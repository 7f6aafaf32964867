import { usedVtnUrl } from '../api/connect-vtn.ts';
import type { Move, RegisterOptions } from '../api/register.ts';
import { VenfleetError } from '../core/errors.ts';
import type { CommandContext } from './command.ts';
import { confirmation } from './confirm.ts';
import { count } from './render/text.ts';

/** The options of commands that may take the fleet to another VTN. */
export const otherVtnOptions = ['sameVtn', 'moveToThisVtn', 'yes'] as const;

/** What the options say of loads that are registered on another VTN. Throws BAD_OPTION, CONFIRM_NEEDED. */
export function otherVtnChoice({
  command,
  values,
  signal,
}: CommandContext<(typeof otherVtnOptions)[number] | 'json' | 'vtnUrl'>): {
  readonly ifOtherVtn?: 'move' | 'same';
  readonly confirmMove?: RegisterOptions['confirmMove'];
} {
  const { sameVtn, moveToThisVtn } = values;
  if (sameVtn && moveToThisVtn) {
    const problem = '--same-vtn and --move-to-this-vtn contradict each other.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  if (sameVtn) return { ifOtherVtn: 'same' };
  if (!moveToThisVtn) return {};
  let question = '';
  const ask = confirmation(command, values, () => question, signal);
  return {
    ifOtherVtn: 'move',
    confirmMove(move) {
      question = moveQuestion(move, usedVtnUrl(values.vtnUrl));
      return ask();
    },
  };
}

function moveQuestion({ loads, from }: Move, to: string): string {
  const them = loads === 1 ? '1 load is' : `${count(loads)} loads are`;
  const places = from.map(({ url, profile }) => `${url} (${profile})`).join(' and ');
  return `Forget that ${them} registered${places && ` on ${places}`}, and begin anew on ${to}?`;
}
