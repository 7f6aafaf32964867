import { sql } from 'kysely';
import type { EventStore, StoredEvent, StoredProgram } from '../event-store.ts';
import type { SqlEngine } from './engine.ts';
import type { EventNotes } from './event-notes.ts';
import { statement, type ValuesOf } from './statement.ts';
import type { EventTables } from './tables.ts';

/** Remembers events by version, and programs; see `EventStore`. */
export function createEventVersions(
  engine: SqlEngine,
  write: SqlEngine['run'],
  { adding }: Pick<EventNotes, 'adding'>,
): Pick<EventStore, 'events' | 'eventVersions' | 'recordEvents' | 'programs' | 'recordPrograms'> {
  const { run } = engine;
  const { latest, versions, record } = prepareEvents(engine);
  const programs = preparePrograms(engine);
  return {
    async events(states) {
      const [rows] = await run(latest({ all: states ? 0 : 1, states: JSON.stringify(states ?? []) }));
      return rows.map(eventOfRow);
    },
    async eventVersions(eventId) {
      const [rows] = await run(versions({ eventId }));
      return rows.map(eventOfRow);
    },
    async recordEvents(events, notes) {
      // One statement may not change a row twice.
      const last = new Map(events.map((one) => [`${one.version} ${one.eventId}`, one]));
      const statements = [
        ...(last.size > 0 ? [record({ events: JSON.stringify([...last.values()].map(rowOfEvent)) })] : []),
        ...adding(notes),
      ];
      if (statements.length > 0) await write(...statements);
    },
    async programs() {
      const [rows] = await run(programs.read({}));
      return rows.map((row): StoredProgram => ({ ...row }));
    },
    async recordPrograms(all) {
      const rows = new Map(all.map((one) => [one.programId, [one.programId, one.name, one.body]]));
      await write(programs.drop({}), programs.add({ programs: JSON.stringify([...rows.values()]) }));
    },
  };
}

const rowOfEvent = (one: StoredEvent) => [
  one.eventId,
  one.version,
  one.programId,
  one.name,
  one.state,
  one.body,
  one.instructionHash,
  one.problem,
  one.anchorMs,
  one.seed,
  one.seenBy && JSON.stringify(one.seenBy),
  one.firstReceivedMs,
  one.receivedMs,
  one.receivedBy,
];

const eventOfRow = (row: EventTables['venfleet_events']): StoredEvent => ({
  eventId: row.event_id,
  programId: row.program_id,
  name: row.name,
  state: row.state,
  version: row.version,
  body: row.body,
  instructionHash: row.instruction_hash,
  problem: row.problem,
  anchorMs: row.anchor_ms,
  seed: row.seed,
  seenBy: row.seen_by === null ? null : (JSON.parse(row.seen_by) as string[]),
  firstReceivedMs: row.first_received_ms,
  receivedMs: row.received_ms,
  receivedBy: row.received_by,
});

const eventColumns = {
  event_id: 'text',
  version: 'integer',
  program_id: 'text',
  name: 'text',
  state: 'text',
  body: 'text',
  instruction_hash: 'text',
  problem: 'text',
  anchor_ms: 'integer',
  seed: 'text',
  seen_by: 'text',
  first_received_ms: 'integer',
  received_ms: 'integer',
  received_by: 'text',
} as const;

/** Whether `e` is the latest version of its event. */
export const isLatest = sql<boolean>`NOT EXISTS (SELECT 1 FROM venfleet_events later
  WHERE later.event_id = e.event_id AND later.version > e.version)`;

function prepareEvents({ db, batch }: SqlEngine) {
  return {
    latest: statement((value: ValuesOf<{ all: number; states: string }>) =>
      db
        .selectFrom('venfleet_events as e')
        .selectAll()
        .where(isLatest)
        .where(sql<boolean>`(${value('all')} = 1 OR e.state IN ${batch.texts(value('states'))})`)
        .orderBy('e.first_received_ms')
        .orderBy('e.event_id'),
    ),
    versions: statement((value: ValuesOf<{ eventId: string }>) =>
      db
        .selectFrom('venfleet_events')
        .selectAll()
        .where('event_id', '=', value('eventId'))
        .orderBy('version'),
    ),
    record: statement((value: ValuesOf<{ events: string }>) =>
      db
        .insertInto('venfleet_events')
        .columns(Object.keys(eventColumns) as (keyof typeof eventColumns)[])
        .expression(sql`SELECT * FROM ${batch.table(value('events'), eventColumns)} event WHERE true`)
        .onConflict((conflict) =>
          conflict.columns(['event_id', 'version']).doUpdateSet((of) => ({
            program_id: of.ref('excluded.program_id'),
            name: of.ref('excluded.name'),
            state: of.ref('excluded.state'),
            body: of.ref('excluded.body'),
            instruction_hash: of.ref('excluded.instruction_hash'),
            problem: of.ref('excluded.problem'),
            anchor_ms: of.ref('excluded.anchor_ms'),
            seed: of.ref('excluded.seed'),
            seen_by: of.ref('excluded.seen_by'),
            first_received_ms: of.ref('excluded.first_received_ms'),
            received_ms: of.ref('excluded.received_ms'),
            received_by: of.ref('excluded.received_by'),
          })),
        ),
    ),
  };
}

function preparePrograms({ db, batch }: SqlEngine) {
  return {
    read: statement(() =>
      db
        .selectFrom('venfleet_event_programs')
        .select(['program_id as programId', 'name', 'body'])
        .orderBy('program_id'),
    ),
    drop: statement(() => db.deleteFrom('venfleet_event_programs')),
    add: statement((value: ValuesOf<{ programs: string }>) =>
      db
        .insertInto('venfleet_event_programs')
        .columns(['program_id', 'name', 'body'])
        .expression(
          sql`SELECT * FROM ${batch.table(value('programs'), {
            program_id: 'text',
            name: 'text',
            body: 'text',
          })} program`,
        ),
    ),
  };
}
