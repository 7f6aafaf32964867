import { systemClock } from '../core/clock.ts';
import { readPolicy } from '../events/setpoints/read-policy.ts';
import type { EndedRequest } from '../monitoring/metrics/request-metrics.ts';
import { settleVtn, throwIfElsewhere } from '../registration/vtn-of-database.ts';
import { checkOptions } from './check-options.ts';
import { createChanges } from './keep/changes.ts';
import { createFleetKeeper } from './keep/create-fleet-keeper.ts';
import type { FleetKeeper } from './keep/fleet-keeper.ts';
import { type FleetKeeperOptions, keeperChecks } from './keep/keeper-options.ts';
import { createRequestMeter } from './keep/request-meter.ts';
import { type VtnAndStore, withVtnAndStore } from './with-vtn-and-store.ts';

export type { DriftChoice } from './keep/drift-choices.ts';
export type {
  ActionScope,
  FleetKeeper,
  KeeperNote,
  KeeperState,
  KeptPlan,
  NotableNews,
  PartName,
  PartState,
  RunningRun,
  SuspendedLoads,
  VtnState,
} from './keep/fleet-keeper.ts';
export type { FleetKeeperOptions } from './keep/keeper-options.ts';
export type { NotedRun } from './logged-run.ts';

/**
 * Opens the database and what speaks to the VTN, has `work` keep the fleet, and closes both when `work` has ended; resolves to what
 * it resolved to. Nothing is done before `work` calls `keeper.run()`, which goes on until `signal` aborts (docs/serve.md).
 *
 * What is wrong with the configuration is thrown before `work` is called: BAD_ARGUMENT, VTN_URL, DB_MISSING, VTN_OTHER,
 * EVENT_POLICY, … What goes wrong later is told in the state of a part, which is tried again.
 */
export async function withFleetKeeper<T>(
  options: FleetKeeperOptions,
  work: (keeper: FleetKeeper) => Promise<T>,
): Promise<T> {
  checkOptions('withFleetKeeper', keeperChecks, options);
  const { policy } = options.events ?? {};
  if (policy !== undefined) readPolicy(policy, 'policy');
  const changes = createChanges();
  const meter = createRequestMeter(systemClock);
  const watched = {
    ...options,
    onRequest(request: EndedRequest) {
      options.onRequest?.(request);
      meter.ended(request.ms);
      changes.changed();
    },
  };
  return withVtnAndStore(watched, { readOnly: false }, async (parts) => {
    await settle(options, parts);
    return work(createFleetKeeper(options, parts, meter, changes));
  });
}

/** Makes sure that what is registered is registered on this VTN. */
async function settle(
  { moveToThisVtn, signal }: FleetKeeperOptions,
  { store, link, profile }: VtnAndStore,
): Promise<void> {
  if (!moveToThisVtn) return throwIfElsewhere(store, { url: link.transport.url, profile: profile.name });
  await store.exclusively({ command: 'serve', signal }, (lost) =>
    settleVtn({
      ...{ store, link, profile },
      ifOtherVtn: 'move',
      signal: signal ? AbortSignal.any([signal, lost]) : lost,
    }),
  );
}
