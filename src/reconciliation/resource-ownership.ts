import { isSameName } from '../core/same-name.ts';
import type { RemoteResource } from '../profiles/reconciliation-profile.ts';
import type { Owner } from '../store/sent-store.ts';
import type { RemoteIndex } from './listing/remote-index.ts';
import type { LocalLoad } from './local-loads.ts';

/** A resource on the VTN that no load of the plan has. */
export interface Unclaimed {
  readonly resource: RemoteResource;
  /**
   * `load`: it is that of a load which this plan is not about; `remembered`: we put it there, and its load is gone;
   * undefined: it is not ours.
   */
  readonly owner: Owner | undefined;
}

/** Decides which resources on the VTN are ours, and whose. */
export interface ResourceOwnership {
  /** The resources of a load; nearly always one. Each load once. */
  claim(load: LocalLoad): readonly RemoteResource[];
  /** External ids on the VTN that no load claimed so far. */
  unclaimedIds(): string[];
  /** What no load claimed. `owners`: whose the unclaimed external ids are; an id that is missing is nobody's. */
  unclaimed(owners: ReadonlyMap<string, Owner>): Generator<Unclaimed>;
}

/**
 * A resource is ours by its external id: that of a load in the database, or of one that was registered and is
 * gone. The stored id alone proves nothing, since a VTN that was wiped may give it to another. Where the VTN lists no
 * external id, the stored id and the name together do.
 */
export function resourceOwnership(remote: RemoteIndex): ResourceOwnership {
  const claimed = new Set<RemoteResource>();

  function resourcesOf(load: LocalLoad): readonly RemoteResource[] {
    const found = remote.byExternalId(load.externalResourceId);
    if (found.length > 0 || load.storedId === null || typeof load.wanted === 'object') return found;
    const stored = remote.byId(load.storedId);
    if (!stored || stored.externalResourceId !== undefined || claimed.has(stored)) return found;
    const isNamedSo = isSameName(load.fields()[0]?.[1], stored.name);
    const isOfVen = stored.venName === load.venName || isSameName(stored.venName, load.venName);
    return isNamedSo && isOfVen ? [stored] : found;
  }

  return {
    claim(load) {
      const found = resourcesOf(load);
      for (const resource of found) claimed.add(resource);
      return found;
    },
    unclaimedIds() {
      const ids = new Set<string>();
      for (const resource of remote.all()) {
        if (resource.externalResourceId !== undefined && !claimed.has(resource)) {
          ids.add(resource.externalResourceId);
        }
      }
      return [...ids];
    },
    *unclaimed(owners) {
      for (const resource of remote.all()) {
        if (claimed.has(resource)) continue;
        const { externalResourceId } = resource;
        yield {
          resource,
          owner: externalResourceId === undefined ? undefined : owners.get(externalResourceId),
        };
      }
    },
  };
}
