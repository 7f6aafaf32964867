/*
 * SQLite's own way to store results: row by row, since a foreign file may have a trigger that refuses one row and must not
 * keep the others from being stored; and in the thread that writes, which loads no Kysely.
 */
import type { DatabaseSync } from 'node:sqlite';
import { describeError } from '../../core/errors.ts';
import { isSameName } from '../../core/same-name.ts';
import { isLegible } from '../../fleet/legible.ts';
import type { FailureRecord, Mapping, RefusedMapping } from '../registration-store.ts';
import { type FleetSchema, statusOf, text } from './fleet-schema.ts';
import type { Journal } from './journal.ts';
import { prepareLogSent } from './sent-log.ts';
import { inTransaction } from './transaction.ts';

/** SQLITE_CONSTRAINT, in the low byte of its extended codes. */
const constraint = 19;

type Holder = Pick<Mapping, 'vtnResourceId' | 'loadId' | 'externalResourceId'> & {
  /** 0: its row says that it is not registered, and the id in it is left from another time. */
  readonly isRegistered: 0 | 1;
};

/** Finds which loads have some of a batch's resources already, in one statement. */
function prepareFindHolders(sqlite: DatabaseSync, schema: FleetSchema) {
  const find = sqlite.prepare(`
    SELECT ${text(schema.vtnResourceId('l'))} AS vtnResourceId, coalesce(${text(schema.loadId('l'))}, '') AS loadId,
      coalesce(${text(schema.siteOfLoad('l'))}, '') || '_' || coalesce(${text('l.load_component')}, '')
        AS externalResourceId,
      ${statusOf('l')} IN ('APPROVED', 'SUSPENDED') AS isRegistered
    FROM loads l WHERE ${schema.vtnResourceId('l')} IN (SELECT value FROM json_each(?))`);
  return (mappings: readonly Mapping[]) => {
    const ids = mappings.map((mapping) => mapping.vtnResourceId);
    const found = find.all(JSON.stringify(ids)) as unknown as Holder[];
    // An update finds each resource with its own load: nobody may look through all of them for each.
    const before = Map.groupBy(found, ({ vtnResourceId }) => vtnResourceId);
    const since = new Map<string, Holder>();
    const changed = new Set<string>();
    return {
      /** Another load that has the resource of this mapping. */
      other({ vtnResourceId, loadId }: Mapping): Holder | undefined {
        const holder = since.get(vtnResourceId);
        if (holder && holder.loadId !== loadId) return holder;
        const others = before.get(vtnResourceId);
        return others?.find((one) => one.loadId !== loadId && !changed.has(one.loadId));
      },
      /** The batch itself may bring one id twice. */
      add(mapping: Mapping): void {
        since.set(mapping.vtnResourceId, { ...mapping, isRegistered: 1 });
        changed.add(mapping.loadId);
      },
      /** What the load held when the batch began, it holds no longer. */
      remove: (loadId: string) => void changed.add(loadId),
    };
  };
}

/** Prepares what stores a run's results: see `RegistrationStore.record`. */
export function prepareRecord(
  sqlite: DatabaseSync,
  schema: FleetSchema,
  journal: Journal,
): (mappings: readonly Mapping[], failures: readonly FailureRecord[]) => RefusedMapping[] {
  const logSent = prepareLogSent(sqlite);
  const findHolders = prepareFindHolders(sqlite, schema);
  const map = prepareMap(sqlite, schema);
  const fail = prepareFail(sqlite, schema);
  const forgetFailure = sqlite.prepare('DELETE FROM venfleet_failures WHERE load_id = ?');
  const anyFailure = sqlite.prepare('SELECT 1 FROM venfleet_failures LIMIT 1');
  const unmap = prepareUnmap(sqlite, schema);
  const takeFrom = ({ loadId, isRegistered }: Holder, { vtnResourceId, externalResourceId }: Mapping) => {
    unmap(loadId);
    if (!isRegistered) return;
    const reason = `the VTN shows its resource id ${vtnResourceId} as that of ${externalResourceId}: to be looked up again`;
    fail({ loadId, status: null, reason });
  };

  const store = (mappings: readonly Mapping[], failures: readonly FailureRecord[]) => {
    const refused: RefusedMapping[] = [];
    const sent: Mapping[] = [];
    const ended: string[] = [];
    const stillNoted: string[] = [];
    const holders = findHolders(mappings);
    const forgetsFailures = anyFailure.get() !== undefined;
    for (const mapping of mappings) {
      const other = holders.other(mapping);
      // Two spellings of one id may be one to the VTN: it cannot show which of them the resource is.
      const isOthers = isSameName(other?.externalResourceId, mapping.externalResourceId);
      const isOurs = mapping.evidence === 'shown' && !isOthers;
      const problem = other?.isRegistered && !isOurs ? heldBy(mapping, other) : map(mapping);
      if (problem !== undefined) {
        refused.push({ ...mapping, problem });
        stillNoted.push(mapping.loadId);
        continue;
      }
      if (other) {
        takeFrom(other, mapping);
        holders.remove(other.loadId);
        if (other.isRegistered) stillNoted.push(other.loadId);
        const mappedJustNow = sent.find(({ loadId }) => loadId === other.loadId);
        if (mappedJustNow) refused.push({ ...mappedJustNow, problem: heldBy(mappedJustNow, mapping) });
      }
      holders.add(mapping);
      sent.push(mapping);
      ended.push(mapping.loadId);
      if (forgetsFailures) forgetFailure.run(mapping.loadId);
    }
    logSent(sent);
    for (const failure of failures) {
      fail(failure);
      (failure.trace === 'none' ? ended : stillNoted).push(failure.loadId);
    }
    return { refused, whenStored: journal.settle(ended, stillNoted) };
  };

  return (mappings, failures) => {
    const { refused, whenStored } = inTransaction(sqlite, () => store(mappings, failures));
    whenStored();
    return refused;
  };
}

