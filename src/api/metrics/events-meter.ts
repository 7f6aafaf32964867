import type { EventsNews } from '../../events/events-news.ts';
import type { DispatchMeter } from '../../monitoring/metrics/event-metrics.ts';

export type EventsMeter = (news: EventsNews) => void;

/** Counts what is handed over, and how late; and what is forgotten. What is told of together was handed over together. */
export function createEventsMeter(meter: DispatchMeter): EventsMeter {
  return (news) => {
    if (news.type === 'forgotten') meter.forgotten(news);
    if (news.type !== 'handed-over') return;
    const { sink, end, dispatches, mostLateMs } = news;
    const handedMs = dispatches.reduce((least, { dueMs }) => Math.min(least, dueMs), Infinity) + mostLateMs;
    meter.ended(
      sink,
      end,
      dispatches.map(({ dueMs }) => ({ lateMs: handedMs - dueMs })),
    );
  };
}
