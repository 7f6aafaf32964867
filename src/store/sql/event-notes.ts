import { sql } from 'kysely';
import type { EventNote, EventStore } from '../event-store.ts';
import type { SqlEngine } from './engine.ts';
import { type BoundStatement, statement, type ValuesOf } from './statement.ts';

export interface EventNotes extends Pick<EventStore, 'noteOnEvents' | 'eventNotes'> {
  /** The statements that add these notes; none where there is nothing to add. */
  adding(notes: readonly EventNote[]): BoundStatement<unknown>[];
}

/** Remembers what was decided about events; see `EventStore`. */
export function createEventNotes(engine: SqlEngine, write: SqlEngine['run']): EventNotes {
  const { run } = engine;
  const { add, latest } = prepareNotes(engine);
  const adding: EventNotes['adding'] = (notes) =>
    notes.length === 0
      ? []
      : [
          add({
            notes: JSON.stringify(
              notes.map((one) => [one.eventId, one.version, one.atMs, one.what, JSON.stringify(one.detail)]),
            ),
          }),
        ];
  return {
    adding,
    async noteOnEvents(notes) {
      if (notes.length > 0) await write(...adding(notes));
    },
    async eventNotes(eventId, limit) {
      const [rows] = await run(
        latest({ all: eventId === undefined ? 1 : 0, eventId: eventId ?? '', limit: limit ?? 2 ** 31 - 1 }),
      );
      return rows.reverse().map(
        ({ detail, ...row }): EventNote => ({
          ...row,
          detail: JSON.parse(detail) as Record<string, unknown>,
        }),
      );
    },
  };
}

function prepareNotes({ db, batch }: SqlEngine) {
  return {
    add: statement((value: ValuesOf<{ notes: string }>) =>
      db
        .insertInto('venfleet_event_notes')
        .columns(['event_id', 'version', 'at_ms', 'what', 'detail'])
        .expression(
          sql`SELECT * FROM ${batch.table(value('notes'), {
            event_id: 'text',
            version: 'integer',
            at_ms: 'integer',
            what: 'text',
            detail: 'text',
          })} note`,
        ),
    ),
    /** The latest first. */
    latest: statement((value: ValuesOf<{ all: number; eventId: string; limit: number }>) =>
      db
        .selectFrom('venfleet_event_notes')
        .select(['event_id as eventId', 'version', 'at_ms as atMs', 'what', 'detail'])
        .where(sql<boolean>`(${value('all')} = 1 OR event_id = ${value('eventId')})`)
        .orderBy('at_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(value('limit')),
    ),
  };
}