/** It may be the VTN's mistake, or one that was wiped and begins anew with its ids. */
function heldBy({ vtnResourceId }: Mapping, { loadId }: Pick<Holder, 'loadId'>): string {
  return `the VTN gave resource id ${vtnResourceId}, which load ${loadId} has already; "venfleet plan" shows which of them is there`;
}

/** Prepares what writes a mapping into the load's row, or says why it could not. */
function prepareMap(
  sqlite: DatabaseSync,
  { loadId: id, loadRow }: FleetSchema,
): (mapping: Mapping) => string | undefined {
  const update = (where: string) =>
    sqlite.prepare(`
      UPDATE loads AS l SET vtn_resource_id = ?, updated_at = CURRENT_TIMESTAMP,
        registration_status = CASE ${statusOf('l')} WHEN 'SUSPENDED' THEN 'SUSPENDED' ELSE 'APPROVED' END
      WHERE ${where}`);
  const byLoadId = update(`${id('l')} = ?`);
  const byRow = update(`${id('l')} = ? AND ${loadRow('l')} = ?`);
  /** Another program may have written the row anew since it was read. */
  const wasChanged = ({ vtnResourceId, loadId, storeRef }: Mapping) =>
    ((typeof storeRef === 'number' || typeof storeRef === 'string') &&
      byRow.run(vtnResourceId, loadId, storeRef).changes > 0) ||
    byLoadId.run(vtnResourceId, loadId).changes > 0;
  return (mapping) => {
    const { vtnResourceId } = mapping;
    const why = `the VTN has it as resource ${vtnResourceId}, but its row in "loads" `;
    try {
      return wasChanged(mapping) ? undefined : `${why}is gone, or a trigger keeps it`;
    } catch (error) {
      // What a trigger or a constraint of this one row says must not keep the others from being stored.
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== constraint) throw error;
      return `${why}cannot be changed: ${describeError(error)}`;
    }
  };
}

/**
 * Prepares what notes why a load failed. Its row's own id is noted, as statistics compare it: bytes, or a text that is not valid
 * UTF-8, are another thing once JavaScript has read them.
 */
function prepareFail(
  sqlite: DatabaseSync,
  { loadId: id, loadRow }: FleetSchema,
): (failure: Pick<FailureRecord, 'loadId' | 'storeRef' | 'status' | 'reason'>) => void {
  const insert = sqlite.prepare(`
    INSERT INTO venfleet_failures (load_id, status, reason)
    SELECT coalesce((SELECT ${id('l')} FROM loads l WHERE ${loadRow('l')} = $row
      AND ($isLegible = 0 OR ${text(id('l'))} = $loadId)), $loadId), $status, $reason
    WHERE true
    ON CONFLICT (load_id) DO UPDATE
    SET status = excluded.status, reason = excluded.reason, failed_at = CURRENT_TIMESTAMP`);
  return ({ loadId, storeRef, status, reason }) => {
    const row = typeof storeRef === 'number' || typeof storeRef === 'string' ? storeRef : null;
    insert.run({ row, isLegible: isLegible(loadId) ? 1 : 0, loadId, status, reason });
  };
}

/** Prepares what takes its VTN resource from a load. */
function prepareUnmap(sqlite: DatabaseSync, { loadId: id }: FleetSchema): (loadId: string) => void {
  const statement = sqlite.prepare(`
    UPDATE loads AS l SET vtn_resource_id = NULL, updated_at = CURRENT_TIMESTAMP,
      registration_status =
        CASE ${statusOf('l')} WHEN 'SUSPENDED' THEN 'SUSPENDED' ELSE 'PENDING' END
    WHERE ${id('l')} = ?`);
  return (loadId) => void statement.run(loadId);
}
