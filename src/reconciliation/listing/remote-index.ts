import { nameKey } from '../../core/same-name.ts';
import type { RemoteResource } from '../../profiles/reconciliation-profile.ts';
import type { RegisteredVen } from '../../profiles/registration-profile.ts';

/** Why a VEN could not be listed; `status`: the VTN's HTTP status, null where it gave none. */
export interface Unlisted {
  readonly status: number | null;
  readonly reason: string;
}

/** What a VTN holds, as it was listed. */
export interface RemoteIndex {
  readonly size: number;
  /** The VENs that were found, by name, with the VTN's ids. */
  readonly vens: ReadonlyMap<string, RegisteredVen>;
  /** VENs that refused to be listed, by name: nothing is known of what the VTN holds of them. */
  readonly unlisted: ReadonlyMap<string, Unlisted>;
  /** All resources under this external id, in another spelling where none has this one; nearly always one. */
  byExternalId(externalResourceId: string): readonly RemoteResource[];
  /** How many resources the VTN holds of each VEN, by name; '': of those that name none. */
  countByVen(): ReadonlyMap<string, number>;
  byId(id: string): RemoteResource | undefined;
  all(): Iterable<RemoteResource>;
}

export function createRemoteIndex(
  resources: ReadonlyMap<string, RemoteResource>,
  vens: ReadonlyMap<string, RegisteredVen> = new Map(),
  unlisted: ReadonlyMap<string, Unlisted> = new Map(),
): RemoteIndex {
  // A list for each of 116,412 would take more memory than the few that need one.
  const first = new Map<string, RemoteResource>();
  const several = new Map<string, RemoteResource[]>();
  for (const resource of resources.values()) {
    if (resource.externalResourceId === undefined) continue;
    const key = nameKey(resource.externalResourceId);
    const other = first.get(key);
    if (!other) first.set(key, resource);
    else several.set(key, [...(several.get(key) ?? [other]), resource]);
  }
  return {
    size: resources.size,
    vens,
    unlisted,
    byExternalId(externalResourceId) {
      const key = nameKey(externalResourceId);
      const one = first.get(key);
      const found = one ? (several.get(key) ?? [one]) : [];
      // Where the database has an id in two spellings, each load has its own resource.
      const exact = found.filter((resource) => resource.externalResourceId === externalResourceId);
      return exact.length > 0 ? exact : found;
    },
    countByVen() {
      const counts = new Map<string, number>();
      for (const { venName = '' } of resources.values()) counts.set(venName, (counts.get(venName) ?? 0) + 1);
      return counts;
    },
    byId: (id) => resources.get(id),
    all: () => resources.values(),
  };
}

/**
 * Makes what keeps resources small: the loads of a site share most of their fields, and so do those of a kind
 * (for the whole fleet 50 MB instead of 200).
 */
export function createCompactor(): (resource: RemoteResource, venName: string | undefined) => RemoteResource {
  const known = new Map<string, Map<string, readonly [string, string]>>();
  const shared = (field: readonly [string, string]) => {
    const [name, value] = field;
    const values = known.get(name) ?? new Map<string, readonly [string, string]>();
    if (values.size === 0) known.set(name, values);
    const same = values.get(value);
    if (!same) values.set(value, field);
    return same ?? field;
  };
  return ({ id, externalResourceId, name, venName, fields }, venAsked) => ({
    id,
    externalResourceId,
    name,
    venName: venName ?? venAsked,
    fields: fields.map(shared),
  });
}
