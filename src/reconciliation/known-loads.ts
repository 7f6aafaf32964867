import type { VtnLink } from '../delivery/vtn-link.ts';
import type { ReconciliationProfile } from '../profiles/reconciliation-profile.ts';
import type { RegisteredVen } from '../profiles/registration-profile.ts';
import { lookForVens } from '../registration/look-for-sample.ts';
import { unknownToVtn } from '../registration/vtn-of-database.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { RegisteredCount, RegistrationStore } from '../store/registration-store.ts';
import type { RemoteIndex } from './listing/remote-index.ts';
import type { LocalLoad } from './local-loads.ts';

/** Counts, by VEN, the loads that are registered, and which of them a VTN has. */
export interface KnownCount {
  add(load: LocalLoad): void;
  /** VENs of whose registered loads the VTN has some. */
  vensSeen(): string[];
  /** VENs of whose registered loads it has none, and how many these are. */
  vensUnseen(): RegisteredCount[];
}

export function createKnownCount(remote: Pick<RemoteIndex, 'byExternalId' | 'byId'>): KnownCount {
  const byVen = new Map<string, { loads: number; known: number }>();
  return {
    add({ venName, approved, storedId, externalResourceId }) {
      if (venName === null || !approved || storedId === null) return;
      const count = byVen.get(venName) ?? { loads: 0, known: 0 };
      byVen.set(venName, count);
      count.loads++;
      // Under another id, it is ours all the same; some list no external ids.
      if (remote.byExternalId(externalResourceId).length > 0 || remote.byId(storedId)) count.known++;
    },
    vensSeen: () => [...byVen].filter(([, { known }]) => known > 0).map(([venName]) => venName),
    vensUnseen: () =>
      [...byVen].filter(([, { known }]) => known === 0).map(([venName, { loads }]) => ({ venName, loads })),
  };
}

interface Place {
  readonly store: FleetStore & Pick<RegistrationStore, 'venIds' | 'registeredByVen' | 'vtnsOfVens'>;
  readonly link: VtnLink;
  readonly profile: ReconciliationProfile;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Throws VTN_OTHER where the VTN has none of the registered loads, or none of those of a VEN of which it was never noted
 * that it is registered here: these are another VTN's, or the VTN was wiped. Where it has a VEN under the id that is
 * stored, it has lost the loads, which is for the plan to say. `vens`: as they were listed.
 * Where the job is aborted it says nothing.
 */
export async function throwIfUnknownHere(
  known: KnownCount,
  vens: ReadonlyMap<string, RegisteredVen>,
  place: Place,
): Promise<void> {
  const unseen = known.vensUnseen();
  if (unseen.length === 0) return;
  const { store, link, profile } = place;
  const ids = await store.venIds();
  const isListed = ({ venName }: RegisteredCount) =>
    venName !== null && ids.has(venName) && vens.get(venName)?.id === ids.get(venName);
  const vtn = { url: link.transport.url, profile: profile.name };
  if (known.vensSeen().length === 0) {
    if (unseen.some(isListed) || (await lookForVens(unseen, place))) return;
    const others = [...ids.keys()].map((venName) => ({ venName }));
    const isOurs = await lookForVens(others, place);
    if (place.signal?.aborted) return;
    if (!isOurs) throw unknownToVtn(unseen, true, vtn);
  }
  const noted = await store.vtnsOfVens();
  const foreign: RegisteredCount[] = [];
  for (const ven of unseen) {
    if (noted.has(ven.venName ?? '') || isListed(ven) || (await lookForVens([ven], place))) continue;
    foreign.push(ven);
  }
  if (foreign.length > 0 && !place.signal?.aborted) throw unknownToVtn(foreign, false, vtn);
}
