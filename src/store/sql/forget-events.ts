/*
 * What is forgotten of events: those that are over for long; and all, where the fleet goes to another VTN. What loads were told
 * last is kept in any case: they do it still, whoever asked for it, and somebody has to take it back.
 */
import { sql } from 'kysely';
import type { EventStore } from '../event-store.ts';
import type { VtnRecord } from '../registration-store.ts';
import type { SqlEngine } from './engine.ts';
import { isLatest } from './event-versions.ts';
import { loadConditions } from './load-conditions.ts';
import { type BoundStatement, statement, type ValuesOf, writtenOut } from './statement.ts';

/** Dispatches that are forgotten in one transaction: others write between. */
const batchSize = 10_000;

type Before = ValuesOf<Time>;

/** Milliseconds since 1970, UTC. */
interface Time {
  readonly ms: number;
}

/** Of events that are over or cancelled and of which nothing came since. */
const isPast = (
  value: Before,
) => sql<boolean>`(e.state IN ('over', 'cancelled') AND e.received_ms < ${value('ms')}
  AND NOT EXISTS (SELECT 1 FROM venfleet_event_notes n WHERE n.event_id = e.event_id AND n.at_ms >= ${value('ms')})
  AND NOT EXISTS (SELECT 1 FROM venfleet_dispatch_events d JOIN venfleet_dispatch_counts c ON c.asked_id = d.asked_id
    WHERE d.event_id = e.event_id AND (c.last_due_ms >= ${value('ms')} OR c.open > 0)))`;

/** The ids of events that stay. */
const kept = (value: Before) =>
  sql`(SELECT e.event_id FROM venfleet_events e WHERE ${isLatest} AND NOT ${isPast(value)})`;

/** What was asked by events of which none stays. */
const pastAsked = (value: Before) => sql`(SELECT a.id FROM venfleet_dispatch_asked a
  WHERE NOT EXISTS (SELECT 1 FROM venfleet_dispatch_events d
    WHERE d.asked_id = a.id AND d.event_id IN ${kept(value)}))`;

const isInForce = sql<boolean>`EXISTS (SELECT 1 FROM venfleet_in_force f WHERE f.sink_id = x.sink_id
  AND f.load_no = x.load_no AND f.due_ms = x.due_ms AND f.dispatch_id = x.dispatch_id)`;

/** Forgets what events over for long came to; see `EventStore`. */
export function createForgetEvents(
  engine: SqlEngine,
  write: SqlEngine['run'],
): Pick<EventStore, 'forgetEventsBefore'> {
  const { run } = engine;
  const past = prepareForgetPast(engine);
  const { unused } = prepareUnused(engine);
  return {
    async forgetEventsBefore(ms) {
      let dispatches = 0;
      const [sinks] = await run(past.sinks({}));
      for (const { id } of sinks) {
        for (;;) {
          const [gone] = await write(past.dispatches({ ms, sink: id, most: batchSize }));
          dispatches += gone.length;
          if (gone.length < batchSize) break;
        }
      }
      const results = await write(...unused(), past.events({ ms }), past.notes({ ms }), past.answers({ ms }));
      const events = results.at(-3) as { event_id: string }[];
      return { events: new Set(events.map((one) => one.event_id)).size, dispatches };
    },
  };
}

