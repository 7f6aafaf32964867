import { sql } from 'kysely';
import type { RegistrationStore } from '../registration-store.ts';
import type { SqlEngine } from './engine.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Remembers VENs and the VTN; see `RegistrationStore`. */
export function createRegistrationMemory({ db, batch, run }: SqlEngine): Omit<RegistrationStore, 'record'> {
  const recordVens = statement((value: ValuesOf<{ vens: string }>) =>
    db
      .insertInto('venfleet_vens')
      .columns(['ven_name', 'vtn_ven_id'])
      .expression((from) =>
        from
          .selectFrom(batch.table(value('vens'), { ven_name: 'text', vtn_ven_id: 'text' }).as('ven'))
          .select(['ven.ven_name', 'ven.vtn_ven_id'])
          // Else SQLite would read ON CONFLICT as part of a join.
          .where(sql<boolean>`true`),
      )
      .onConflict((conflict) =>
        conflict.column('ven_name').doUpdateSet({
          vtn_ven_id: (excluded) => excluded.ref('excluded.vtn_ven_id'),
          updated_at: sql`CURRENT_TIMESTAMP`,
        }),
      ),
  );
  const venIds = statement(() => db.selectFrom('venfleet_vens').select(['ven_name', 'vtn_ven_id']));
  const recordedVtn = statement(() => db.selectFrom('venfleet_vtn').select(['url', 'profile']));
  const recordVtn = statement((value: ValuesOf<{ url: string; profile: string }>) =>
    db
      .insertInto('venfleet_vtn')
      .values({ id: 1, url: value('url'), profile: value('profile') })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          url: (excluded) => excluded.ref('excluded.url'),
          profile: (excluded) => excluded.ref('excluded.profile'),
          updated_at: sql`CURRENT_TIMESTAMP`,
        }),
      ),
  );
  return {
    async recordVens(vens) {
      if (vens.length === 0) return;
      await run(recordVens({ vens: JSON.stringify(vens.map((ven) => [ven.venName, ven.vtnVenId])) }));
    },
    async venIds() {
      const [rows] = await run(venIds({}));
      return new Map(rows.map((row) => [row.ven_name, row.vtn_ven_id]));
    },
    async recordedVtn() {
      const [rows] = await run(recordedVtn({}));
      return rows[0];
    },
    async recordVtn(vtn) {
      await run(recordVtn(vtn));
    },
  };
}
