/*
 * What is forgotten of events: what was due long ago, and events that are over for long; and all, where the fleet goes to another
 * VTN. What loads do still is kept in any case, whoever asked for it: somebody has to take it back.
 */
import { sql } from 'kysely';
import type { EventStore } from '../event-store.ts';
import type { VtnRecord } from '../registration-store.ts';
import { nothingAsked } from './dispatch-queries.ts';
import type { SqlEngine } from './engine.ts';
import { isLatest } from './event-versions.ts';
import { loadConditions } from './load-conditions.ts';
import { type BoundStatement, statement, type ValuesOf, writtenOut } from './statement.ts';

/** Rows that are forgotten in one transaction: others write between. */
const mostRows = 5_000;
/** Versions of events that are forgotten in one transaction, each with its log. */
const mostVersions = 20;

/** Milliseconds since 1970, UTC. */
interface Time {
  readonly ms: number;
}

interface Page extends Time {
  readonly most: number;
}

/** Where in the journal of a sink a page begins: what stays before it is not looked at again. */
interface JournalPage extends Page {
  readonly sink: number;
  readonly dueMs: number;
  readonly load: number;
}

/** Forgets what events over for long came to; see `EventStore`. */
export function createForgetEvents(
  engine: SqlEngine,
  write: SqlEngine['run'],
): Pick<EventStore, 'forgetDispatchesBefore' | 'forgetNotesBefore' | 'forgetEventsBefore'> {
  const { run } = engine;
  const journal = prepareForgetJournal(engine);
  const past = prepareForgetPast(engine);
  /** Page by page, until one is not full. */
  const inPages = async (page: () => Promise<readonly unknown[]>): Promise<number> => {
    let sum = 0;
    for (;;) {
      const { length } = await page();
      sum += length;
      if (length < mostRows) return sum;
    }
  };
  return {
    async forgetDispatchesBefore(ms, signal) {
      let dispatches = 0;
      const most = mostRows;
      const [sinks] = await run(journal.sinks({}));
      for (const { id: sink } of sinks) {
        await inPages(async () => (await write(journal.takenBack({ ms, sink, most })))[0]);
        let from = { dueMs: 0, load: 0 };
        dispatches += await inPages(async () => {
          if (signal?.aborted) return [];
          const [gone] = await write(journal.dispatches({ ms, sink, most, ...from }));
          from = gone.at(-1) ?? from;
          return gone;
        });
      }
      if (!signal?.aborted) await inPages(async () => (await write(journal.instructions({ ms, most })))[0]);
      return dispatches;
    },
    forgetNotesBefore: (ms, what) =>
      inPages(async () => (await write(past.notesOf({ ms, what, most: mostRows })))[0]),
    async forgetEventsBefore(ms, listed) {
      const of = { ms, listed: JSON.stringify(listed), most: mostVersions };
      const [, , , versions] = await write(
        ...([past.notes(of), past.answers(of), past.asked(of), past.versions(of)] as const),
        ...past.unused(),
      );
      return versions;
    },
  };
}

const isOfForce = sql<boolean>`f.sink_id = x.sink_id AND f.load_no = x.load_no AND f.due_ms = x.due_ms
  AND f.dispatch_id = x.dispatch_id`;
const isInForce = sql<boolean>`EXISTS (SELECT 1 FROM venfleet_in_force f WHERE ${isOfForce})`;
/** In this order: there are few of them, and millions of dispatches. */
const inForceBefore = (ms: number) =>
  sql`(SELECT * FROM venfleet_in_force WHERE due_ms < ${ms}) f CROSS JOIN venfleet_dispatches x`;

/** That there are any: an event that runs on has more of them every day, and keeps only their counts. */
function prepareForgetJournal({ db }: SqlEngine) {
  /** What had been counted with these was forgotten with the fleet's former VTN. */
  const isUncounted = sql<boolean>`NOT EXISTS (SELECT 1 FROM venfleet_dispatch_counts c WHERE c.asked_id = i.asked_id)`;
  return {
    sinks: statement(() => db.selectFrom('venfleet_dispatch_sinks').select('id').orderBy('id')),
    /** A load that was told long ago that nothing is asked of it any more is as one that was never told anything. */
    takenBack: statement((value: ValuesOf<Page & Pick<JournalPage, 'sink'>>) =>
      writtenOut(
        db,
        sql`DELETE FROM venfleet_in_force WHERE (sink_id, load_no) IN (
          SELECT f.sink_id, f.load_no FROM ${inForceBefore(value('ms'))}
            CROSS JOIN venfleet_instructions i
          WHERE f.sink_id = ${value('sink')} AND ${isOfForce} AND i.id = x.instruction_id
            AND i.instruction = ${nothingAsked}
          LIMIT ${value('most')}) RETURNING 1 AS gone`,
      ),
    ),
    dispatches: statement((value: ValuesOf<JournalPage>) =>
      writtenOut(
        db,
        sql<Pick<JournalPage, 'dueMs' | 'load'>>`DELETE FROM venfleet_dispatches
          WHERE (sink_id, due_ms, load_no, dispatch_id) IN (
            SELECT x.sink_id, x.due_ms, x.load_no, x.dispatch_id FROM venfleet_dispatches x
            WHERE x.sink_id = ${value('sink')} AND x.due_ms < ${value('ms')}
              AND (x.due_ms, x.load_no) >= (${value('dueMs')}, ${value('load')})
              AND x.outcome IS NOT NULL AND NOT ${isInForce}
            ORDER BY x.due_ms, x.load_no, x.dispatch_id
            LIMIT ${value('most')}) RETURNING due_ms AS "dueMs", load_no AS "load"`,
      ),
    ),
    /** Those that no dispatch has any more: but for what is in force, none is left of what was last due long ago. */
    instructions: statement((value: ValuesOf<Page>) =>
      writtenOut(
        db,
        sql`DELETE FROM venfleet_instructions WHERE id IN (
          SELECT i.id FROM venfleet_dispatch_asked a JOIN venfleet_instructions i ON i.asked_id = a.id
          WHERE NOT EXISTS (SELECT 1 FROM venfleet_dispatch_counts c
              WHERE c.asked_id = a.id AND (c.last_due_ms >= ${value('ms')} OR c.open > 0))
            AND i.id NOT IN (SELECT x.instruction_id FROM ${inForceBefore(value('ms'))} WHERE ${isOfForce})
            AND NOT (${isUncounted} AND i.id IN (SELECT x.instruction_id FROM venfleet_dispatches x))
          LIMIT ${value('most')}) RETURNING 1 AS gone`,
      ),
    ),
  };
}

