import { sql } from 'kysely';
import type { VenRecord, VtnRecord } from '../registration-store.ts';
import type { SqlEngine } from './engine.ts';
import { loadConditions } from './load-conditions.ts';
import { type BoundStatement, statement, type ValuesOf } from './statement.ts';

/**
 * What these VENs reported on another VTN, where they begin anew on this one: none of the loads is registered, since otherwise
 * they had been moved (`RegistrationStore.moveTo`), or it is the same VTN. To be carried out before the VTN is noted.
 */
export function prepareForgetElsewhere({
  db,
  batch,
  columns,
}: SqlEngine): (vens: readonly VenRecord[], vtn: VtnRecord) => BoundStatement<unknown>[] {
  type Which = ValuesOf<VtnRecord & { names: string }>;
  const { registered } = loadConditions(columns);
  const isOther = (value: Which) =>
    sql<boolean>`NOT (v.url = ${value('url')} AND v.profile = ${value('profile')})`;
  const others = (value: Which) => sql`(SELECT ven.ven_name FROM venfleet_ven_vtn ven
    JOIN venfleet_vtns v ON v.id = ven.vtn_id
    WHERE ${isOther(value)} AND ven.ven_name IN ${batch.texts(value('names'))})`;
  const isLoadOfOthers = (value: Which) =>
    sql<boolean>`load_id IN (SELECT ${columns.load} FROM resources r JOIN loads l ON ${columns.isSiteOfLoad}
      WHERE ${columns.ven} IN ${others(value)} AND NOT ${registered})`;
  const drop = (table: 'venfleet_reported' | 'venfleet_report_failures') =>
    statement((value: Which) => db.deleteFrom(table).where(isLoadOfOthers(value)));
  const [reported, failures] = [drop('venfleet_reported'), drop('venfleet_report_failures')];
  const notes = statement((value: Which) =>
    db.deleteFrom('venfleet_reports_sending').where(sql<boolean>`ven_name IN ${others(value)}`),
  );
  const anchor = statement((value: Which) =>
    db.deleteFrom('venfleet_report_anchor').where(
      sql<boolean>`EXISTS (SELECT 1 FROM venfleet_vtn v WHERE ${isOther(value)})
        AND NOT EXISTS (SELECT 1 FROM loads l WHERE l.vtn_resource_id > '' AND ${registered})`,
    ),
  );
  return (vens, { url, profile }) => {
    const values = { url, profile, names: JSON.stringify(vens.map(({ venName }) => venName)) };
    return [reported(values), failures(values), notes(values), anchor(values)];
  };
}
