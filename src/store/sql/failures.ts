import type { RegistrationStore } from '../registration-store.ts';
import type { SqlEngine } from './engine.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Remembers which loads failed; see `RegistrationStore`, whose `record` writes it down. */
export function createFailureMemory(
  engine: SqlEngine,
): Pick<RegistrationStore, 'failedLoads' | 'forgetFailures'> {
  const { db, run } = engine;
  const failed = statement(() => db.selectFrom('venfleet_failures').select('load_id as loadId'));
  const drop = prepareDropFailures(engine);
  return {
    async failedLoads() {
      const [rows] = await run(failed({}));
      return new Set(rows.map(({ loadId }) => loadId));
    },
    async forgetFailures(loadIds) {
      if (loadIds.length > 0) await run(drop({ ids: JSON.stringify(loadIds) }));
    },
  };
}

/** Prepares what forgets the failures of loads. */
export function prepareDropFailures({ db, batch }: SqlEngine) {
  return statement((value: ValuesOf<{ ids: string }>) =>
    db.deleteFrom('venfleet_failures').where('load_id', 'in', batch.texts(value('ids'))),
  );
}
