import type { EventsNews, FollowSummary } from '../../api/follow-events.ts';
import { count, counted } from '../../core/count.ts';

/** One line for a person; undefined: nothing that he need know. */
export function newsLine(news: EventsNews): string | undefined {
  if (news.type === 'note') return noteLine(news);
  if (news.type === 'alarm') return `Alarm: ${news.problem}.`;
  if (news.type === 'state') {
    return news.problem === null
      ? `${news.of}: works.`
      : `${news.of}: does not work for now: ${news.problem}.`;
  }
  if (news.type === 'forgotten') return forgottenLine(news);
  return news.type === 'taken-up' ? takenUpLine(news) : undefined;
}

const forgottenLine = ({ beforeMs, events, dispatches }: Extract<EventsNews, { type: 'forgotten' }>) =>
  `Forgotten, of before ${new Date(beforeMs).toISOString().slice(0, 10)}: ${counted(events, 'event that is over', 'events that are over')}, ` +
  `${counted(dispatches, 'dispatch', 'dispatches')}.`;

function takenUpLine({
  sink,
  arrived,
  resumed,
  missed,
  replaced,
}: Extract<EventsNews, { type: 'taken-up' }>) {
  const sum = arrived + resumed + missed + replaced;
  const [left, had, now] = [sum, arrived, resumed].map(count);
  return (
    `${sink}: ${left} instructions were left by an earlier run: ${had} had arrived, ${now} are handed over now, ` +
    `${count(missed)} missed, ${count(replaced)} replaced.`
  );
}

type HandedOver = Extract<EventsNews, { type: 'handed-over' }>;

/** Hand-overs of a sink that ended alike, together. */
export type HandOvers = Pick<HandedOver, 'sink' | 'end' | 'mostLateMs' | 'reason'> & {
  readonly loads: number;
};

/** One line for hand-overs that ended alike. */
export function handOverLine({ sink, end, loads, mostLateMs, reason }: HandOvers): string {
  const late = end === 'late' ? `, up to ${(mostLateMs / 1000).toFixed(1)} s after their time` : '';
  return `${sink}: ${count(loads)} loads ${words[end]}${late}${reason === null ? '' : ` (${reason})`}.`;
}

/** A wave of hand-overs is told once no more have come for so long, milliseconds. */
const quietMs = 1_000;

/** Gathers hand-overs, which come in batches, to tell them as one: those that ended alike for the same reason. */
export function gatherHandOvers(tell: (together: HandOvers) => void): {
  add(news: HandedOver): void;
  /** Tells what is gathered. */
  flush(): void;
} {
  const gathered = new Map<string, HandOvers>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    for (const one of gathered.values()) tell(one);
    gathered.clear();
  };
  return {
    add({ sink, end, dispatches, mostLateMs, reason }) {
      const key = JSON.stringify([sink, end, reason]);
      const before = gathered.get(key);
      const loads = (before?.loads ?? 0) + dispatches.length;
      gathered.set(key, {
        sink,
        end,
        reason,
        loads,
        mostLateMs: Math.max(mostLateMs, before?.mostLateMs ?? 0),
      });
      clearTimeout(timer);
      timer = setTimeout(flush, quietMs);
    },
    flush,
  };
}

const words = {
  handed: 'told',
  late: 'told late',
  missed: 'missed',
  replaced: 'to be told something else',
} as const;

function noteLine({ note, name }: Extract<EventsNews, { type: 'note' }>): string {
  const { eventId, version, what, detail } = note;
  const of = `Event ${name ?? eventId}${name === null ? '' : ` (${eventId})`}, version ${version ?? '-'}`;
  if (what === 'resolved')
    return `${of}: for ${number(detail.meant)} loads, ${number(detail.reached)} of them reached${because(detail.unreachable)}.`;
  if (what === 'left-out')
    return `${of}: of ${number(detail.meant)} loads ${number(detail.takePart)} take part${because({
      ...wordCounts(detail.out),
      ...wordCounts(detail.unreachable),
      ...(detail.leftFleet !== undefined && {
        'that do what it asks are not in the fleet any more': detail.leftFleet,
      }),
    })}.`;
  const about = Object.entries(detail).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${of}: ${what}${about.length > 0 ? `, ${about.join(', ')}` : ''}.`;
}

/** Counts by reason: ` (3 not registered, 2 suspended)`. */
function because(counts: unknown): string {
  const parts = Object.entries(wordCounts(counts))
    .filter(([, of]) => of !== 0)
    .map(([reason, of]) => `${number(of)} ${reason.replace('not-registered', 'not registered')}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

const wordCounts = (counts: unknown): object => (typeof counts === 'object' && counts !== null ? counts : {});

const number = (value: unknown) => count(typeof value === 'number' ? value : 0);

/** News as a line of JSON; undefined: it is not told. */
export function newsJsonValue(news: EventsNews): Record<string, unknown> | undefined {
  if (news.type === 'note') {
    const { eventId, version, atMs, what, detail } = news.note;
    return {
      type: 'note',
      eventId,
      name: news.name,
      version,
      at: new Date(atMs).toISOString(),
      what,
      detail,
    };
  }
  if (news.type === 'forgotten') {
    const { type, beforeMs, events, dispatches } = news;
    return { type, before: new Date(beforeMs).toISOString(), events, dispatches };
  }
  const isTold = news.type === 'state' || news.type === 'alarm' || news.type === 'taken-up';
  return isTold ? { ...news } : undefined;
}

/** What it came to. */
export function eventsSummaryLine(summary: FollowSummary): string {
  const { events, workedOut, takenUp, handed, late, missed, replaced, open } = summary;
  const parts = [
    `${count(workedOut)} instructions worked out`,
    ...(takenUp > 0 ? [`${count(takenUp)} taken up from an earlier run`] : []),
    `${count(handed + late)} handed over`,
    `${count(late)} of them late`,
    `${count(missed)} missed`,
    `${count(replaced)} replaced`,
    ...(open > 0 ? [`${count(open)} left to the next run`] : []),
  ];
  return `${count(events)} events; ${parts.join(', ')}.`;
}
