/*
 * The journal of dispatches. A hundred thousand are written within seconds, twice: noted, and ended. So rows have numbers for
 * the names of sinks and loads, and for instructions, of which there are few; they stand in order of time, where new ones lie
 * side by side; and how many ended how is counted as they are written.
 *
 * Each batch is brought into a table of its own first, with numbers for names, and is taken from there: to look each up again
 * for each statement would cost as much as all the rest.
 */
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { DispatchEnd, DispatchResult, EventStore, JournalDispatch } from '../event-store.ts';
import type { SqlEngine } from './engine.ts';
import { statement, type ValuesOf, writtenOut } from './statement.ts';

/** Writes the journal; see `EventStore`. */
export function createDispatchJournal(
  engine: SqlEngine,
  write: SqlEngine['run'],
): Pick<EventStore, 'noteDispatches' | 'recordDispatches'> {
  const names = prepareNames(engine);
  const note = prepareNote(engine);
  const record = prepareRecord(engine);
  const clear = statement(() => engine.db.deleteFrom('venfleet_dispatch_batch'));
  return {
    async noteDispatches(dispatches) {
      if (dispatches.length === 0) return;
      const { sinks, loads, asked, events, instructions, rows } = batchToNote(dispatches);
      await write(
        names.sinks({ names: listed(sinks) }),
        names.loads({ names: listed(loads) }),
        names.asked({ names: listed(asked) }),
        names.events({ rows: JSON.stringify(events) }),
        names.instructions({ rows: JSON.stringify(instructions) }),
        note.bring({ rows: JSON.stringify(rows) }),
        note.count({}),
        note.add({}),
        clear({}),
      );
    },
    async recordDispatches(results) {
      if (results.length === 0) return;
      await write(
        record.bring({ rows: JSON.stringify(rowsOfResults(results)) }),
        record.count({}),
        record.putInForce({}),
        record.end({}),
        clear({}),
      );
    },
  };
}

const listed = (names: readonly string[]) => JSON.stringify(names.map((name) => [name]));

/** What is to be noted, as the statements take it: all names once, and each dispatch once. */
function batchToNote(dispatches: readonly JournalDispatch[]) {
  const once = new Map<string, readonly unknown[]>();
  const [sinks, loads] = [new Set<string>(), new Set<string>()];
  const asked = new Map<string, JournalDispatch['events']>();
  const instructions = new Map<string, readonly [hash: string, asked: string, instruction: string]>();
  for (const one of dispatches) {
    const key = `${one.sink}\n${one.dispatchId}`;
    if (once.has(key)) continue;
    sinks.add(one.sink);
    loads.add(one.loadId);
    const askedKey = JSON.stringify(one.events.map(({ eventId, version }) => [eventId, version]));
    if (!asked.has(askedKey)) asked.set(askedKey, one.events);
    const text = `${askedKey}\n${one.instruction}`;
    const found = instructions.get(text) ?? [hash('sha256', text, 'base64url'), askedKey, one.instruction];
    instructions.set(text, found);
    once.set(key, [one.sink, one.loadId, one.dispatchId, found[0], one.dueMs, one.untilMs]);
  }
  return {
    sinks: [...sinks],
    loads: [...loads],
    asked: [...asked.keys()],
    events: [...asked].flatMap(([key, events]) =>
      events.map(({ eventId, version }) => [eventId, version, key]),
    ),
    instructions: [...instructions.values()],
    rows: [...once.values()],
  };
}

/** Each dispatch once: that it was given up is not said where it was handed over after all. */
function rowsOfResults(results: readonly DispatchResult[]) {
  const once = new Map<string, DispatchResult>();
  for (const one of results) {
    const key = `${one.sink}\n${one.dispatchId}`;
    const before = once.get(key);
    if (before && (isHanded(before) || !isHanded(one))) continue;
    // As the last: what is handed over last is in force.
    once.delete(key);
    once.set(key, one);
  }
  return [...once.values()].map((one, n) => [
    n,
    one.sink,
    one.loadId,
    one.dispatchId,
    one.dueMs,
    one.end,
    one.atMs,
    one.reason,
  ]);
}

const isHanded = ({ end }: DispatchResult) => end === 'handed' || end === 'late';

