import type { Fields, RemoteResource } from '../profiles/reconciliation-profile.ts';
import type { Owner, SentRecord } from '../store/fleet-store.ts';
import { type Comparison, compareFields } from './compare-fields.ts';
import type { RemoteIndex } from './listing/remote-index.ts';
import type { PlanAction } from './plan-actions.ts';

/** One load as the database has it, as far as a plan needs it. */
export interface LocalLoad {
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly venName: string | null;
  /**
   * Whether it should be on the VTN; `as-is`: it stays as it stands (suspended); a problem: its row is broken,
   * so that nobody can say what it would be.
   */
  readonly wanted: 'yes' | 'no' | 'as-is' | { readonly problem: string };
  /** The id that is stored for it, or null; and whether it counts as registered (APPROVED). */
  readonly storedId: string | null;
  readonly approved: boolean;
  /** What is remembered of it under its VEN, if anything. */
  readonly sent: SentRecord | undefined;
  /** Made only where they are needed. */
  sentHash(): string;
  fields(): Fields;
}

export interface PlannerOptions {
  /** Why loads that are not wanted go. */
  readonly why: 'disabled' | 'asked';
  /** Remove all resources of a load, also where there are several. */
  readonly removeDuplicates: boolean;
  /** Whether what is not ours is to be told, for the resources of this VEN. */
  isInScope(venName: string | undefined): boolean;
}

export interface Planner {
  /** Compares one load; each load once. */
  consider(load: LocalLoad): void;
  /** External ids on the VTN that no load considered so far has. */
  unclaimed(): string[];
  /** Ends the plan. `owners`: whose the unclaimed external ids are; an id that is missing is nobody's. */
  finish(owners: ReadonlyMap<string, Owner>): void;
  /** How many loads so far are on the VTN as they should be. */
  inSync(): number;
}

/**
 * Makes the plan of how to get the VTN from what it holds to what the database says. Pure: what it finds goes
 * to `emit`; loads that agree with the VTN, but of which that was not written down, go to `agreed`.
 *
 * A resource is ours by its external id: that of a load in the database, or of one that was registered and is
 * gone. The stored id alone proves nothing, since a VTN that was wiped may give it to another.
 */
export function createPlanner(
  remote: RemoteIndex,
  options: PlannerOptions,
  emit: (action: PlanAction) => void,
  agreed: (sent: SentRecord) => void = () => undefined,
): Planner {
  const claimed = new Set<RemoteResource>();
  let inSync = 0;

  /** The resources of a load: by external id; where the VTN lists none, by stored id and name. */
  function resourcesOf(load: LocalLoad): readonly RemoteResource[] {
    const found = remote.byExternalId(load.externalResourceId);
    if (found.length > 0 || load.storedId === null || typeof load.wanted === 'object') return found;
    const stored = remote.byId(load.storedId);
    if (!stored || stored.externalResourceId !== undefined || claimed.has(stored)) return found;
    const isSameName = load.fields()[0]?.[1] === stored.name;
    return isSameName && stored.venName === load.venName ? [stored] : found;
  }

  return {
    consider(load) {
      const found = resourcesOf(load);
      for (const resource of found) claimed.add(resource);
      if (load.wanted === 'as-is') return;
      if (load.wanted === 'no') {
        for (const action of unwanted(load, found, options)) emit(action);
        return;
      }
      const action = wanted(load, found);
      if (action) emit(action);
      else inSync++;
      if (!action || action.kind === 'correct') agree(load, found[0], agreed);
    },
    inSync: () => inSync,
    unclaimed: () => {
      const ids = new Set<string>();
      for (const resource of remote.all()) {
        if (resource.externalResourceId !== undefined && !claimed.has(resource)) {
          ids.add(resource.externalResourceId);
        }
      }
      return [...ids];
    },
    finish(owners) {
      for (const resource of remote.all()) {
        if (claimed.has(resource)) continue;
        const { externalResourceId } = resource;
        const owner = externalResourceId === undefined ? undefined : owners.get(externalResourceId);
        // A load of a VEN that this plan is not about: another plan's business.
        if (owner === 'load' || !options.isInScope(resource.venName)) continue;
        const action = owner === 'remembered' ? goneOf(resource, remote, options) : strangerOf(resource);
        if (action) emit(action);
      }
    },
  };
}