type PastVersions = Page & { readonly listed: string };

/**
 * Versions of events that are past: another came long ago, or the event is over for long. The last one stays until no former one is
 * left, which would be taken for it.
 */
function prepareForgetPast({ db, batch }: SqlEngine) {
  const pastOf = (value: ValuesOf<PastVersions>) => {
    const wasReplaced = sql`EXISTS (SELECT 1 FROM venfleet_events later
      WHERE later.event_id = e.event_id AND later.version > e.version AND later.received_ms < ${value('ms')})`;
    const isOver = sql`${isLatest} AND e.state IN ('over', 'cancelled') AND e.received_ms < ${value('ms')}
      AND e.event_id NOT IN ${batch.texts(value('listed'))}
      AND NOT EXISTS (SELECT 1 FROM venfleet_events former
        WHERE former.event_id = e.event_id AND former.version < e.version)
      AND NOT EXISTS (SELECT 1 FROM venfleet_event_notes n WHERE n.event_id = e.event_id AND n.at_ms >= ${value('ms')})`;
    const isDueSince = sql`EXISTS (SELECT 1 FROM venfleet_dispatch_events d
        JOIN venfleet_dispatch_counts c ON c.asked_id = d.asked_id
      WHERE d.event_id = e.event_id AND d.version = e.version AND (c.last_due_ms >= ${value('ms')} OR c.open > 0))`;
    const isFollowed = sql`EXISTS (SELECT 1 FROM venfleet_dispatch_events d
        JOIN venfleet_instructions i ON i.asked_id = d.asked_id
      WHERE d.event_id = e.event_id AND d.version = e.version)`;
    return sql`(SELECT e.event_id, e.version FROM venfleet_events e
      WHERE (${wasReplaced} OR (${isOver})) AND NOT ${isDueSince} AND NOT ${isFollowed}
      ORDER BY e.event_id, e.version LIMIT ${value('most')})`;
  };
  const ofPast = (table: 'venfleet_event_notes' | 'venfleet_event_answers' | 'venfleet_dispatch_events') =>
    statement((value: ValuesOf<PastVersions>) =>
      writtenOut(db, sql`DELETE FROM ${sql.table(table)} WHERE (event_id, version) IN ${pastOf(value)}`),
    );
  return {
    /** Event by event, since they are found so. */
    notesOf: statement((value: ValuesOf<Page & { readonly what: string }>) =>
      writtenOut(
        db,
        sql`DELETE FROM venfleet_event_notes WHERE id IN (
          SELECT n.id FROM venfleet_events e CROSS JOIN venfleet_event_notes n
          WHERE ${isLatest} AND n.event_id = e.event_id AND n.at_ms < ${value('ms')} AND n.what = ${value('what')}
          LIMIT ${value('most')}) RETURNING 1 AS gone`,
      ),
    ),
    notes: ofPast('venfleet_event_notes'),
    answers: ofPast('venfleet_event_answers'),
    asked: ofPast('venfleet_dispatch_events'),
    versions: statement((value: ValuesOf<PastVersions>) =>
      writtenOut(
        db,
        sql<{ eventId: string; version: number }>`DELETE FROM venfleet_events
          WHERE (event_id, version) IN ${pastOf(value)} RETURNING event_id AS "eventId", version`,
      ),
    ),
    unused: prepareUnusedAsked(db),
  };
}

/** What no event asked for that is still known, and what no instruction follows; then its counts. */
function prepareUnusedAsked(db: SqlEngine['db']) {
  const isFollowed = (askedId: 'd.asked_id' | 'a.id') =>
    sql<boolean>`EXISTS (SELECT 1 FROM venfleet_instructions i WHERE i.asked_id = ${sql.ref(askedId)})`;
  const events = statement(() =>
    db
      .deleteFrom('venfleet_dispatch_events as d')
      .where(sql<boolean>`d.event_id NOT IN (SELECT e.event_id FROM venfleet_events e)`)
      .where(sql<boolean>`NOT ${isFollowed('d.asked_id')}`),
  );
  const asked = statement(() =>
    db
      .deleteFrom('venfleet_dispatch_asked as a')
      .where(sql<boolean>`a.id NOT IN (SELECT d.asked_id FROM venfleet_dispatch_events d)`)
      .where(sql<boolean>`NOT ${isFollowed('a.id')}`),
  );
  const counts = statement(() =>
    db
      .deleteFrom('venfleet_dispatch_counts')
      .where(sql<boolean>`asked_id NOT IN (SELECT a.id FROM venfleet_dispatch_asked a)`),
  );
  return (): BoundStatement<unknown>[] => [events({}), asked({}), counts({})];
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