/** Gives numbers to names that have none yet. */
function prepareNames({ db, batch }: SqlEngine) {
  const numbered = (table: string, name: string) => {
    const [into, column] = [sql.table(table), sql.ref(name)];
    return statement((value: ValuesOf<{ names: string }>) =>
      writtenOut(
        db,
        sql`INSERT INTO ${into} (${column})
          SELECT given.name FROM ${batch.table(value('names'), { name: 'text' })} given
          WHERE NOT EXISTS (SELECT 1 FROM ${into} known WHERE known.${column} = given.name)`,
      ),
    );
  };
  type Rows = ValuesOf<{ rows: string }>;
  return {
    sinks: numbered('venfleet_dispatch_sinks', 'name'),
    loads: numbered('venfleet_dispatch_loads', 'load_id'),
    asked: numbered('venfleet_dispatch_asked', 'events'),
    events: statement((value: Rows) =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_dispatch_events (event_id, version, asked_id)
          SELECT d.event_id, d.version, a.id FROM ${batch.table(value('rows'), {
            event_id: 'text',
            version: 'integer',
            events: 'text',
          })} d JOIN venfleet_dispatch_asked a ON a.events = d.events
          WHERE true ON CONFLICT (event_id, version, asked_id) DO NOTHING`,
      ),
    ),
    instructions: statement((value: Rows) =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_instructions (hash, asked_id, instruction)
          SELECT d.hash, a.id, d.instruction FROM ${batch.table(value('rows'), {
            hash: 'text',
            events: 'text',
            instruction: 'text',
          })} d JOIN venfleet_dispatch_asked a ON a.events = d.events
          WHERE NOT EXISTS (SELECT 1 FROM venfleet_instructions known WHERE known.hash = d.hash)`,
      ),
    ),
  };
}

/** Whether `x`, of the journal, is the one of `b`, of the batch. */
const isTheSame = sql`x.sink_id = b.sink_id AND x.due_ms = b.due_ms AND x.load_no = b.load_no
  AND x.dispatch_id = b.dispatch_id`;

