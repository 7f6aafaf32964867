/*
 * What was reported of each load, until when. Spans of a load neither touch nor overlap: what is reported next becomes one
 * with what it touches. Where spans overlap, their readings are taken to be spread evenly over them.
 */
import { type RawBuilder, sql } from 'kysely';
import type { ReportedSpan, ReportingStore } from '../reporting-store.ts';
import type { SqlEngine } from './engine.ts';
import { type BoundStatement, statement, type ValuesOf } from './statement.ts';

export type DoneSpan = ReportedSpan & { readonly kind: string };

export interface Reported extends Pick<ReportingStore, 'reportedSpans' | 'forgetReported'> {
  /** The statements that add these spans: all of them in one transaction, in this order. */
  adding(done: readonly DoneSpan[]): BoundStatement<unknown>[];
}

/** Remembers what was reported; see `ReportingStore`. */
export function createReported(engine: SqlEngine, write: SqlEngine['run']): Reported {
  const { db, runEach } = engine;
  const add = prepareAdd(engine);
  const cut = prepareCut(engine);
  const ofKind = statement((value: ValuesOf<{ kind: string }>) =>
    db
      .selectFrom('venfleet_reported')
      .select([
        'load_id as loadId',
        'resource_ref as resourceRef',
        'from_ms as fromMs',
        'until_ms as untilMs',
        'points',
      ])
      .where('kind', '=', value('kind'))
      .orderBy('load_id')
      .orderBy('from_ms'),
  );
  return {
    adding: (done) =>
      oneOfEachLoad(done).flatMap((round) => {
        const spans = JSON.stringify(
          round.map((one) => [one.loadId, one.kind, one.resourceRef, one.fromMs, one.untilMs, one.points]),
        );
        return [add.join({ spans }), add.dropJoined({ spans })];
      }),
    reportedSpans: (kind) =>
      runEach(ofKind({ kind }), ({ loadId, resourceRef, fromMs, untilMs, points }) => ({
        loadId,
        resourceRef,
        fromMs,
        untilMs,
        points,
      })),
    async forgetReported(kind, loadIds, { fromMs, untilMs }) {
      if (loadIds.length === 0 || untilMs <= fromMs) return;
      const values = { kind, ids: JSON.stringify(loadIds), fromMs, untilMs };
      await write(cut.keepLater(values), cut.keepEarlier(values), cut.drop(values));
    },
  };
}

/**
 * The spans in lists that hold each load once, so that no two of a list become one with the same stored span; those that
 * touch are one. Of a load that comes under several refs, only what is under the last.
 */
function oneOfEachLoad(done: readonly DoneSpan[]): DoneSpan[][] {
  const byLoad = Map.groupBy(done, ({ kind, loadId }) => `${kind}\n${loadId}`);
  const rounds: DoneSpan[][] = [];
  for (const spans of byLoad.values()) {
    for (const [n, span] of joined(spans).entries()) {
      const round = rounds[n];
      if (round) round.push(span);
      else rounds.push([span]);
    }
  }
  return rounds;
}

/** The spans of one load, in order of time, those that touch as one; empty ones are left out. */
function joined(spans: readonly DoneSpan[]): DoneSpan[] {
  const ref = spans.at(-1)?.resourceRef;
  const own = spans.filter((one) => one.resourceRef === ref && one.untilMs > one.fromMs);
  if (own.length < 2) return own;
  own.sort((a, b) => a.fromMs - b.fromMs || b.untilMs - a.untilMs || b.points - a.points);
  const result: DoneSpan[] = [];
  for (const span of own) {
    const last = result.at(-1);
    if (!last || span.fromMs > last.untilMs) result.push(span);
    else if (span.untilMs > last.untilMs) {
      const added = (span.untilMs - last.untilMs) / (span.untilMs - span.fromMs);
      const points = last.points + Math.round(span.points * added);
      result[result.length - 1] = { ...last, untilMs: span.untilMs, points };
    }
  }
  return result;
}

