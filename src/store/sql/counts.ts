import { type RawBuilder, sql } from 'kysely';
import { isLegible } from '../../fleet/legible.ts';
import type { FleetNames, FleetScope, FleetStore, VenCounts } from '../fleet-store.ts';
import type { FleetWriter } from '../fleet-writer.ts';
import type { FleetColumns, SqlEngine } from './engine.ts';
import { loadConditions } from './load-conditions.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Of how many rows of a group a condition holds. */
export const countWhere = (condition: RawBuilder<boolean>) =>
  sql<number>`count(*) FILTER (WHERE ${condition})`;

/** Whether a site is of one of these VENs. Said so that SQLite sees that there is a site, and begins with the VEN. */
export const isOneOf = ({ ven }: FleetColumns, vens: RawBuilder<string>) =>
  sql<boolean>`(${ven} IS NOT NULL AND ${ven} IN ${vens})`;

/**
 * Gathers the groups of VENs whose names are no texts to others, and so not to be told apart, with those that have no
 * name. Groups come in the order of their names, that one first.
 */
export function gatherNameless<K extends string, Row extends { readonly [P in K]: string | null }>(
  rows: readonly Row[],
  key: K,
  plus: (a: Row, b: Row) => Row,
): Row[] {
  const isNamed = ({ [key]: name }: Row) => name !== null && isLegible(name);
  const nameless = rows.filter((row) => !isNamed(row));
  if (nameless.length === 0) return [...rows];
  return [{ ...nameless.reduce(plus), [key]: null }, ...rows.filter(isNamed)];
}

/** Whether an id holds a letter beyond ASCII, or is another's without the spaces at its ends, or with them. */
const hasSpellings = ({ site }: FleetColumns) =>
  sql<boolean>`(${site} GLOB '*[^ -~]*' OR ${site} <> trim(${site})
    OR ${site} IN (SELECT trim(${site}) FROM resources r WHERE ${site} <> trim(${site})))`;

/** Counts loads and sites; see `FleetStore` and `FleetWriter`. */
export function createCounts(
  engine: SqlEngine,
): Pick<FleetStore, 'countByVen'> & FleetNames & Pick<FleetWriter, 'countSites'> {
  const { db, batch, columns, run } = engine;
  const byVen = () => {
    const { registered, suspended, disabled } = loadConditions(columns);
    return db
      .selectFrom('loads as l')
      .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
      .select([
        columns.venName.as('venName'),
        sql<number>`count(*)`.as('total'),
        countWhere(registered).as('registered'),
        countWhere(suspended).as('suspended'),
        countWhere(disabled).as('disabled'),
      ])
      .groupBy(columns.venName)
      .orderBy('venName', (order) => order.asc().nullsFirst());
  };
  const countAll = statement(byVen);
  const countVens = statement((value: ValuesOf<{ vens: string }>) =>
    byVen().where(isOneOf(columns, batch.texts(value('vens')))),
  );
  const countSites = statement(() =>
    db.selectFrom('resources').select((select) => select.fn.countAll<number>().as('sites')),
  );
  const venNames = statement(() =>
    db
      .selectFrom('resources as r')
      .select(columns.venName.as('name'))
      .distinct()
      .where('r.ven', 'is not', null),
  );
  const resourceIds = statement(() =>
    db
      .selectFrom('resources as r')
      .select(sql<string>`CAST(${columns.site} AS TEXT)`.as('name'))
      .where(hasSpellings(columns)),
  );
  return {
    async fleetNames() {
      const [vens, ids] = await run(venNames({}), resourceIds({}));
      return {
        venNames: vens.flatMap(({ name }) => (name === null ? [] : [String(name)])),
        resourceIds: ids.map(({ name }) => name),
      };
    },
    async countByVen({ vens, limitVens }: FleetScope): Promise<VenCounts[]> {
      const [rows] = await run(vens ? countVens({ vens: JSON.stringify(vens) }) : countAll({}));
      const counts = gatherNameless(rows, 'venName', plus).map((row) => ({
        ...row,
        pending: row.total - row.registered - row.suspended - row.disabled,
      }));
      if (limitVens === undefined) return counts;
      return counts.filter((ven) => ven.venName !== null).slice(0, limitVens);
    },
    async countSites() {
      const [rows] = await run(countSites({}));
      return rows[0]?.sites ?? 0;
    },
  };
}

type GroupRow = Omit<VenCounts, 'pending'>;

function plus(a: GroupRow, b: GroupRow): GroupRow {
  return {
    venName: a.venName,
    total: a.total + b.total,
    registered: a.registered + b.registered,
    suspended: a.suspended + b.suspended,
    disabled: a.disabled + b.disabled,
  };
}
