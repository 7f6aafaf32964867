import { isSameName } from '../core/same-name.ts';
import type { RemoteResource } from '../profiles/reconciliation-profile.ts';
import type { Owner, SentRecord } from '../store/sent-store.ts';
import { type Comparison, compareFields } from './compare-fields.ts';
import type { RemoteIndex } from './listing/remote-index.ts';
import type { LocalLoad } from './local-loads.ts';
import type { ActionKind, PlanAction } from './plan-actions.ts';
import { resourceOwnership } from './resource-ownership.ts';

export interface PlannerOptions {
  /** Why loads that are not wanted go. */
  readonly why: 'disabled' | 'asked';
  /** Remove all resources of a load, also where there are several. */
  readonly removeDuplicates: boolean;
  /** Whether what is not ours is to be told, for the resources of this VEN. */
  isInScope(venName: string | undefined): boolean;
}

/** What a plan says of one load: how it stands, or what is to be done. `stays`: nothing, however the VTN has it. */
export type Verdict = 'in-sync' | 'stays' | 'absent' | Exclude<ActionKind, 'stranger'>;

export interface Planner {
  /** Compares one load; each load once. */
  consider(load: LocalLoad): Verdict;
  /** External ids on the VTN that no load considered so far has. */
  unclaimed(): string[];
  /** Ends the plan. `owners`: whose the unclaimed external ids are; an id that is missing is nobody's. */
  finish(owners: ReadonlyMap<string, Owner>): void;
}

/**
 * Makes the plan of how to get the VTN from what it holds to what the database says. Pure: what it finds goes
 * to `emit`; loads that agree with the VTN, but of which that was not written down, go to `agreed`.
 */
export function createPlanner(
  remote: RemoteIndex,
  options: PlannerOptions,
  emit: (action: PlanAction) => void,
  agreed: (sent: SentRecord) => void = () => undefined,
): Planner {
  const ownership = resourceOwnership(remote);
  return {
    consider(load) {
      const found = ownership.claim(load);
      if (load.wanted === 'as-is') return 'stays';
      if (load.wanted === 'no') {
        const actions = unwanted(load, found, options);
        for (const action of actions) emit(action);
        return actions[0]?.kind ?? 'absent';
      }
      const action = wanted(load, found);
      if (action) emit(action);
      if (!action || action.kind === 'correct') agree(load, found[0], agreed);
      return action?.kind ?? 'in-sync';
    },
    unclaimed: ownership.unclaimedIds,
    finish(owners) {
      for (const { resource, owner } of ownership.unclaimed(owners)) {
        // A load of a VEN that this plan is not about: another plan's business.
        if (owner === 'load' || !options.isInScope(resource.venName)) continue;
        const action = owner === 'remembered' ? goneOf(resource, remote, options) : strangerOf(resource);
        if (action) emit(action);
      }
    },
  };
}

type ActionOfLoad = Exclude<PlanAction, { kind: 'stranger' }>;

function wanted(load: LocalLoad, found: readonly RemoteResource[]): ActionOfLoad | undefined {
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
  const isMoved = resource.venName !== undefined && !isSameName(resource.venName, venName);
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

function unwanted(
  load: LocalLoad,
  found: readonly RemoteResource[],
  options: PlannerOptions,
): ActionOfLoad[] {
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

function duplicate(load: LocalLoad, found: readonly RemoteResource[]): ActionOfLoad {
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
