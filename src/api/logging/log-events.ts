import type { Logger } from '../../core/log.ts';
import type { EventsNews } from '../../events/events-news.ts';

/** Tells `onNews` of events, and the log what is of note of them. */
export function logEvents(
  {
    log,
    onNews,
  }: { readonly log?: Logger | undefined; readonly onNews?: ((news: EventsNews) => void) | undefined },
  place: Readonly<Record<string, unknown>>,
): (news: EventsNews) => void {
  return (news) => {
    if (log) logOne(log, news, place);
    onNews?.(news);
  };
}

function logOne(log: Logger, news: EventsNews, place: Readonly<Record<string, unknown>>): void {
  if (news.type === 'note') {
    const { eventId, version, what, detail } = news.note;
    log.info({ ...place, event: eventId, version, what, ...detail }, `event ${what}`);
  } else if (news.type === 'state') {
    const { of, problem } = news;
    if (problem === null) log.info({ ...place, of }, 'works again');
    else log.warn({ ...place, of, problem }, 'does not work for now');
  } else if (news.type === 'alarm') log.error({ ...place, problem: news.problem }, 'alarm');
  else if (news.type === 'taken-up') {
    const { type: _, ...counts } = news;
    log.info({ ...place, ...counts }, 'taken up');
  } else if (news.type === 'forgotten') {
    const { beforeMs, events, dispatches } = news;
    log.info({ ...place, before: new Date(beforeMs).toISOString(), events, dispatches }, 'forgotten');
  } else if (news.type === 'handed-over') {
    const { sink, end, dispatches, mostLateMs, reason } = news;
    const level = end === 'handed' || end === 'replaced' ? 'debug' : 'warn';
    log[level]({ ...place, sink, end, dispatches: dispatches.length, mostLateMs, reason }, 'dispatches');
  } else if (news.type === 'reading')
    for (const { reader, reason } of news.reading.failed)
      log.warn({ ...place, ven: reader, reason }, 'events could not be read');
}
