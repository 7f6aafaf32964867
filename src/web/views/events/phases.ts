import type { Tone } from '../../run-progress.ts';
import type { EventPhase } from '../../timeline.ts';

/** How the phases of an event look. */
export const phaseLooks: Readonly<Record<EventPhase, readonly [words: string, tone: Tone]>> = {
  running: ['running', 'ok'],
  upcoming: ['to come', 'wait'],
  over: ['over', 'quiet'],
  cancelled: ['cancelled', 'quiet'],
  vanished: ['gone from the VTN', 'warn'],
  idle: ['nothing to do', 'quiet'],
  'meter-data': ['for meter data', 'quiet'],
  unclear: ['not acted on', 'error'],
};
