import type { LoadState } from '../../server/schemas/common.ts';
import type { EventLine } from '../../server/schemas/events.ts';
import type { PartStateView, VtnView } from '../../server/schemas/overview.ts';
import type { RunView } from '../../server/schemas/runs.ts';
import type { Tone } from '../run-progress.ts';

type Look = readonly [words: string, tone: Tone];

/** A state as a word on a ground; the word alone says it. */
export function Badge({ look: [words, tone] }: { look: Look }) {
  return (
    <span class={`badge ${tone}`}>
      <span class={`dot ${tone}`} aria-hidden="true" />
      {words}
    </span>
  );
}

export const loadLooks: Readonly<Record<LoadState, Look>> = {
  registered: ['registered', 'ok'],
  failed: ['failed', 'error'],
  waiting: ['waiting', 'wait'],
  suspended: ['suspended', 'quiet'],
  disabled: ['disabled', 'quiet'],
};

export const eventLooks: Readonly<Record<EventLine['state'], Look>> = {
  current: ['on the VTN', 'info'],
  vanished: ['gone from the VTN', 'warn'],
  cancelled: ['cancelled', 'quiet'],
  over: ['over', 'quiet'],
};

export const runLooks: Readonly<Record<RunView['state'], Look>> = {
  running: ['running', 'info'],
  succeeded: ['succeeded', 'ok'],
  failed: ['failed', 'error'],
  interrupted: ['interrupted', 'warn'],
  died: ['died', 'error'],
};

export const partLooks: Readonly<Record<PartStateView['state'], Look>> = {
  off: ['off', 'quiet'],
  starting: ['starting', 'wait'],
  waiting: ['waiting', 'ok'],
  working: ['working', 'ok'],
  degraded: ['degraded', 'error'],
  stopping: ['stopping', 'warn'],
};

export const vtnLooks: Readonly<Record<VtnView['state'], Look>> = {
  unknown: ['not asked yet', 'quiet'],
  answering: ['answering', 'ok'],
  silent: ['silent', 'error'],
  busy: ['busy', 'warn'],
  'refusing-token': ['refuses the token', 'error'],
};
