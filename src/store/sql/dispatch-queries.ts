import { type RawBuilder, sql } from 'kysely';
import type { DispatchCounts, DispatchEnd, EventStore, JournalDispatch } from '../event-store.ts';
import type { SqlEngine } from './engine.ts';
import { bound, statement, type ValuesOf, writtenOut } from './statement.ts';

/** A row of the journal; the instruction by its number, since many have the same. */
interface DispatchRow {
  readonly dispatchId: string;
  readonly loadId: string;
  readonly instructionId: number;
  readonly dueMs: number;
  readonly untilMs: number | null;
  readonly end: DispatchEnd | null;
  readonly endMs: number | null;
  readonly reason: string | null;
}

/** The text of an instruction that asks for nothing any more (`Instruction`). */
export const nothingAsked = '{"setpoints":[]}';

type Instruction = Pick<JournalDispatch, 'instruction' | 'events'>;

/** Reads the journal of dispatches; see `EventStore`. */
export function createDispatchQueries(
  engine: SqlEngine,
): Pick<
  EventStore,
  'openDispatches' | 'dispatchesInForce' | 'dispatchCounts' | 'lastDueMs' | 'dispatchHistory'
> {
  const { run } = engine;
  const { open, inForce, counts, lastDue, sinks } = prepareQueries(engine);
  const rowsOf = prepareHistory(engine);
  const complete = prepareComplete(engine);
  return {
    openDispatches: (sink) => complete(open({ sink }), (row, what) => dispatchOf(row, what, sink)),
    dispatchesInForce: (sink) => complete(inForce({ sink }), (row, what) => dispatchOf(row, what, sink)),
    async dispatchCounts(eventId) {
      const [rows] = await run(counts({ all: eventId === undefined ? 1 : 0, id: eventId ?? '' }));
      return rows.map((row): DispatchCounts => ({ ...row }));
    },
    async lastDueMs(eventId) {
      const [[last]] = await run(lastDue({ id: eventId }));
      return last?.dueMs ?? undefined;
    },
    async dispatchHistory(of) {
      const [all] = await run(sinks({}));
      const found = await Promise.all(
        all.map(({ id, name }) =>
          complete(rowsOf(id, of), (row, what) => ({
            ...dispatchOf(row, what, name),
            end: row.end,
            endMs: row.endMs,
            reason: row.reason,
          })),
        ),
      );
      return found
        .flat()
        .sort((a, b) => b.dueMs - a.dueMs)
        .slice(0, of.limit);
    },
  };
}

const dispatchOf = (
  { dispatchId, loadId, dueMs, untilMs }: DispatchRow,
  { instruction, events }: Instruction,
  sink: string,
): JournalDispatch => ({ dispatchId, sink, loadId, instruction, events, dueMs, untilMs });

const selected = sql`x.dispatch_id AS "dispatchId", l.load_id AS "loadId", x.instruction_id AS "instructionId",
  x.due_ms AS "dueMs", x.until_ms AS "untilMs", x.outcome AS "end", x.ended_ms AS "endMs", x.reason AS "reason"`;

const sinkNamed = (name: string) => sql`(SELECT id FROM venfleet_dispatch_sinks WHERE name = ${name})`;

function prepareQueries({ db }: SqlEngine) {
  type OfSink = ValuesOf<{ sink: string }>;
  return {
    /** Looked for from the first on that those who have any asked for: what is older is most of the journal. */
    open: statement((value: OfSink) =>
      writtenOut(
        db,
        sql<DispatchRow>`SELECT ${selected}
          FROM venfleet_dispatches x JOIN venfleet_dispatch_loads l ON l.id = x.load_no
          WHERE x.sink_id = ${sinkNamed(value('sink'))} AND x.outcome IS NULL
            AND x.due_ms >= (SELECT min(c.first_due_ms) FROM venfleet_dispatch_counts c
              WHERE c.open > 0 AND c.sink_id = ${sinkNamed(value('sink'))})
          ORDER BY x.due_ms, x.load_no, x.dispatch_id`,
      ),
    ),
    inForce: statement((value: OfSink) =>
      writtenOut(
        db,
        sql<DispatchRow>`SELECT ${selected}
          FROM venfleet_in_force f CROSS JOIN venfleet_dispatches x CROSS JOIN venfleet_dispatch_loads l
          WHERE f.sink_id = ${sinkNamed(value('sink'))} AND x.sink_id = f.sink_id AND x.due_ms = f.due_ms
            AND x.load_no = f.load_no AND x.dispatch_id = f.dispatch_id AND l.id = f.load_no
          ORDER BY f.load_no`,
      ),
    ),
    counts: statement((value: ValuesOf<{ all: number; id: string }>) =>
      writtenOut(
        db,
        sql<DispatchCounts>`SELECT e.event_id AS "eventId", e.version AS "version", s.name AS "sink",
            CAST(sum(c.open) AS BIGINT) AS "open", CAST(sum(c.handed) AS BIGINT) AS "handed",
            CAST(sum(c.late) AS BIGINT) AS "late", CAST(sum(c.missed) AS BIGINT) AS "missed",
            CAST(sum(c.replaced) AS BIGINT) AS "replaced", max(c.most_late_ms) AS "mostLateMs"
          FROM venfleet_dispatch_counts c JOIN venfleet_dispatch_events e ON e.asked_id = c.asked_id
            JOIN venfleet_dispatch_sinks s ON s.id = c.sink_id
          WHERE ${value('all')} = 1 OR e.event_id = ${value('id')}
          GROUP BY e.event_id, e.version, s.name ORDER BY e.event_id, e.version, s.name`,
      ),
    ),
    lastDue: statement((value: ValuesOf<{ id: string }>) =>
      writtenOut(
        db,
        sql<{ dueMs: number | null }>`SELECT max(c.last_due_ms) AS "dueMs" FROM venfleet_dispatch_counts c
          WHERE c.asked_id IN (SELECT e.asked_id FROM venfleet_dispatch_events e WHERE e.event_id = ${value('id')})`,
      ),
    ),
    sinks: statement(() => db.selectFrom('venfleet_dispatch_sinks').selectAll().orderBy('name')),
  };
}

