import type { FailureRecord, Mapping } from '../fleet/store.ts';
import type { Journal } from './journal.ts';
import type { FleetDatabase } from './open.ts';
import { inOneGo, prepareLogSent, prepareUnmap } from './sent.ts';

type Holder = Pick<Mapping, 'vtnResourceId' | 'loadId' | 'externalResourceId'>;

/** Finds which loads have some of a batch's resources already, in one statement. */
function prepareFindHolders({ sqlite }: Pick<FleetDatabase, 'sqlite'>) {
  const find = sqlite.prepare(`
    SELECT vtn_resource_id AS vtnResourceId, load_id AS loadId,
      resource_id || '_' || load_component AS externalResourceId
    FROM loads WHERE vtn_resource_id IN (SELECT value FROM json_each(?))`);
  return (mappings: readonly Mapping[]) => {
    const ids = mappings.map((mapping) => mapping.vtnResourceId);
    const before = find.all(JSON.stringify(ids)) as unknown as Holder[];
    const since = new Map<string, Holder>();
    return {
      /** Another load that has the resource of this mapping. */
      other({ vtnResourceId, loadId }: Mapping): Holder | undefined {
        const holder = since.get(vtnResourceId);
        if (holder && holder.loadId !== loadId) return holder;
        return before.find((one) => one.vtnResourceId === vtnResourceId && one.loadId !== loadId);
      },
      /** The batch itself may bring one id twice. */
      add: (mapping: Mapping) => void since.set(mapping.vtnResourceId, mapping),
    };
  };
}

/** Prepares what stores a run's results: see `FleetStore.record`. */
export function prepareRecord(
  database: Pick<FleetDatabase, 'sqlite'>,
  journal: Journal,
): (mappings: readonly Mapping[], failures: readonly FailureRecord[]) => (Mapping & { heldBy: string })[] {
  const { sqlite } = database;
  const logSent = prepareLogSent(database);
  const findHolders = prepareFindHolders(database);
  const map = sqlite.prepare(`
    UPDATE loads SET vtn_resource_id = ?, registration_status = 'APPROVED', updated_at = CURRENT_TIMESTAMP
    WHERE load_id = ?`);
  const fail = sqlite.prepare(`
    INSERT INTO venfleet_failures (load_id, status, reason) VALUES (?, ?, ?)
    ON CONFLICT (load_id) DO UPDATE
    SET status = excluded.status, reason = excluded.reason, failed_at = CURRENT_TIMESTAMP`);
  const forgetFailure = sqlite.prepare('DELETE FROM venfleet_failures WHERE load_id = ?');
  const anyFailure = sqlite.prepare('SELECT 1 FROM venfleet_failures LIMIT 1');
  const unmap = prepareUnmap(database);
  /** The VTN gave one id to two loads, and nobody knows whose it is: the next run looks both up. */
  const doubt = (loadId: string, { vtnResourceId, externalResourceId }: Mapping) => {
    unmap(loadId);
    const reason = `the VTN gave its resource id ${vtnResourceId} to ${externalResourceId} too: to be looked up again`;
    fail.run(loadId, null, reason);
  };

  const store = (mappings: readonly Mapping[], failures: readonly FailureRecord[]) => {
    const refused: (Mapping & { heldBy: string })[] = [];
    const sent: Mapping[] = [];
    const ended: string[] = [];
    const inDoubt: string[] = [];
    const holders = findHolders(mappings);
    const forgetsFailures = anyFailure.get() !== undefined;
    for (const mapping of mappings) {
      const other = holders.other(mapping);
      if (other) {
        refused.push({ ...mapping, heldBy: other.loadId });
        inDoubt.push(mapping.loadId);
        if (other.externalResourceId !== mapping.externalResourceId) {
          doubt(other.loadId, mapping);
          inDoubt.push(other.loadId);
        }
        continue;
      }
      map.run(mapping.vtnResourceId, mapping.loadId);
      holders.add(mapping);
      sent.push(mapping);
      ended.push(mapping.loadId);
      if (forgetsFailures) forgetFailure.run(mapping.loadId);
    }
    logSent(sent);
    for (const failure of failures) {
      fail.run(failure.loadId, failure.status, failure.reason);
      (failure.inDoubt ? inDoubt : ended).push(failure.loadId);
    }
    return { refused, whenStored: journal.settle(ended, inDoubt) };
  };

  return (mappings, failures) => {
    const { refused, whenStored } = inOneGo(sqlite, () => store(mappings, failures));
    whenStored();
    return refused;
  };
}
