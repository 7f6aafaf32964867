import type { RunView } from '../server/schemas/runs.ts';

/** How a count of a run looks: what went well, what did not, what was left alone. */
export type Tone = 'ok' | 'error' | 'warn' | 'wait' | 'quiet' | 'info';

const known: Readonly<Record<string, readonly [words: string, tone: Tone]>> = {
  registered: ['registered', 'ok'],
  created: ['created', 'ok'],
  updated: ['updated', 'ok'],
  removed: ['removed', 'ok'],
  deregistered: ['removed', 'ok'],
  reported: ['reported', 'ok'],
  enrolled: ['enrolled', 'ok'],
  done: ['done', 'ok'],
  alreadyRegistered: ['registered before', 'info'],
  inSync: ['in sync', 'ok'],
  failed: ['failed', 'error'],
  conflict: ['in conflict', 'error'],
  left: ['left for the next run', 'wait'],
  skipped: ['skipped', 'quiet'],
  create: ['to create', 'info'],
  update: ['to update', 'info'],
  correct: ['to correct', 'info'],
  remove: ['to remove', 'warn'],
  stranger: ['strangers', 'quiet'],
};

const order = Object.keys(known);

/** A part of a run's counts, in words. */
export interface CountPart {
  readonly key: string;
  readonly words: string;
  readonly tone: Tone;
  readonly value: number;
}

/** A run's counts in the order in which people read them, without those that are 0; words that are not known come last as they are. */
export function countParts(counts: Readonly<Record<string, number>>): CountPart[] {
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.entries(counts)
    .filter(([, value]) => value > 0)
    .sort(([one], [other]) => place(one) - place(other))
    .map(([key, value]) => {
      const [words, tone] = known[key] ?? [spaced(key), 'quiet'];
      return { key, words, tone, value };
    });
}

function spaced(word: string): string {
  return word.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** How far a run is: `share` of 1 and the milliseconds left, null where that cannot be said. */
export function progressOf(run: RunView): { done: number; share: number | null; leftMs: number | null } {
  const done = Object.entries(run.counts).reduce(
    (sum, [key, value]) => (key === 'left' ? sum : sum + value),
    0,
  );
  if (run.total === null || run.total <= 0) return { done, share: null, leftMs: null };
  const left = Math.max(0, run.total - done);
  const perSecond = run.perSecond ?? 0;
  return {
    done,
    share: Math.min(1, done / run.total),
    leftMs: perSecond > 0 ? (left / perSecond) * 1_000 : null,
  };
}

const commandWords: Readonly<Record<RunView['command'], readonly [now: string, then: string]>> = {
  register: ['Registering loads', 'Registration'],
  plan: ['Comparing with the VTN', 'Plan'],
  apply: ['Applying a plan', 'Apply'],
  deregister: ['Removing from the VTN', 'Deregistration'],
  'report history': ['Reporting meter data', 'Report of history'],
  enrol: ['Enrolling loads', 'Enrolment'],
};

/** What a run does, in words: while it runs, or as a heading. */
export function runWords({ command, state }: RunView): string {
  const [now, then] = commandWords[command] ?? [command, command];
  return state === 'running' ? now : then;
}

const askerWords = { command: 'by a command', schedule: 'on schedule', person: 'by a person' } as const;

/** Who asked for a run. */
export function askedBy({ by }: RunView): string {
  return askerWords[by] ?? by;
}