/** The rows of one sink, the latest first: read from the end of the journal, where what is asked for most lies. */
function prepareHistory({ db }: SqlEngine) {
  return (
    sinkId: number,
    { loadId, eventId, inForce, limit }: Parameters<EventStore['dispatchHistory']>[0],
  ) => {
    const ofEvent = sql`SELECT e.asked_id FROM venfleet_dispatch_events e WHERE e.event_id = ${eventId}`;
    const due = (
      bound: 'first_due_ms' | 'last_due_ms',
    ) => sql`(SELECT ${bound === 'first_due_ms' ? sql`min` : sql`max`}(c.${sql.ref(bound)})
      FROM venfleet_dispatch_counts c WHERE c.sink_id = ${sinkId} AND c.asked_id IN (${ofEvent}))`;
    const load = sql`(SELECT id FROM venfleet_dispatch_loads WHERE load_id = ${loadId})`;
    const last = sql`SELECT f.due_ms, f.load_no, f.dispatch_id FROM venfleet_in_force f
      WHERE f.sink_id = ${sinkId}${loadId === undefined ? sql`` : sql` AND f.load_no = ${load}`}`;
    const conditions: RawBuilder<unknown>[] = [
      sql`x.sink_id = ${sinkId}`,
      ...(loadId === undefined ? [] : [sql`x.load_no = ${load}`]),
      ...(inForce ? [sql`(x.due_ms, x.load_no, x.dispatch_id) IN (${last})`] : []),
      ...(eventId === undefined
        ? []
        : [
            sql`x.due_ms >= ${due('first_due_ms')} AND x.due_ms <= ${due('last_due_ms')}`,
            sql`x.instruction_id IN (SELECT i.id FROM venfleet_instructions i WHERE i.asked_id IN (${ofEvent}))`,
          ]),
    ];
    return bound(
      writtenOut(
        db,
        sql<DispatchRow>`SELECT ${selected}
          FROM venfleet_dispatches x JOIN venfleet_dispatch_loads l ON l.id = x.load_no
          WHERE ${sql.join(conditions, sql` AND `)}
          ORDER BY x.due_ms DESC, x.load_no DESC, x.dispatch_id DESC LIMIT ${limit}`,
      ),
    );
  };
}

/** Makes something of each row and its instruction; texts of instructions are read once each. */
function prepareComplete({ db, batch, run, runEach }: SqlEngine) {
  const instructions = statement((value: ValuesOf<{ ids: string }>) =>
    writtenOut(
      db,
      sql<{ id: number; instruction: string; events: string }>`SELECT i.id, i.instruction, a.events
        FROM ${batch.table(value('ids'), { id: 'integer' })} given
          JOIN venfleet_instructions i ON i.id = given.id JOIN venfleet_dispatch_asked a ON a.id = i.asked_id`,
    ),
  );
  return async <T>(
    rows: Parameters<typeof runEach<DispatchRow, DispatchRow>>[0],
    make: (row: DispatchRow, what: Instruction) => T,
  ): Promise<T[]> => {
    const ids = new Set<number>();
    const found = await runEach(rows, (row) => {
      ids.add(row.instructionId);
      return row;
    });
    if (ids.size === 0) return [];
    const [texts] = await run(instructions({ ids: JSON.stringify([...ids].map((id) => [id])) }));
    const eventsOf = new Map<string, JournalDispatch['events']>();
    const known = new Map<number, Instruction>();
    for (const { id, instruction, events } of texts) {
      const list = eventsOf.get(events) ?? parseEvents(events);
      eventsOf.set(events, list);
      known.set(id, { instruction, events: list });
    }
    // One that is not there was forgotten between the two, with its instruction.
    return found.flatMap((row) => {
      const what = known.get(row.instructionId);
      return what ? [make(row, what)] : [];
    });
  };
}

const parseEvents = (json: string): JournalDispatch['events'] =>
  (JSON.parse(json) as [string, number][]).map(([eventId, version]) => ({ eventId, version }));
