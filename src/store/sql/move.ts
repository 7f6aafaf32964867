import { type RawBuilder, sql } from 'kysely';
import type { RegistrationStore } from '../registration-store.ts';
import type { SqlEngine } from './engine.ts';
import { prepareForgetAllEvents } from './forget-events.ts';
import { prepareVtns } from './registration.ts';
import { type BoundStatement, statement, type ValuesOf } from './statement.ts';

/** Has the database belong to another VTN; see `RegistrationStore.moveTo`. */
export function createMove(engine: SqlEngine): Pick<RegistrationStore, 'moveTo'> {
  const { run } = engine;
  const forget = prepareForget(engine);
  const forgetEvents = prepareForgetAllEvents(engine);
  const { setLast, addVtn } = prepareVtns(engine);
  return {
    async moveTo(vtn, { vens, maybeThere }) {
      // Sites without a VEN count as those of a VEN without a name.
      const values = {
        all: vens === undefined ? 1 : 0,
        names: JSON.stringify(vens?.map((name) => name ?? '') ?? []),
      };
      const statements: BoundStatement<unknown>[] = [
        forget.notes(values),
        forget.failures(values),
        forget.ids(values),
        forget.sent(values),
        forget.vens(values),
        forget.vtnsOfVens(values),
        forget.reported(values),
        forget.reportFailures(values),
        forget.reportsSending(values),
        forget.anchor({}),
        ...forgetEvents(),
        setLast(vtn),
        addVtn(vtn),
      ];
      if (maybeThere) statements.push(forget.noteAll({}));
      await run(...statements);
    },
  };
}

function prepareForget({ db, batch, columns }: SqlEngine) {
  type Which = ValuesOf<{ all: number; names: string }>;
  /** What is selected of the loads of these VENs. */
  const ofLoads = (selected: RawBuilder<unknown>, value: Which) =>
    sql`(SELECT ${selected} FROM loads l LEFT JOIN resources r ON ${columns.isSiteOfLoad}
      WHERE coalesce(${columns.venName}, '') IN ${batch.texts(value('names'))})`;
  const areOfLoads = (value: Which) =>
    sql<boolean>`(${value('all')} = 1 OR load_id IN ${ofLoads(sql`coalesce(${columns.load}, '')`, value)})`;
  const ofVens = (value: Which) =>
    sql<boolean>`(${value('all')} = 1 OR ven_name IN ${batch.texts(value('names'))})`;
  return {
    notes: statement((value: Which) => db.deleteFrom('venfleet_sending').where(areOfLoads(value))),
    failures: statement((value: Which) => db.deleteFrom('venfleet_failures').where(areOfLoads(value))),
    ids: statement((value: Which) =>
      db
        .updateTable('loads as l')
        .set({
          vtn_resource_id: null,
          updated_at: sql`CURRENT_TIMESTAMP`,
          registration_status: sql`CASE ${columns.status} WHEN 'SUSPENDED' THEN 'SUSPENDED' ELSE 'PENDING' END`,
        })
        .where('l.vtn_resource_id', 'is not', null)
        .where(
          sql<boolean>`(${value('all')} = 1 OR ${columns.loadOrder} IN ${ofLoads(columns.loadOrder, value)})`,
        ),
    ),
    sent: statement((value: Which) => db.deleteFrom('venfleet_sent').where(ofVens(value))),
    vens: statement((value: Which) => db.deleteFrom('venfleet_vens').where(ofVens(value))),
    vtnsOfVens: statement((value: Which) => db.deleteFrom('venfleet_ven_vtn').where(ofVens(value))),
    reported: statement((value: Which) => db.deleteFrom('venfleet_reported').where(areOfLoads(value))),
    reportFailures: statement((value: Which) =>
      db.deleteFrom('venfleet_report_failures').where(areOfLoads(value)),
    ),
    reportsSending: statement((value: Which) =>
      db.deleteFrom('venfleet_reports_sending').where(ofVens(value)),
    ),
    anchor: statement(() => db.deleteFrom('venfleet_report_anchor')),
    // A load without an id is never sent.
    noteAll: statement(() =>
      db
        .insertInto('venfleet_sending')
        .columns(['load_id'])
        .expression(
          sql`SELECT ${columns.load} FROM loads l
            WHERE coalesce(${columns.vtnResourceId}, '') = '' AND ${columns.load} IS NOT NULL`,
        )
        .onConflict((conflict) => conflict.column('load_id').doNothing()),
    ),
  };
}