/** Each statement takes the same spans, each load's once. */
function prepareAdd({ db, batch }: SqlEngine) {
  type Spans = ValuesOf<{ spans: string }>;
  // Read once: else each of its columns would be taken out of the JSON wherever it is used.
  const spans = (value: Spans) =>
    sql`WITH d AS MATERIALIZED (SELECT * FROM ${batch.table(value('spans'), {
      load_id: 'text',
      kind: 'text',
      resource_ref: 'text',
      from_ms: 'integer',
      until_ms: 'integer',
      points: 'integer',
    })} spans)`;
  const earliest = sql`CASE WHEN min(s.from_ms) < d.from_ms THEN min(s.from_ms) ELSE d.from_ms END`;
  const latest = sql`CASE WHEN max(s.until_ms) > d.until_ms THEN max(s.until_ms) ELSE d.until_ms END`;
  const overlap = sql`CAST(coalesce(sum(
    CASE WHEN s.until_ms < d.until_ms THEN s.until_ms ELSE d.until_ms END
    - CASE WHEN s.from_ms > d.from_ms THEN s.from_ms ELSE d.from_ms END
  ) FILTER (WHERE s.load_id IS NOT NULL), 0) AS BIGINT)`;
  const added = shareOf('d', sql`d.until_ms - d.from_ms - ${overlap}`);
  return {
    /** Puts one span in the place of the first of those that a span touches, and itself. */
    join: statement((value: Spans) =>
      db
        .insertInto('venfleet_reported')
        .columns(['load_id', 'kind', 'resource_ref', 'from_ms', 'until_ms', 'points'])
        .expression(
          sql`${spans(value)} SELECT d.load_id, d.kind, d.resource_ref, ${earliest}, ${latest},
              CAST(coalesce(sum(s.points), 0) AS BIGINT) + ${added}
            FROM d LEFT JOIN venfleet_reported s ON s.load_id = d.load_id AND s.kind = d.kind
              AND s.resource_ref = d.resource_ref AND s.from_ms <= d.until_ms AND s.until_ms >= d.from_ms
            GROUP BY d.load_id, d.kind, d.resource_ref, d.from_ms, d.until_ms, d.points`,
        )
        .onConflict((conflict) =>
          conflict.columns(['load_id', 'kind', 'from_ms']).doUpdateSet({
            resource_ref: (excluded) => excluded.ref('excluded.resource_ref'),
            until_ms: (excluded) => excluded.ref('excluded.until_ms'),
            points: (excluded) => excluded.ref('excluded.points'),
          }),
        ),
    ),
    /** What lies in the span that `join` made; and what was reported of a load under another ref. */
    dropJoined: statement((value: Spans) =>
      db.deleteFrom('venfleet_reported').where(
        sql<boolean>`(load_id, kind, from_ms) IN (${spans(value)} SELECT s.load_id, s.kind, s.from_ms
          FROM d JOIN venfleet_reported s ON s.load_id = d.load_id AND s.kind = d.kind
          WHERE s.resource_ref <> d.resource_ref OR EXISTS (SELECT 1 FROM venfleet_reported whole
            WHERE whole.load_id = d.load_id AND whole.kind = d.kind AND whole.resource_ref = d.resource_ref
              AND whole.from_ms < s.from_ms AND whole.until_ms >= s.from_ms))`,
      ),
    ),
  };
}

/** So many of the readings of a span as fall to a part of it, rounded. */
const shareOf = (span: string, part: RawBuilder<unknown>) => {
  const [points, length] = [
    sql.ref(`${span}.points`),
    sql`(${sql.ref(`${span}.until_ms`)} - ${sql.ref(`${span}.from_ms`)})`,
  ];
  return sql<number>`((2 * ${points} * (${part}) + ${length}) / (2 * ${length}))`;
};

/** Cuts a span of time out of what was reported, in three steps. */
function prepareCut({ db, batch }: SqlEngine) {
  type Cut = ValuesOf<{ kind: string; ids: string; fromMs: number; untilMs: number }>;
  const isMeant = (value: Cut) =>
    sql<boolean>`(s.kind = ${value('kind')} AND s.load_id IN ${batch.texts(value('ids'))})`;
  // A number of JavaScript is a floating-point one to SQLite.
  const ms = (time: number) => sql<number>`CAST(${time} AS BIGINT)`;
  return {
    keepLater: statement((value: Cut) =>
      db
        .insertInto('venfleet_reported')
        .columns(['load_id', 'kind', 'resource_ref', 'from_ms', 'until_ms', 'points'])
        .expression(
          sql`SELECT s.load_id, s.kind, s.resource_ref, ${ms(value('untilMs'))}, s.until_ms,
              ${shareOf('s', sql`s.until_ms - ${ms(value('untilMs'))}`)}
            FROM venfleet_reported s
            WHERE ${isMeant(value)} AND s.from_ms < ${ms(value('untilMs'))} AND s.until_ms > ${ms(value('untilMs'))}`,
        ),
    ),
    keepEarlier: statement((value: Cut) =>
      db
        .updateTable('venfleet_reported as s')
        .set({
          until_ms: ms(value('fromMs')),
          points: shareOf('s', sql`${ms(value('fromMs'))} - s.from_ms`),
        })
        .where(isMeant(value))
        .where('s.from_ms', '<', value('fromMs'))
        .where('s.until_ms', '>', value('fromMs')),
    ),
    drop: statement((value: Cut) =>
      db
        .deleteFrom('venfleet_reported as s')
        .where(isMeant(value))
        .where('s.from_ms', '>=', value('fromMs'))
        .where('s.from_ms', '<', value('untilMs')),
    ),
  };
}