function wanted(load: LocalLoad, found: readonly RemoteResource[]): PlanAction | undefined {
  const { loadId, externalResourceId } = load;
  if (found.length > 1) return duplicate(load, found);
  if (typeof load.wanted === 'object') {
    const resourceIds = found.map(({ id }) => id);
    const { problem: text } = load.wanted;
    const { venName } = load;
    return { kind: 'conflict', why: 'broken-row', venName, externalResourceId, loadId, resourceIds, text };
  }
  const venName = load.venName ?? '';
  const [resource] = found;
  if (!resource) {
    const why = load.storedId !== null || load.sent !== undefined ? 'lost' : 'new';
    return { kind: 'create', venName, loadId, externalResourceId, why };
  }
  const isMoved = resource.venName !== undefined && resource.venName !== venName;
  const isStored = load.storedId === resource.id && load.approved;
  const changes = changesOf(load, resource);
  if (changes || isMoved) {
    return {
      kind: 'update',
      venName,
      loadId,
      externalResourceId,
      resourceId: resource.id,
      name: resource.name,
      changes: changes ?? [],
      fromVen: isMoved ? (resource.venName ?? null) : null,
      adopted: !isStored,
    };
  }
  if (isStored) return undefined;
  return {
    kind: 'correct',
    venName,
    loadId,
    externalResourceId,
    resourceId: resource.id,
    storedId: load.storedId,
  };
}

/** What is to be told the VTN; undefined where nothing is. */
function changesOf(load: LocalLoad, resource: RemoteResource): Comparison['changes'] | undefined {
  const { verdict, changes } = compareFields(load.fields(), resource.fields);
  if (verdict === 'different') return changes;
  if (verdict === 'equal') return undefined;
  // What the VTN does not list, only the memory of what it was told can decide.
  const told = load.sent?.vtnResourceId === resource.id ? load.sent.sentHash : null;
  return told === null || told === load.sentHash() ? undefined : changes;
}

function unwanted(load: LocalLoad, found: readonly RemoteResource[], options: PlannerOptions): PlanAction[] {
  const { loadId, externalResourceId, storedId } = load;
  const venName = load.venName ?? '';
  if (found.length > 1 && !options.removeDuplicates) return [duplicate(load, found)];
  if (found.length === 0) {
    // The database says that it is registered; it is not, and should not be.
    return storedId !== null
      ? [{ kind: 'correct', venName, loadId, externalResourceId, resourceId: null, storedId }]
      : [];
  }
  return found.map((resource) => ({
    kind: 'remove',
    venName: resource.venName ?? venName,
    externalResourceId,
    resourceId: resource.id,
    name: resource.name,
    loadId,
    why: options.why,
    adopted: storedId !== null && found.every(({ id }) => id !== storedId),
  }));
}

function duplicate(load: LocalLoad, found: readonly RemoteResource[]): PlanAction {
  const { venName, externalResourceId, loadId } = load;
  const resourceIds = found.map(({ id }) => id).sort();
  return {
    kind: 'conflict',
    why: 'duplicate',
    venName,
    externalResourceId,
    loadId,
    resourceIds,
    text: `the VTN has ${found.length} resources of this load: ${resourceIds.join(', ')}`,
  };
}

function goneOf(
  resource: RemoteResource,
  remote: RemoteIndex,
  options: PlannerOptions,
): PlanAction | undefined {
  const externalResourceId = resource.externalResourceId as string;
  const venName = resource.venName ?? '';
  const same = remote.byExternalId(externalResourceId);
  if (same.length > 1 && !options.removeDuplicates) {
    if (resource !== same[0]) return undefined;
    const resourceIds = same.map(({ id }) => id).sort();
    const text = `the load is gone, and the VTN has ${same.length} resources of it: ${resourceIds.join(', ')}`;
    return {
      kind: 'conflict',
      why: 'duplicate',
      venName,
      externalResourceId,
      loadId: null,
      resourceIds,
      text,
    };
  }
  const why = options.why === 'asked' ? 'asked' : 'gone';
  return {
    kind: 'remove',
    venName,
    externalResourceId,
    resourceId: resource.id,
    name: resource.name,
    loadId: null,
    why,
    adopted: false,
  };
}

function strangerOf({ id, name, venName, externalResourceId }: RemoteResource): PlanAction {
  return {
    kind: 'stranger',
    venName: venName ?? null,
    resourceId: id,
    name,
    externalResourceId: externalResourceId ?? null,
  };
}

/** A load that is as it should be: writes down what the VTN was told, where that is not known yet. */
function agree(
  load: LocalLoad,
  resource: RemoteResource | undefined,
  agreed: (sent: SentRecord) => void,
): void {
  const { externalResourceId, venName, sent } = load;
  if (!resource || venName === null) return;
  if (sent?.vtnResourceId === resource.id && sent.sentHash !== null) return;
  agreed({ externalResourceId, venName, vtnResourceId: resource.id, sentHash: load.sentHash() });
}
