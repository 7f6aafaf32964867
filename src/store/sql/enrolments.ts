import { sql } from 'kysely';
import type { Enrolment, EventStore } from '../event-store.ts';
import type { SqlEngine } from './engine.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Remembers which loads are enrolled in programs; see `EventStore`. `write`: of a run that is busy with the fleet. */
export function createEnrolments(
  engine: SqlEngine,
  write: SqlEngine['run'],
): Pick<EventStore, 'enrolledLoads' | 'enrolledOf' | 'recordEnrolled'> {
  const { run, runEach } = engine;
  const { read, readSome, record } = prepareEnrolments(engine);
  return {
    enrolledLoads: (programId) =>
      runEach(read({ all: programId === undefined ? 1 : 0, id: programId ?? '' }), (row) => ({ ...row })),
    async enrolledOf(programId, loadIds) {
      const [rows] = await run(readSome({ programId, loadIds: JSON.stringify(loadIds) }));
      return rows.map((row): Enrolment => ({ ...row }));
    },
    async recordEnrolled(programId, loads) {
      if (loads.length === 0) return;
      // One statement may not change a row twice.
      const last = new Map(loads.map(({ loadId, vtnResourceId }) => [loadId, [loadId, vtnResourceId]]));
      await write(record({ programId, loads: JSON.stringify([...last.values()]) }));
    },
  };
}

function prepareEnrolments({ db, batch }: SqlEngine) {
  return {
    read: statement((value: ValuesOf<{ all: number; id: string }>) =>
      db
        .selectFrom('venfleet_enrolled')
        .select(['program_id as programId', 'load_id as loadId', 'vtn_resource_id as vtnResourceId'])
        .where(sql<boolean>`(${value('all')} = 1 OR program_id = ${value('id')})`)
        .orderBy('program_id')
        .orderBy('load_id'),
    ),
    readSome: statement((value: ValuesOf<{ programId: string; loadIds: string }>) =>
      db
        .selectFrom('venfleet_enrolled')
        .select(['load_id as loadId', 'vtn_resource_id as vtnResourceId'])
        .where('program_id', '=', value('programId'))
        .where(sql<boolean>`load_id IN ${batch.texts(value('loadIds'))}`),
    ),
    record: statement((value: ValuesOf<{ programId: string; loads: string }>) =>
      db
        .insertInto('venfleet_enrolled')
        .columns(['program_id', 'load_id', 'vtn_resource_id'])
        .expression(
          sql`SELECT CAST(${value('programId')} AS TEXT), load_id, vtn_resource_id
            FROM ${batch.table(value('loads'), { load_id: 'text', vtn_resource_id: 'text' })} load
            WHERE true`,
        )
        .onConflict((conflict) =>
          conflict.columns(['program_id', 'load_id']).doUpdateSet((of) => ({
            vtn_resource_id: of.ref('excluded.vtn_resource_id'),
          })),
        ),
    ),
  };
}
