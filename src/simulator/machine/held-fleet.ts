import type { Dialect, HeldCounts, HeldResource } from './dialect.ts';
import { createKeyIndex } from './key-index.ts';
import { createSlots, type Slots } from './slots.ts';
import type { SimulatorSwitches } from './switches.ts';
import { createTextArena } from './text-arena.ts';

export interface HeldVen {
  readonly id: string;
  readonly name: string;
  /** The numbers of its resources, in the order of storing. */
  readonly resources: number[];
}

/** What is kept of a resource. All of it lies in one text outside of the heap, so that a fleet stays small. */
export interface Kept {
  /** The number of its VEN. */
  readonly ven: number;
  /** The number of what it has in common with others (`Shapes`), or -1. */
  readonly shape: number;
  readonly texts: readonly string[];
}

/** What is peculiar to one kind of VTN. */
interface Holding<V extends HeldVen> {
  /** VENs come newest first. */
  readonly newestVenFirst: boolean;
  /** The keys by which a VEN is found, none of which two VENs share. */
  keysOfVen(ven: V): readonly string[];
  /** The key that should be a resource's alone. */
  keyOf(resource: Kept): string;
  /** What the simulator's own pages tell of a resource. */
  describe(resource: Kept): { externalId: string | undefined; name: string; loadId: string | undefined };
}

/** A VEN that has no id yet and no resources. */
type VenOf<V extends HeldVen> = Omit<V, 'id' | 'resources'>;

/** The VENs of a VTN and their resources, by number. */
export interface HeldFleet<V extends HeldVen> {
  readonly vens: Slots<V>;
  readonly resources: Slots<unknown>;
  venWith(key: string): number | undefined;
  addVen(ven: VenOf<V>): number;
  replaceVen(n: number, ven: V): void;
  removeVen(n: number): void;
  resource(n: number): Kept;
  /** The resources with this key: more than one only where duplicates are accepted. */
  resourcesWith(key: string): number[];
  addResource(resource: Kept): number;
  replaceResource(n: number, resource: Kept): void;
  removeResource(n: number): void;
  describe(n: number): Omit<HeldResource, 'id'>;
  /** The part of the VTN that only needs to know what it holds. */
  readonly dialect: Pick<Dialect, 'held' | 'otherResourceId' | 'wipe'> & {
    counts(): Pick<HeldCounts, 'vens' | 'resources' | 'duplicates'>;
  };
}

export function createHeldFleet<V extends HeldVen>(
  switches: SimulatorSwitches,
  holding: Holding<V>,
): HeldFleet<V> {
  const { wipeVens, ...heldVens } = createHeldVens(switches, holding);
  const { vens } = heldVens;
  const { wipeResources, duplicates, ...held } = createHeldResources(switches, holding, vens);
  const { resources, resource } = held;
  const describe = (n: number) => {
    const kept = resource(n);
    return { ...holding.describe(kept), ven: vens.get(kept.ven)?.name ?? '' };
  };
  return {
    ...heldVens,
    ...held,
    describe,
    dialect: {
      *held() {
        for (const n of resources.numbers()) yield { id: resources.idOf(n), ...describe(n) };
      },
      counts: () => ({ vens: vens.size, resources: resources.size, duplicates: duplicates() }),
      otherResourceId(id) {
        for (const n of resources.numbers()) if (resources.idOf(n) !== id) return resources.idOf(n);
        return undefined;
      },
      wipe() {
        wipeVens();
        wipeResources();
      },
    },
  };
}

function createHeldVens<V extends HeldVen>(
  switches: SimulatorSwitches,
  { newestVenFirst, keysOfVen }: Holding<V>,
) {
  const vens = createSlots<V>(switches, newestVenFirst);
  const numbers = new Map<string, number>();
  const enter = (n: number, ven: V) => {
    vens.replace(n, ven);
    for (const key of keysOfVen(ven)) numbers.set(key, n);
  };
  const leave = (n: number) => {
    for (const key of keysOfVen(vens.get(n) as V)) numbers.delete(key);
  };
  return {
    vens: vens as Slots<V>,
    venWith: (key: string) => numbers.get(key),
    addVen(content: VenOf<V>) {
      const ven = { ...content, id: '', resources: [] as number[] } as unknown as V;
      const n = vens.add(ven);
      enter(n, { ...ven, id: vens.idOf(n) });
      return n;
    },
    replaceVen(n: number, ven: V) {
      leave(n);
      enter(n, ven);
    },
    removeVen(n: number) {
      leave(n);
      vens.remove(n);
    },
    wipeVens() {
      vens.wipe();
      numbers.clear();
    },
  };
}

function createHeldResources(
  switches: SimulatorSwitches,
  { keyOf }: Pick<Holding<HeldVen>, 'keyOf'>,
  vens: Slots<HeldVen>,
) {
  /** Where in the arena each is. */
  const resources = createSlots<number>(switches);
  const arena = createTextArena();
  const keys = createKeyIndex((n) => keyOf(resource(n)));
  let duplicates = 0;
  /** What was put there last: nearly always it is read at once, for the answer. */
  let latest: { readonly place: number; readonly kept: Kept } | undefined;

  const put = (kept: Kept) => {
    const place = arena.add(kept.texts, kept.ven, kept.shape);
    latest = { place, kept };
    return place;
  };
  const resource = (n: number): Kept => {
    const place = resources.get(n) as number;
    if (place === latest?.place) return latest.kept;
    const [ven, shape, ...texts] = arena.get(place);
    return { ven: Number(ven), shape: Number(shape), texts };
  };
  const ofVen = ({ ven }: Kept) => vens.get(ven)?.resources ?? [];
  const leaveVen = (n: number, kept: Kept) => void ofVen(kept).splice(ofVen(kept).indexOf(n), 1);
  return {
    resources: resources as Slots<unknown>,
    resource,
    resourcesWith: keys.all,
    addResource(kept: Kept) {
      if (keys.first(keyOf(kept)) !== undefined) duplicates += 1;
      const n = resources.add(put(kept));
      ofVen(kept).push(n);
      keys.add(n, keyOf(kept));
      return n;
    },
    replaceResource(n: number, kept: Kept) {
      const before = resource(n);
      if (before.ven !== kept.ven) {
        leaveVen(n, before);
        ofVen(kept).push(n);
      }
      const [keyBefore, key] = [keyOf(before), keyOf(kept)];
      if (key !== keyBefore) keys.remove(n, keyBefore);
      resources.replace(n, put(kept));
      if (key !== keyBefore) keys.add(n, key);
    },
    removeResource(n: number) {
      const kept = resource(n);
      leaveVen(n, kept);
      keys.remove(n, keyOf(kept));
      resources.remove(n);
    },
    duplicates: () => duplicates,
    wipeResources() {
      resources.wipe();
      keys.clear();
      arena.wipe();
      latest = undefined;
      duplicates = 0;
    },
  };
}
