import { type RawBuilder, sql } from 'kysely';
import { VenfleetError } from '../../../core/errors.ts';
import { externalResourceIdOf, loadNameOf } from '../../../fleet/components.ts';
import { isLegible } from '../../../fleet/legible.ts';
import type { FleetViewStore, LoadSearch, SeenLoad, SeenLoadState } from '../../fleet-views.ts';
import type { FleetColumns, SqlEngine } from '../engine.ts';
import { bound } from '../statement.ts';
import { loadState } from './load-state.ts';
import { isMeantBy } from './load-text.ts';

/**
 * Loads come in three parts: of sites without a VEN, of sites with one, and those without a site. Within each the database has
 * an index by which they come in order, and knows of a place in it what follows.
 */
const parts = ['nameless', 'named', 'siteless'] as const;
type Part = (typeof parts)[number];

/** The place of a load in that order: its keys as `SqlEngine.keys` tells them, and its row. */
interface Place {
  readonly part: Part;
  readonly ven: string;
  readonly site: string;
  readonly component: string;
  readonly row: number | string;
}

/** Finds loads, a page at a time; see `FleetViewStore`. */
export function createFindLoads(engine: SqlEngine): Pick<FleetViewStore, 'findLoads'> {
  return {
    async findLoads(search) {
      const after = search.after === undefined ? undefined : placeOf(search.after);
      const found: { load: SeenLoad; place: Place }[] = [];
      for (const part of parts.slice(after ? parts.indexOf(after.part) : 0)) {
        if (part === 'named' ? search.withoutVen : search.venName !== undefined) continue;
        const limit = search.limit + 1 - found.length;
        if (limit > 0) found.push(...(await findIn(engine, part, { ...search, limit }, after)));
      }
      const page = found.slice(0, search.limit);
      const last = found.length > page.length ? page.at(-1) : undefined;
      return { loads: page.map(({ load }) => load), next: last ? textOf(last.place) : null };
    },
  };
}

async function findIn(engine: SqlEngine, part: Part, search: LoadSearch, from: Place | undefined) {
  const { db, columns, keys, run } = engine;
  const place = from?.part === part ? from : undefined;
  const { text, venName, component, state } = search;
  const conditions = [
    ...(venName === undefined ? [] : [sql<boolean>`${columns.ven} = ${venName}`]),
    ...(component === undefined ? [] : [sql<boolean>`${columns.component} = ${component}`]),
    ...(state === undefined ? [] : [isIn(columns, state)]),
    ...(text === undefined || text === '' ? [] : [isMeantBy(engine, text)]),
    ...(place ? [follows(engine, place)] : []),
  ];
  const ofSite = db
    .selectFrom('resources as r')
    .crossJoin('loads as l')
    .where(sql<boolean>`${columns.siteOfLoad} = ${columns.site}`)
    .where(columns.isSiteOfLoad)
    .where('r.ven', part === 'nameless' ? 'is' : 'is not', null);
  const withoutSite = db
    .selectFrom('loads as l')
    .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
    .where('r.resource_id', 'is', null);
  const orders = part === 'siteless' ? [columns.loadOrder] : orderOf(columns);
  const none = sql<string>`''`;
  const [rows] = await run(
    bound(
      orders
        .reduce(
          (query, key) => query.orderBy(key),
          (part === 'siteless' ? withoutSite : ofSite)
            .select([
              ...seenColumns(columns),
              (part === 'named' ? keys.told(columns.ven) : none).as('venKey'),
              (part === 'siteless' ? none : keys.told(columns.site)).as('siteKey'),
              (part === 'siteless' ? none : keys.told(columns.component)).as('componentKey'),
              columns.storeRef.as('row'),
            ])
            .where(
              conditions.length === 0
                ? sql<boolean>`true`
                : sql<boolean>`${sql.join(conditions, sql` AND `)}`,
            ),
        )
        .limit(search.limit),
    ),
  );
  return rows.map(({ venKey: ven, siteKey: site, componentKey, row, ...seen }) => ({
    load: seenLoadOf(seen),
    place: { part, ven, site, component: componentKey, row } satisfies Place,
  }));
}

function isIn(columns: FleetColumns, state: NonNullable<LoadSearch['state']>): RawBuilder<boolean> {
  if (state !== 'skipped') return sql<boolean>`${loadState(columns)} = ${state}`;
  return sql<boolean>`${loadState(columns)} IN ('suspended', 'disabled')`;
}

const orderOf = ({ ven, site, component, loadOrder }: FleetColumns): RawBuilder<unknown>[] => [
  ven,
  site,
  component,
  loadOrder,
];

/** Whether a load comes after this place. Said so that the database begins with the place's VEN and site. */
function follows({ columns, keys }: SqlEngine, { part, row, ...of }: Place): RawBuilder<boolean> {
  const later = sql<boolean>`${columns.loadOrder} > ${row}`;
  if (part === 'siteless') return later;
  const [ven, site, component] = [keys.taken(of.ven), keys.taken(of.site), keys.taken(of.component)];
  const inSite = sql`(${columns.component} > ${component} OR (${columns.component} = ${component} AND ${later}))`;
  const inVen = sql<boolean>`(${columns.site} > ${site} OR (${columns.site} = ${site} AND ${inSite}))`;
  if (part === 'nameless') return sql<boolean>`(${columns.site} >= ${site} AND ${inVen})`;
  return sql<boolean>`(${columns.ven} >= ${ven} AND (${columns.ven} > ${ven} OR ${inVen}))`;
}

/** What `seenLoadOf` makes a load of. */
export function seenColumns(columns: FleetColumns) {
  return [
    columns.loadId.as('loadId'),
    columns.resourceId.as('resourceId'),
    columns.component.as('component'),
    columns.loadName.as('loadName'),
    columns.venName.as('venName'),
    columns.siteName.as('siteName'),
    columns.meterPointId.as('meterPointId'),
    columns.vtnResourceId.as('vtnResourceId'),
    loadState(columns).as('state'),
  ] as const;
}

interface SeenRow {
  readonly loadId: string;
  readonly resourceId: string;
  readonly component: string;
  readonly loadName: string | null;
  readonly venName: string | null;
  readonly siteName: string;
  readonly meterPointId: string;
  readonly vtnResourceId: string | null;
  readonly state: SeenLoadState;
}

export function seenLoadOf(row: SeenRow): SeenLoad {
  const { loadId, resourceId, component, siteName, meterPointId, state } = row;
  return {
    loadId,
    externalResourceId: externalResourceIdOf(resourceId, component),
    name: loadNameOf(component, row.loadName),
    component,
    venName: row.venName !== null && isLegible(row.venName) ? row.venName : null,
    siteName,
    meterPointId,
    state,
    vtnResourceId: row.vtnResourceId || null,
  };
}

const textOf = ({ part, ven, site, component, row }: Place) =>
  Buffer.from(JSON.stringify([parts.indexOf(part), ven, site, component, row])).toString('base64url');

/** Throws BAD_ARGUMENT for what no page said. */
function placeOf(text: string): Place {
  try {
    const [at, ...keys] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [number, ...unknown[]];
    const [ven, site, component, row] = keys;
    const part = parts[at];
    const areTexts = [ven, site, component].every((key) => typeof key === 'string');
    if (part && areTexts && (Number.isSafeInteger(row) || /^-?\d+$/.test(String(row))))
      return { part, ven, site, component, row } as Place;
  } catch {
    // Said below.
  }
  const problem = '"after" is none that a page gave as "next"';
  throw new VenfleetError('BAD_ARGUMENT', { function: 'findLoads', problem });
}
