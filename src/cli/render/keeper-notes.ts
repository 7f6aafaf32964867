import type { KeeperNote } from '../../api/with-fleet-keeper.ts';
import { newsJsonValue, newsLine } from './events-news.ts';

const names = { reconciliation: 'Reconciliation', events: 'Events', reports: 'Reports' } as const;

/** One line for a person; undefined: nothing of note. `shown`: what was said of each part last. */
export function keeperNoteLine(note: KeeperNote, shown: Map<string, string>): string | undefined {
  if (note.type === 'event') return newsLine(note.news);
  if (note.type === 'run') return runLine(note.run);
  if (note.type === 'stopping') {
    const waits = note.parts.map((name) => names[name]).join(', ');
    return waits === '' ? 'Stopping.' : `Stopping; these still have something in flight: ${waits}.`;
  }
  const { name, state, problem } = note.part;
  // Working and waiting by turns is nothing to tell.
  const said = problem ?? (state === 'stopping' ? undefined : 'all is well.');
  if (said === undefined || shown.get(name) === said) return undefined;
  shown.set(name, said);
  return `${names[name]}: ${state === 'degraded' ? 'does not work for now: ' : ''}${said}`;
}

type NotedRun = Extract<KeeperNote, { type: 'run' }>['run'];

function runLine({ command, state, counts, problem }: NotedRun): string | undefined {
  if (state === 'running') return undefined;
  const counted = Object.entries(counts).flatMap(([what, number]) =>
    number > 0 ? `${number} ${wordsOf(what)}` : [],
  );
  const what = counted.length > 0 ? `: ${counted.join(', ')}` : '';
  return `${command} ${state}${what}${problem === null ? '' : ` (${problem})`}.`;
}

/** `alreadyRegistered` → `already registered`. */
const wordsOf = (key: string) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The same for programs; undefined: nothing of note. */
export function keeperNoteJson(note: KeeperNote): object | undefined {
  if (note.type === 'event') return newsJsonValue(note.news);
  if (note.type === 'run') {
    if (note.run.state === 'running') return undefined;
    const { startedMs, ...run } = note.run;
    return { type: 'run', ...run, started: iso(startedMs) };
  }
  if (note.type === 'stopping') return note;
  const { sinceMs, nextMs, ...part } = note.part;
  return { type: 'part', ...part, since: iso(sinceMs), next: nextMs === null ? null : iso(nextMs) };
}

const iso = (ms: number) => new Date(ms).toISOString();