// CROSS JOIN, though all of them have conditions: it has SQLite take the tables in this order.
function prepareNote({ db, batch }: SqlEngine) {
  return {
    bring: statement((value: ValuesOf<{ rows: string }>) =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_dispatch_batch
            (sink_id, due_ms, load_no, dispatch_id, asked_id, instruction_id, until_ms)
          SELECT s.id, d.due_ms, l.id, d.dispatch_id, i.asked_id, i.id, d.until_ms
          FROM ${batch.table(value('rows'), {
            sink: 'text',
            load_id: 'text',
            dispatch_id: 'text',
            hash: 'text',
            due_ms: 'integer',
            until_ms: 'integer',
          })} d CROSS JOIN venfleet_dispatch_sinks s CROSS JOIN venfleet_dispatch_loads l
            CROSS JOIN venfleet_instructions i
          WHERE s.name = d.sink AND l.load_id = d.load_id AND i.hash = d.hash
            AND NOT EXISTS (SELECT 1 FROM venfleet_dispatches x WHERE x.sink_id = s.id AND x.due_ms = d.due_ms
              AND x.load_no = l.id AND x.dispatch_id = d.dispatch_id)`,
      ),
    ),
    count: statement(() =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_dispatch_counts AS c
            (asked_id, sink_id, open, handed, late, missed, replaced, first_due_ms, last_due_ms)
          SELECT asked_id, sink_id, count(*), 0, 0, 0, 0, min(due_ms), max(due_ms)
          FROM venfleet_dispatch_batch WHERE true GROUP BY asked_id, sink_id
          ON CONFLICT (asked_id, sink_id) DO UPDATE SET open = c.open + excluded.open,
            first_due_ms = ${least('c.first_due_ms', 'excluded.first_due_ms')},
            last_due_ms = ${most('c.last_due_ms', 'excluded.last_due_ms')}`,
      ),
    ),
    add: statement(() =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_dispatches
            (sink_id, due_ms, load_no, dispatch_id, instruction_id, until_ms)
          SELECT sink_id, due_ms, load_no, dispatch_id, instruction_id, until_ms FROM venfleet_dispatch_batch`,
      ),
    ),
  };
}

function prepareRecord({ db, batch }: SqlEngine) {
  const isEnd = (end: DispatchEnd) =>
    sql`count(*) FILTER (WHERE outcome = ${sql.lit(end)}) - count(*) FILTER (WHERE outcome_before = ${sql.lit(end)})`;
  const plus = (end: DispatchEnd) => sql`${sql.ref(end)} = c.${sql.ref(end)} + excluded.${sql.ref(end)}`;
  return {
    /** What ends now; what was given up may have been handed over after all. */
    bring: statement((value: ValuesOf<{ rows: string }>) =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_dispatch_batch
            (n, sink_id, due_ms, load_no, dispatch_id, asked_id, instruction_id, outcome_before, outcome, ended_ms, reason)
          SELECT d.n, x.sink_id, x.due_ms, x.load_no, x.dispatch_id, i.asked_id, i.id, x.outcome, d.outcome, d.ended_ms, d.reason
          FROM ${batch.table(value('rows'), {
            n: 'integer',
            sink: 'text',
            load_id: 'text',
            dispatch_id: 'text',
            due_ms: 'integer',
            outcome: 'text',
            ended_ms: 'integer',
            reason: 'text',
          })} d CROSS JOIN venfleet_dispatch_sinks s CROSS JOIN venfleet_dispatch_loads l
            CROSS JOIN venfleet_dispatches x CROSS JOIN venfleet_instructions i
          WHERE s.name = d.sink AND l.load_id = d.load_id AND x.sink_id = s.id AND x.due_ms = d.due_ms
            AND x.load_no = l.id AND x.dispatch_id = d.dispatch_id AND i.id = x.instruction_id
            AND (x.outcome IS NULL OR (x.outcome IN ('missed', 'replaced') AND d.outcome IN ('handed', 'late')))`,
      ),
    ),
    count: statement(() =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_dispatch_counts AS c
            (asked_id, sink_id, open, handed, late, missed, replaced, most_late_ms, first_due_ms, last_due_ms)
          SELECT asked_id, sink_id, -count(*) FILTER (WHERE outcome_before IS NULL),
            ${isEnd('handed')}, ${isEnd('late')}, ${isEnd('missed')}, ${isEnd('replaced')},
            max(CASE WHEN outcome IN ('handed', 'late')
              THEN CASE WHEN ended_ms > due_ms THEN ended_ms - due_ms ELSE 0 END END),
            min(due_ms), max(due_ms)
          FROM venfleet_dispatch_batch WHERE true GROUP BY asked_id, sink_id
          ON CONFLICT (asked_id, sink_id) DO UPDATE SET open = c.open + excluded.open,
            ${plus('handed')}, ${plus('late')}, ${plus('missed')}, ${plus('replaced')},
            most_late_ms = CASE WHEN c.most_late_ms >= excluded.most_late_ms OR excluded.most_late_ms IS NULL
              THEN c.most_late_ms ELSE excluded.most_late_ms END`,
      ),
    ),
    putInForce: statement(() =>
      writtenOut(
        db,
        sql`INSERT INTO venfleet_in_force (sink_id, load_no, due_ms, dispatch_id)
          SELECT sink_id, load_no, due_ms, dispatch_id FROM venfleet_dispatch_batch
          WHERE n IN (SELECT max(n) FROM venfleet_dispatch_batch
            WHERE outcome IN ('handed', 'late') GROUP BY sink_id, load_no)
          ON CONFLICT (sink_id, load_no) DO UPDATE SET due_ms = excluded.due_ms, dispatch_id = excluded.dispatch_id`,
      ),
    ),
    end: statement(() =>
      writtenOut(
        db,
        sql`UPDATE venfleet_dispatches AS x SET outcome = b.outcome, ended_ms = b.ended_ms, reason = b.reason
          FROM venfleet_dispatch_batch b WHERE ${isTheSame}`,
      ),
    ),
  };
}

const least = (one: string, other: string) =>
  sql`CASE WHEN ${sql.ref(one)} < ${sql.ref(other)} THEN ${sql.ref(one)} ELSE ${sql.ref(other)} END`;
const most = (one: string, other: string) =>
  sql`CASE WHEN ${sql.ref(one)} > ${sql.ref(other)} THEN ${sql.ref(one)} ELSE ${sql.ref(other)} END`;
