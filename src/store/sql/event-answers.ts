import { sql } from 'kysely';
import type { EventStore, StoredAnswer } from '../event-store.ts';
import type { SqlEngine } from './engine.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Remembers what was said to events; see `EventStore`. */
export function createEventAnswers(
  engine: SqlEngine,
  write: SqlEngine['run'],
): Pick<EventStore, 'answers' | 'recordAnswers' | 'forgetAnswers'> {
  const { run } = engine;
  const answers = prepareAnswers(engine);
  return {
    async answers(eventId) {
      const [rows] = await run(answers.read({ all: eventId === undefined ? 1 : 0, id: eventId ?? '' }));
      return rows.map((row): StoredAnswer => ({ ...row }));
    },
    async recordAnswers(all) {
      if (all.length === 0) return;
      // One statement may not change a row twice.
      const last = new Map(
        all.map((one) => [
          JSON.stringify([one.eventId, one.version, one.venName, one.kind]),
          [one.eventId, one.version, one.venName, one.kind, one.answer, one.state, one.reason, one.atMs],
        ]),
      );
      await write(answers.record({ answers: JSON.stringify([...last.values()]) }));
    },
    async forgetAnswers(all) {
      if (all.length === 0) return;
      const keys = all.map(({ eventId, version, venName, kind }) => [eventId, version, venName, kind]);
      await write(answers.forget({ answers: JSON.stringify(keys) }));
    },
  };
}

function prepareAnswers({ db, batch }: SqlEngine) {
  return {
    read: statement((value: ValuesOf<{ all: number; id: string }>) =>
      db
        .selectFrom('venfleet_event_answers')
        .select([
          'event_id as eventId',
          'version',
          'ven_name as venName',
          'kind',
          'answer',
          'state',
          'reason',
          'at_ms as atMs',
        ])
        .where(sql<boolean>`(${value('all')} = 1 OR event_id = ${value('id')})`)
        .orderBy('event_id')
        .orderBy('version')
        .orderBy('ven_name')
        .orderBy('kind'),
    ),
    record: statement((value: ValuesOf<{ answers: string }>) =>
      db
        .insertInto('venfleet_event_answers')
        .columns(['event_id', 'version', 'ven_name', 'kind', 'answer', 'state', 'reason', 'at_ms'])
        .expression(
          sql`SELECT * FROM ${batch.table(value('answers'), {
            event_id: 'text',
            version: 'integer',
            ven_name: 'text',
            kind: 'text',
            answer: 'text',
            state: 'text',
            reason: 'text',
            at_ms: 'integer',
          })} answer WHERE true`,
        )
        .onConflict((conflict) =>
          conflict.columns(['event_id', 'version', 'ven_name', 'kind']).doUpdateSet((of) => ({
            answer: of.ref('excluded.answer'),
            state: of.ref('excluded.state'),
            reason: of.ref('excluded.reason'),
            at_ms: of.ref('excluded.at_ms'),
          })),
        ),
    ),
    forget: statement((value: ValuesOf<{ answers: string }>) =>
      db.deleteFrom('venfleet_event_answers').where(
        sql<boolean>`(event_id, version, ven_name, kind) IN (SELECT event_id, version, ven_name, kind
            FROM ${batch.table(value('answers'), {
              event_id: 'text',
              version: 'integer',
              ven_name: 'text',
              kind: 'text',
            })} gone)`,
      ),
    ),
  };
}
