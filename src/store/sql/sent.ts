import { sql } from 'kysely';
import type { Trace } from '../../core/trace.ts';
import type { Owner, SentRecord, SentStore } from '../sent-store.ts';
import type { FleetColumns, SqlEngine } from './engine.ts';
import { prepareDropFailures } from './failures.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Remembers what is on the VTN; see `SentStore`. */
export function createSentStore(engine: SqlEngine): SentStore {
  const { run } = engine;
  const { between, remember } = prepareRecords(engine);
  const { rememberedIds, loadIds, venNames, venNamesOf } = prepareOwners(engine);
  const { unmap, note, notedBefore } = prepareUnmap(engine);
  const { drop, dropNotes } = prepareForget(engine);
  const dropFailures = prepareDropFailures(engine);
  return {
    async sent(venName, externalResourceIds) {
      // Who asks for a page of loads gets what lies between the first and the last: one scan, and few others.
      const asked = new Set(externalResourceIds);
      const [rows] = await run(between({ venName, ids: JSON.stringify(externalResourceIds) }));
      const own = rows.filter(({ externalResourceId }) => asked.has(externalResourceId));
      return new Map(own.map((row): [string, SentRecord] => [row.externalResourceId, row]));
    },
    async remember(sent) {
      if (sent.length === 0) return;
      const rows = sent.map((one) => [one.venName, one.externalResourceId, one.vtnResourceId, one.sentHash]);
      await run(remember({ sent: JSON.stringify(rows) }));
    },
    async ownersOf(externalResourceIds) {
      if (externalResourceIds.length === 0) return new Map();
      const ids = JSON.stringify(externalResourceIds);
      const [remembered, loads] = await run(rememberedIds({ ids }), loadIds({ ids }));
      const owned = (rows: { id: string }[], owner: Owner) =>
        rows.map(({ id }): [string, Owner] => [id, owner]);
      return new Map([...owned(remembered, 'remembered'), ...owned(loads, 'load')]);
    },
    async venNamesSent(vens) {
      const [rows] = await run(vens ? venNamesOf({ vens: JSON.stringify(vens) }) : venNames({}));
      return rows.map(({ name }) => name).sort();
    },
    async unmap(ofLoads) {
      if (ofLoads.length === 0) return new Map();
      const ids = JSON.stringify(ofLoads);
      const [before] = await run(notedBefore({ ids }), unmap({ ids }), note({ ids }));
      const noted = new Set(before.map((row) => row.load_id));
      return new Map(
        ofLoads.map((loadId): [string, Trace] => [loadId, noted.has(loadId) ? 'maybe-sent' : 'was-there']),
      );
    },
    async forget(removed) {
      if (removed.length === 0) return;
      const names = removed.map((one) => [one.venName, one.externalResourceId]);
      const ids = JSON.stringify(removed.flatMap(({ loadId }) => loadId ?? []));
      await run(
        drop({ sent: JSON.stringify(names) }),
        unmap({ ids }),
        dropNotes({ ids }),
        dropFailures({ ids }),
      );
    },
  };
}

function prepareRecords({ db, batch }: SqlEngine) {
  return {
    between: statement((value: ValuesOf<{ venName: string; ids: string }>) =>
      db
        .selectFrom('venfleet_sent')
        .select([
          'ven_name as venName',
          'external_id as externalResourceId',
          'vtn_resource_id as vtnResourceId',
          'hash as sentHash',
        ])
        .where('ven_name', '=', value('venName'))
        .where(
          sql<boolean>`external_id BETWEEN (SELECT min(value) FROM ${batch.texts(value('ids'))} ids)
            AND (SELECT max(value) FROM ${batch.texts(value('ids'))} ids)`,
        ),
    ),
    remember: statement((value: ValuesOf<{ sent: string }>) =>
      db
        .insertInto('venfleet_sent')
        .columns(['ven_name', 'external_id', 'vtn_resource_id', 'hash'])
        .expression((from) =>
          from
            .selectFrom(
              batch
                .table(value('sent'), {
                  ven_name: 'text',
                  external_id: 'text',
                  vtn_resource_id: 'text',
                  hash: 'text',
                })
                .as('sent'),
            )
            .selectAll()
            .where(sql<boolean>`true`),
        )
        .onConflict((conflict) =>
          conflict.columns(['ven_name', 'external_id']).doUpdateSet({
            vtn_resource_id: (excluded) => excluded.ref('excluded.vtn_resource_id'),
            hash: (excluded) => excluded.ref('excluded.hash'),
          }),
        ),
    ),
  };
}

/** No index begins with this text; a pass over all loads takes a tenth of a second for the whole fleet. */
const externalIdOf = ({ resourceId, component }: FleetColumns) =>
  sql<string>`${resourceId} || '_' || ${component}`;

function prepareOwners({ db, batch, columns }: SqlEngine) {
  const externalIdOfLoad = externalIdOf(columns);
  const venNames = () => db.selectFrom('venfleet_sent').select('ven_name as name').distinct();
  return {
    rememberedIds: statement((value: ValuesOf<{ ids: string }>) =>
      db
        .selectFrom('venfleet_sent')
        .select('external_id as id')
        .where('external_id', 'in', batch.texts(value('ids'))),
    ),
    loadIds: statement((value: ValuesOf<{ ids: string }>) =>
      db
        .selectFrom('loads as l')
        .select(externalIdOfLoad.as('id'))
        .where(externalIdOfLoad, 'in', batch.texts(value('ids'))),
    ),
    venNames: statement(venNames),
    venNamesOf: statement((value: ValuesOf<{ vens: string }>) =>
      venNames().where('external_id', 'in', (from) =>
        from
          .selectFrom('resources as r')
          .innerJoin('loads as l', (join) => join.on(columns.isSiteOfLoad))
          .select(externalIdOfLoad.as('id'))
          .where(columns.ven, 'in', batch.texts(value('vens'))),
      ),
    ),
  };
}

function prepareUnmap({ db, batch, columns }: SqlEngine) {
  return {
    unmap: statement((value: ValuesOf<{ ids: string }>) =>
      db
        .updateTable('loads as l')
        .set({
          vtn_resource_id: null,
          updated_at: sql`CURRENT_TIMESTAMP`,
          registration_status: sql`CASE ${columns.status} WHEN 'SUSPENDED' THEN 'SUSPENDED' ELSE 'PENDING' END`,
        })
        .where(columns.load, 'in', batch.texts(value('ids'))),
    ),
    notedBefore: statement((value: ValuesOf<{ ids: string }>) =>
      db
        .selectFrom('venfleet_sending')
        .select('load_id')
        .where('load_id', 'in', batch.texts(value('ids'))),
    ),
    note: statement((value: ValuesOf<{ ids: string }>) =>
      db
        .insertInto('venfleet_sending')
        .columns(['load_id'])
        .expression(sql`SELECT value FROM ${batch.texts(value('ids'))} ids WHERE true`)
        .onConflict((conflict) => conflict.column('load_id').doNothing()),
    ),
  };
}

function prepareForget({ db, batch }: SqlEngine) {
  return {
    drop: statement((value: ValuesOf<{ sent: string }>) =>
      db.deleteFrom('venfleet_sent').where(
        sql<boolean>`(ven_name, external_id) IN (SELECT ven_name, external_id
            FROM ${batch.table(value('sent'), { ven_name: 'text', external_id: 'text' })} gone)`,
      ),
    ),
    dropNotes: statement((value: ValuesOf<{ ids: string }>) =>
      db.deleteFrom('venfleet_sending').where('load_id', 'in', batch.texts(value('ids'))),
    ),
  };
}
