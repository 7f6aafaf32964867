import { sql } from 'kysely';
import type { SqlEngine } from '../engine.ts';
import { createFleetLook, type FleetLook } from '../fleet-mark.ts';
import { statement, writtenOut } from '../statement.ts';

/** What all that is seen of a fleet looks like from afar; a beat of a lease is no part of it. See `FleetViewStore.viewsMark`. */
export function createViewsLook(engine: SqlEngine): () => Promise<FleetLook> {
  const { db, run } = engine;
  const lookAtFleet = createFleetLook(engine);
  // The sum of times is text, and of seconds: of a large fleet it is more than a number of JavaScript, or of SQL, can be.
  const lookAtOwn = statement(() =>
    writtenOut(
      db,
      sql<
        Record<string, number | string | null>
      >`SELECT failures.*, reported.*, reports.*, notes.*, other.* FROM
        (SELECT count(*) AS a1, max(failed_at) AS a2 FROM venfleet_failures) failures,
        (SELECT count(*) AS b1, sum(points) AS b2, CAST(sum(until_ms / 1000) AS TEXT) AS b3 FROM venfleet_reported) reported,
        (SELECT count(*) AS c1, max(failed_at) AS c2 FROM venfleet_report_failures) reports,
        (SELECT max(id) AS d1 FROM venfleet_event_notes) notes,
        (SELECT (SELECT count(*) FROM venfleet_vens) AS e1, (SELECT max(updated_at) FROM venfleet_vens) AS e2,
          (SELECT count(*) FROM venfleet_events) AS e3, (SELECT max(received_ms) FROM venfleet_events) AS e4,
          (SELECT count(*) FROM venfleet_events WHERE state <> 'current') AS e5,
          (SELECT count(*) FROM venfleet_event_answers) AS e6, (SELECT max(at_ms) FROM venfleet_event_answers) AS e7,
          (SELECT count(*) FROM venfleet_event_answers WHERE state = 'sending') AS e8,
          (SELECT sum(open) FROM venfleet_dispatch_counts) AS e9,
          (SELECT sum(handed + 3 * late + 5 * missed + 7 * replaced) FROM venfleet_dispatch_counts) AS e10) other`,
    ),
  );
  return async () => {
    const { mark, updatedAt } = await lookAtFleet();
    const [[own = {}]] = await run(lookAtOwn({}));
    const times = [updatedAt, own.a2, own.c2, own.e2].filter((one) => typeof one === 'string');
    const values = Object.values(own).map((one) => one ?? '');
    return { mark: [mark, ...values].join(' '), updatedAt: times.sort().at(-1) ?? null };
  };
}
