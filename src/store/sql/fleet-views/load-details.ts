import { sql } from 'kysely';
import type { FleetViewStore, SeenLoadDetails } from '../../fleet-views.ts';
import type { SqlEngine } from '../engine.ts';
import { statement, type ValuesOf } from '../statement.ts';
import { seenColumns, seenLoadOf } from './find-loads.ts';

/** Reads all that is known of a load; see `FleetViewStore`. */
export function createLoadDetails(engine: SqlEngine): Pick<FleetViewStore, 'seenLoad'> {
  const { load, reported, reportFailures } = prepareDetails(engine);
  return {
    async seenLoad(loadId) {
      const [[row], spans, failures] = await engine.run(
        load({ loadId }),
        reported({ loadId }),
        reportFailures({ loadId }),
      );
      if (!row) return undefined;
      const { resourceId, siteType, siteSubType, address, location, capacities, meterId, vtnVenId } = row;
      const kinds = new Set([...spans, ...failures].map(({ kind }) => kind));
      return {
        ...seenLoadOf(row),
        ...{ resourceId, siteType, siteSubType, address, location, capacities, meterId, vtnVenId },
        failure: failureOf(row),
        reports: [...kinds].sort().map((kind) => {
          const span = spans.find((one) => one.kind === kind);
          const failure = failures.find((one) => one.kind === kind);
          const { points = 0, fromMs = null, untilMs = null } = span ?? {};
          return { kind, points, fromMs, untilMs, failure: failure ? failureOf(failure) : null };
        }),
      };
    },
  };
}

function failureOf({
  reason,
  status,
  failedAt,
}: {
  readonly reason: string | null;
  readonly status: number | null;
  readonly failedAt: string | null;
}): SeenLoadDetails['failure'] {
  return reason === null || failedAt === null ? null : { reason, status, failedAt };
}

function prepareDetails({ db, columns }: SqlEngine) {
  type OfLoad = ValuesOf<{ loadId: string }>;
  return {
    load: statement((value: OfLoad) =>
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .leftJoin('venfleet_failures as x', (join) =>
          join.on(sql<boolean>`x.load_id = coalesce(${columns.load}, '')`),
        )
        .leftJoin('venfleet_vens as v', (join) => join.on(sql<boolean>`v.ven_name = ${columns.ven}`))
        .select([
          ...seenColumns(columns),
          sql<string | null>`nullif(CAST(r.resource_type AS TEXT), '')`.as('siteType'),
          sql<string | null>`nullif(${columns.siteSubType}, '')`.as('siteSubType'),
          sql<string | null>`nullif(CAST(r.address AS TEXT), '')`.as('address'),
          sql<string>`coalesce(CAST(r.location AS TEXT), '')`.as('location'),
          columns.capacities.as('capacities'),
          columns.h5MeterId.as('meterId'),
          'v.vtn_ven_id as vtnVenId',
          'x.reason as reason',
          'x.status as status',
          'x.failed_at as failedAt',
        ])
        .where(columns.load, '=', value('loadId'))
        .orderBy(columns.loadOrder)
        .limit(1),
    ),
    reported: statement((value: OfLoad) =>
      db
        .selectFrom('venfleet_reported')
        .select([
          'kind',
          sql<number>`CAST(sum(points) AS BIGINT)`.as('points'),
          sql<number>`min(from_ms)`.as('fromMs'),
          sql<number>`max(until_ms)`.as('untilMs'),
        ])
        .where('load_id', '=', value('loadId'))
        .groupBy('kind'),
    ),
    reportFailures: statement((value: OfLoad) =>
      db
        .selectFrom('venfleet_report_failures')
        .select(['kind', 'reason', 'status', 'failed_at as failedAt'])
        .where('load_id', '=', value('loadId')),
    ),
  };
}
