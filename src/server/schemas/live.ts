import type { EventsAnswer } from './events.ts';
import type { Overview } from './overview.ts';
import type { Matrix } from './vens.ts';

/**
 * What `GET /api/v1/live` sends as server-sent events, each with the name of its key here and JSON as data; together not more
 * than one of each a second, and only what has changed. On connecting all of them come once.
 */
export interface LiveMessages {
  overview: Overview;
  /** Only rows that have changed since the last one; on connecting all. */
  matrix: Matrix;
  events: EventsAnswer;
}
