import { sql } from 'kysely';
import type { RegistrationStore, VtnRecord } from '../registration-store.ts';
import type { SqlEngine } from './engine.ts';
import { createFailureMemory } from './failures.ts';
import { prepareForgetElsewhere } from './forget-elsewhere.ts';
import { createEventsElsewhere, prepareForgetAllEvents } from './forget-events.ts';
import { loadConditions } from './load-conditions.ts';
import { statement, type ValuesOf } from './statement.ts';

/**
 * Remembers VENs and their VTNs; see `RegistrationStore`. `withoutEvents` has work done while nobody carries out events, or throws
 * DB_IN_USE.
 */
export function createRegistrationMemory(
  engine: SqlEngine,
  withoutEvents: <T>(work: () => Promise<T>) => Promise<T>,
): Omit<RegistrationStore, 'record' | 'moveTo'> {
  const { run } = engine;
  const { recordVens, venIds, recordedVtn } = prepareVens(engine);
  const { addVtn, setLast, setVens, vtnsOfVens, knownVtns } = prepareVtns(engine);
  const registered = prepareRegisteredByVen(engine);
  const forgetElsewhere = prepareForgetElsewhere(engine);
  const eventsAreElsewhere = createEventsElsewhere(engine);
  const forgetEvents = prepareForgetAllEvents(engine);
  return {
    ...createFailureMemory(engine),
    async recordVens(vens, vtn) {
      if (vens.length === 0) return;
      if (await eventsAreElsewhere(vtn)) await withoutEvents(() => run(...forgetEvents()));
      const names = JSON.stringify(vens.map((ven) => [ven.venName]));
      await run(
        ...forgetElsewhere(vens, vtn),
        recordVens({ vens: JSON.stringify(vens.map((ven) => [ven.venName, ven.vtnVenId])) }),
        addVtn(vtn),
        setVens({ ...vtn, names }),
      );
    },
    async venIds() {
      const [rows] = await run(venIds({}));
      return new Map(rows.map((row) => [row.ven_name, row.vtn_ven_id]));
    },
    async recordedVtn() {
      const [rows] = await run(recordedVtn({}));
      return rows[0] && { ...rows[0] };
    },
    async recordVtn(vtn, vens = []) {
      await run(
        setLast(vtn),
        addVtn(vtn),
        setVens({ ...vtn, names: JSON.stringify(vens.map((name) => [name])) }),
      );
    },
    async vtnsOfVens() {
      const [rows] = await run(vtnsOfVens({}));
      return new Map(rows.map(({ name, url, profile }) => [name, { url, profile }]));
    },
    async knownVtns() {
      const [rows] = await run(knownVtns({}));
      return rows.map((row) => ({ ...row }));
    },
    async registeredByVen() {
      const [rows] = await run(registered({}));
      return rows.map((row) => ({ ...row }));
    },
  };
}

function prepareVens({ db, batch }: SqlEngine) {
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
  return { recordVens, venIds, recordedVtn };
}

/** Prepares what notes VTNs, and which of them is that of which VEN. */
export function prepareVtns({ db, batch }: SqlEngine) {
  return {
    setLast: statement((value: ValuesOf<VtnRecord>) =>
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
    ),
    addVtn: statement((value: ValuesOf<VtnRecord>) =>
      db
        .insertInto('venfleet_vtns')
        .values({ url: value('url'), profile: value('profile') })
        .onConflict((conflict) => conflict.columns(['url', 'profile']).doNothing()),
    ),
    setVens: statement((value: ValuesOf<VtnRecord & { names: string }>) =>
      db
        .insertInto('venfleet_ven_vtn')
        .columns(['ven_name', 'vtn_id'])
        .expression((from) =>
          from
            .selectFrom('venfleet_vtns as v')
            .innerJoin(batch.table(value('names'), { name: 'text' }).as('ven'), (join) => join.onTrue())
            .select(['ven.name', 'v.id'])
            .where('v.url', '=', value('url'))
            .where('v.profile', '=', value('profile')),
        )
        .onConflict((conflict) =>
          conflict.column('ven_name').doUpdateSet({ vtn_id: (excluded) => excluded.ref('excluded.vtn_id') }),
        ),
    ),
    vtnsOfVens: statement(() =>
      db
        .selectFrom('venfleet_ven_vtn as ven')
        .innerJoin('venfleet_vtns as v', 'v.id', 'ven.vtn_id')
        .select(['ven.ven_name as name', 'v.url', 'v.profile']),
    ),
    knownVtns: statement(() => db.selectFrom('venfleet_vtns').select(['url', 'profile']).orderBy('id')),
  };
}

function prepareRegisteredByVen({ db, columns }: SqlEngine) {
  const { registered } = loadConditions(columns);
  return statement(() =>
    db
      .selectFrom('loads as l')
      .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
      .select([columns.venName.as('venName'), sql<number>`count(*)`.as('loads')])
      // So that a fleet of which nothing is registered costs one look into an index.
      .where(sql<boolean>`${columns.vtnResource} > ''`)
      .where(registered)
      .groupBy(columns.venName)
      .orderBy('venName'),
  );
}
