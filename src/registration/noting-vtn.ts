import type { FleetStore, VtnRecord } from '../store/fleet-store.ts';

/** The store, which with the first mapping that it stores also notes which VTN gave it. */
export function notingVtn(store: FleetStore, vtn: VtnRecord): FleetStore {
  let noted = false;
  return {
    ...store,
    async record(mappings, failures) {
      const refused = await store.record(mappings, failures);
      if (noted || mappings.length === 0) return refused;
      noted = true;
      await noteVtn(store, vtn);
      return refused;
    },
  };
}

/** Notes the VTN; most often it is the one that is noted already, and nothing is written. */
export async function noteVtn(store: FleetStore, { url, profile }: VtnRecord): Promise<void> {
  const recorded = await store.recordedVtn();
  if (recorded?.url !== url || recorded.profile !== profile) await store.recordVtn({ url, profile });
}
