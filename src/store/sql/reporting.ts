import { sql } from 'kysely';
import type { ReportingStore, ReportNote } from '../reporting-store.ts';
import { createCounts } from './counts.ts';
import type { SqlEngine } from './engine.ts';
import { createMeteredLoads } from './metered-loads.ts';
import { createReported } from './reported.ts';
import { createReportingCounts } from './reporting-counts.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Remembers reports; see `ReportingStore`. `write` carries out, in their order, the statements of a run that is busy reporting. */
export function createReportingStore(engine: SqlEngine, write: SqlEngine['run']): ReportingStore {
  const { run } = engine;
  const { note, noted, forget } = prepareNotes(engine);
  const failures = prepareFailures(engine);
  const anchor = prepareAnchor(engine);
  const counts = createCounts(engine);
  const { adding, ...reported } = createReported(engine, write);
  return {
    ...createMeteredLoads(engine, counts),
    ...createReportingCounts(engine, counts),
    ...reported,
    async noteReports(notes) {
      if (notes.length > 0) await write(note({ notes: JSON.stringify(notes.map(rowOfNote)) }));
    },
    async reportsInDoubt(kind) {
      const [rows] = await run(noted({ kind }));
      return rows.map(
        ({ loads, ...one }): ReportNote => ({
          ...one,
          loads: (JSON.parse(loads) as [string, string, number][]).map(([loadId, resourceRef, points]) => ({
            loadId,
            resourceRef,
            points,
          })),
        }),
      );
    },
    async recordReports(keys, done, failed) {
      // One statement may not change a row twice.
      const last = new Map(failed.map((one) => [`${one.kind}\n${one.loadId}`, one]));
      await write(
        forget({ keys: JSON.stringify(keys) }),
        ...adding(done),
        failures.forget({ loads: JSON.stringify(done.map(({ loadId, kind }) => [loadId, kind])) }),
        failures.remember({
          failures: JSON.stringify(
            [...last.values()].map((one) => [one.loadId, one.kind, one.status, one.reason]),
          ),
        }),
      );
    },
    async forgetReportFailures(kind, loadIds) {
      const loads = JSON.stringify(loadIds.map((loadId) => [loadId, kind]));
      if (loadIds.length > 0) await write(failures.forget({ loads }));
    },
    async reportAnchor() {
      const [rows] = await run(anchor.read({}));
      return rows[0] && { ...rows[0] };
    },
    async setReportAnchor({ programId, eventId }) {
      await run(anchor.set({ programId, eventId }));
    },
  };
}

const rowOfNote = (one: ReportNote) => [
  one.key,
  one.kind,
  one.venName,
  one.reportName,
  one.fromMs,
  one.untilMs,
  JSON.stringify(one.loads.map(({ loadId, resourceRef, points }) => [loadId, resourceRef, points])),
];

function prepareNotes({ db, batch }: SqlEngine) {
  return {
    note: statement((value: ValuesOf<{ notes: string }>) =>
      db
        .insertInto('venfleet_reports_sending')
        .columns(['key', 'kind', 'ven_name', 'report_name', 'from_ms', 'until_ms', 'loads'])
        .expression((from) =>
          from
            .selectFrom(
              batch
                .table(value('notes'), {
                  key: 'text',
                  kind: 'text',
                  ven_name: 'text',
                  report_name: 'text',
                  from_ms: 'integer',
                  until_ms: 'integer',
                  loads: 'text',
                })
                .as('note'),
            )
            .selectAll()
            .where(sql<boolean>`true`),
        )
        .onConflict((conflict) => conflict.column('key').doNothing()),
    ),
    noted: statement((value: ValuesOf<{ kind: string }>) =>
      db
        .selectFrom('venfleet_reports_sending')
        .select([
          'key',
          'kind',
          'ven_name as venName',
          'report_name as reportName',
          'from_ms as fromMs',
          'until_ms as untilMs',
          'loads',
        ])
        .where('kind', '=', value('kind'))
        .orderBy('key'),
    ),
    forget: statement((value: ValuesOf<{ keys: string }>) =>
      db.deleteFrom('venfleet_reports_sending').where('key', 'in', batch.texts(value('keys'))),
    ),
  };
}

function prepareFailures({ db, batch }: SqlEngine) {
  return {
    forget: statement((value: ValuesOf<{ loads: string }>) =>
      db.deleteFrom('venfleet_report_failures').where(
        sql<boolean>`(load_id, kind) IN (SELECT load_id, kind
            FROM ${batch.table(value('loads'), { load_id: 'text', kind: 'text' })} done)`,
      ),
    ),
    remember: statement((value: ValuesOf<{ failures: string }>) =>
      db
        .insertInto('venfleet_report_failures')
        .columns(['load_id', 'kind', 'status', 'reason'])
        .expression((from) =>
          from
            .selectFrom(
              batch
                .table(value('failures'), {
                  load_id: 'text',
                  kind: 'text',
                  status: 'integer',
                  reason: 'text',
                })
                .as('failure'),
            )
            .selectAll()
            .where(sql<boolean>`true`),
        )
        .onConflict((conflict) =>
          conflict.columns(['load_id', 'kind']).doUpdateSet({
            status: (excluded) => excluded.ref('excluded.status'),
            reason: (excluded) => excluded.ref('excluded.reason'),
            failed_at: sql`CURRENT_TIMESTAMP`,
          }),
        ),
    ),
  };
}

function prepareAnchor({ db }: SqlEngine) {
  return {
    read: statement(() =>
      db.selectFrom('venfleet_report_anchor').select(['program_id as programId', 'event_id as eventId']),
    ),
    set: statement((value: ValuesOf<{ programId: string; eventId: string }>) =>
      db
        .insertInto('venfleet_report_anchor')
        .values({ id: 1, program_id: value('programId'), event_id: value('eventId') })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({
            program_id: (excluded) => excluded.ref('excluded.program_id'),
            event_id: (excluded) => excluded.ref('excluded.event_id'),
          }),
        ),
    ),
  };
}
