import type { FleetScope } from '../store/fleet-store.ts';
import { type Looking, lookForSample, sampleOf } from './look-for-sample.ts';
import type { SampleCheck } from './registration-events.ts';

/**
 * Asks the VTN for some of the registered loads of a scope, twenty at most, spread over its VENs and sites; changes
 * nothing. Throws what ends a job.
 */
export async function checkRegistered(scope: FleetScope | undefined, looking: Looking): Promise<SampleCheck> {
  const { store } = looking;
  const inScope = new Set((await store.countByVen(scope ?? {})).map(({ venName }) => venName));
  const registered = (await store.registeredByVen()).filter(({ venName }) => inScope.has(venName));
  const { looked, answered, known, unknown } = await lookForSample(
    await sampleOf(registered, looking),
    looking,
  );
  return {
    looked,
    answered,
    known,
    lost: unknown.map(({ venName, externalResourceId, storedId }) => ({
      venId: venName,
      externalResourceId,
      vtnResourceId: storedId,
    })),
  };
}
