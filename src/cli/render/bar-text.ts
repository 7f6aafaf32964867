import type { Progress } from './progress.ts';
import { count } from './text.ts';

/** What a bar shows. */
export interface BarState extends Progress {
  /** Things that came to an end a second, of late; and of these, without a failure, as most failures cost no time. */
  readonly perSecond: number;
  readonly goodPerSecond: number;
  /** Who asked to wait, while that lasts: then no rate is told, nor the time that is left. */
  readonly waiting?: string | undefined;
}

const indent = 2;
const longestBar = 28;
const shortestBar = 8;

/**
 * A bar and what is told beside it, in fewer than `columns` columns: the less room there is, the less is told,
 * failures and counts last; and where they leave no room, there is no bar.
 */
export function barText(state: BarState, columns: number): string {
  const room = columns - 1;
  const share = state.done / state.total;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const parts = partsOf(state);
  const choice = choose(parts, room - indent - percent.length - shortestBar - 1);
  const hasBar = parts.every((part) => !part.isNeeded || choice.has(part));
  const chosen = hasBar ? choice : choose(parts, room - indent - percent.length);
  const beside = [percent, ...parts.filter((part) => chosen.has(part)).map(({ text }) => text)].join('  ');
  const size = Math.min(longestBar, room - indent - beside.length - 1);
  const full = Math.floor(share * size);
  const bar = hasBar ? `${'█'.repeat(full)}${'░'.repeat(size - full)} ` : '';
  return `${' '.repeat(indent)}${bar}${beside}`;
}

interface Part {
  readonly text: string;
  /** The bar has to give way to it. */
  readonly isNeeded: boolean;
  /** Which is left out last: 1. */
  readonly rank: number;
}

/** In the order in which they are shown; widths do not change while numbers grow, so that the bar stands still. */
function partsOf({ total, done, failed, perSecond, goodPerSecond, phase, waiting }: BarState): Part[] {
  const all = count(total);
  const part = (text: string, rank: number, isNeeded = false) => ({ text, rank, isNeeded });
  const left = perSecond > 0 ? clockTime((total - done) / perSecond) : '--:--';
  const counts = [
    part(`${count(done).padStart(all.length)}/${all}`, 2, true),
    ...(failed > 0 ? [part(`✗ ${count(failed)} failed`, 1, true)] : []),
  ];
  if (waiting !== undefined) return [...counts, part(waiting, 3, true)];
  return [
    ...counts,
    part(`${count(Math.round(goodPerSecond))}/s`.padStart(7), 5),
    part(`${left.padStart(5)} left`, 4),
    ...(phase === '' ? [] : [part(phase, done === 0 ? 3 : 6)]),
  ];
}

function choose(parts: readonly Part[], room: number): Set<Part> {
  const chosen = new Set<Part>();
  let left = room;
  for (const part of parts.toSorted((a, b) => a.rank - b.rank)) {
    if (part.text.length + 2 > left) continue;
    left -= part.text.length + 2;
    chosen.add(part);
  }
  return chosen;
}

/** Seconds as "1:05". */
function clockTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