function prepareForgetPast({ db }: SqlEngine) {
  const ofNoEvent = (table: 'venfleet_event_notes' | 'venfleet_event_answers') =>
    statement<Time, unknown>((value) =>
      writtenOut(
        db,
        sql`DELETE FROM ${sql.table(table)} WHERE at_ms < ${value('ms')}
          AND NOT EXISTS (SELECT 1 FROM venfleet_events e WHERE e.event_id = ${sql.table(table)}.event_id)`,
      ),
    );
  return {
    sinks: statement(() => db.selectFrom('venfleet_dispatch_sinks').select('id').orderBy('id')),
    dispatches: statement((value: ValuesOf<Time & { readonly sink: number; readonly most: number }>) =>
      writtenOut(
        db,
        sql<{ gone: number }>`DELETE FROM venfleet_dispatches
          WHERE (sink_id, due_ms, load_no, dispatch_id) IN (
            SELECT x.sink_id, x.due_ms, x.load_no, x.dispatch_id FROM venfleet_dispatches x
            WHERE x.sink_id = ${value('sink')} AND x.due_ms < ${value('ms')} AND x.outcome IS NOT NULL
              AND x.instruction_id IN (SELECT i.id FROM venfleet_instructions i
                WHERE i.asked_id IN ${pastAsked(value)})
              AND NOT ${isInForce}
            LIMIT ${value('most')}) RETURNING 1 AS gone`,
      ),
    ),
    /** Those of which no dispatch is left. */
    events: statement<Time, { event_id: string }>((value) =>
      writtenOut(
        db,
        sql<{ event_id: string }>`DELETE FROM venfleet_events WHERE event_id IN (
          SELECT e.event_id FROM venfleet_events e WHERE ${isLatest} AND ${isPast(value)}
            AND NOT EXISTS (SELECT 1 FROM venfleet_dispatch_events d WHERE d.event_id = e.event_id))
          RETURNING event_id`,
      ),
    ),
    notes: ofNoEvent('venfleet_event_notes'),
    answers: ofNoEvent('venfleet_event_answers'),
  };
}

/** Forgets instructions that no dispatch has any more, then what they were counted by. */
function prepareUnused({ db }: SqlEngine) {
  const instructions = statement(() =>
    db
      .deleteFrom('venfleet_instructions')
      .where(sql<boolean>`id NOT IN (SELECT x.instruction_id FROM venfleet_dispatches x)`),
  );
  const isUnused = (column: 'id' | 'asked_id') =>
    sql<boolean>`${sql.ref(column)} NOT IN (SELECT i.asked_id FROM venfleet_instructions i)`;
  const counts = statement(() => db.deleteFrom('venfleet_dispatch_counts').where(isUnused('asked_id')));
  const events = statement(() => db.deleteFrom('venfleet_dispatch_events').where(isUnused('asked_id')));
  const asked = statement(() => db.deleteFrom('venfleet_dispatch_asked').where(isUnused('id')));
  return { unused: (): BoundStatement<unknown>[] => [instructions({}), counts({}), events({}), asked({})] };
}

/**
 * The statements that forget all events, which are those of another VTN, with all they came to: but not what is in force, which
 * loads do until it is taken back. It is counted no more.
 */
export function prepareForgetAllEvents(engine: SqlEngine): () => BoundStatement<unknown>[] {
  const { db } = engine;
  const { unused } = prepareUnused(engine);
  const all = (
    [
      'venfleet_events',
      'venfleet_event_programs',
      'venfleet_event_notes',
      'venfleet_event_answers',
      'venfleet_enrolled',
      'venfleet_dispatch_counts',
      'venfleet_dispatch_events',
    ] as const
  ).map((table) => statement(() => db.deleteFrom(table)));
  const dispatches = statement(() =>
    db.deleteFrom('venfleet_dispatches as x').where(sql<boolean>`NOT ${isInForce}`),
  );
  return () => [...all.map((one) => one({})), dispatches({}), ...unused()];
}

/**
 * Whether there are events of another VTN than this, which nothing is registered on any more: otherwise the fleet had been
 * moved (`RegistrationStore.moveTo`).
 */
export function createEventsElsewhere({ db, columns, run }: SqlEngine): (vtn: VtnRecord) => Promise<boolean> {
  const { registered } = loadConditions(columns);
  const elsewhere = statement((value: ValuesOf<VtnRecord>) =>
    db
      .selectFrom('venfleet_vtn as v')
      .select('v.id')
      .where(
        sql<boolean>`NOT (v.url = ${value('url')} AND v.profile = ${value('profile')})
        AND (EXISTS (SELECT 1 FROM venfleet_events) OR EXISTS (SELECT 1 FROM venfleet_event_programs)
          OR EXISTS (SELECT 1 FROM venfleet_enrolled))
        AND NOT EXISTS (SELECT 1 FROM loads l WHERE l.vtn_resource_id > '' AND ${registered})`,
      ),
  );
  return async ({ url, profile }) => {
    const [rows] = await run(elsewhere({ url, profile }));
    return rows.length > 0;
  };
}
