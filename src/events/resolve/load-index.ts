import { parseCapacities } from '../../fleet/capacities.ts';
import { externalResourceIdOf, loadNameOf } from '../../fleet/components.ts';
import type { EventsProfile, NamedLoad, TargetKind } from '../../profiles/events-profile.ts';
import type { EventLoad } from '../../store/event-store.ts';
import type { LoadCapacities, SetpointLoad } from '../setpoints/instruction.ts';

/** A load as events know it. */
export interface IndexedLoad extends SetpointLoad {
  readonly vtnResourceId: string;
  readonly unreachable: EventLoad['unreachable'];
  /** As it is named on the VTN; made when it is first asked for. */
  resourceName(): string;
}

/** All loads of the fleet, by number from 0, and whom which name means. */
export interface LoadIndex {
  /** The store's mark of the fleet when this was read. */
  readonly mark: string;
  readonly loads: readonly IndexedLoad[];
  /** The numbers of those that this text names as this kind. */
  named(kind: TargetKind, text: string): readonly number[];
}

/** Reads the fleet into an index: some 30 MB for a hundred thousand loads. `venIds`: the VTN's ids of VENs, by their names. */
export async function readLoadIndex(
  store: { eventLoads(): AsyncIterable<readonly EventLoad[]>; fleetMark(): Promise<string> },
  profile: EventsProfile,
  venIds: ReadonlyMap<string, string>,
): Promise<LoadIndex> {
  const mark = await store.fleetMark();
  const reading = createReading(profile, venIds);
  for await (const page of store.eventLoads()) for (const row of page) reading.add(row);
  return { mark, ...reading.finish() };
}

type Names = Map<string, number | number[]>;

function createReading(profile: EventsProfile, venIds: ReadonlyMap<string, string>) {
  const loads: IndexedLoad[] = [];
  const names = new Map<TargetKind, Names>();
  const forms = createForms(profile);
  const capacitiesOf = createCapacities();
  const componentsOf = createComponentLists();
  let site: { readonly id: string; readonly first: number } = { id: '', first: 0 };
  let ofSite: EventLoad[] = [];
  const shared = new Set<EventLoad>();
  const endSite = () => {
    componentsOf.share(loads, site.first);
    const known = new Map<string, EventLoad>();
    for (const row of ofSite) {
      const name = loadNameOf(row.component, row.loadName);
      const same = known.get(name);
      if (same) shared.add(same).add(row);
      known.set(name, row);
    }
    ofSite = [];
  };
  /** Another load of its site has its name. */
  const sameName = (row: EventLoad) => shared.has(row);
  const name = (kind: TargetKind, text: string | null, index: number) => {
    if (text === null || text === '') return;
    for (const form of forms(kind, text)) addTo(names, kind, form, index);
  };
  return {
    add(row: EventLoad): void {
      const index = loads.length;
      if (row.siteId !== site.id) {
        endSite();
        site = { id: row.siteId, first: index };
      }
      ofSite.push(row);
      loads.push(indexed(row, capacitiesOf(row.capacities), profile, sameName));
      name('ven', row.venName, index);
      name('ven-id', venIds.get(row.venName ?? '') ?? null, index);
      name('site', row.siteId, index);
      name('meter-point', row.meterPointId, index);
      name('component', row.component, index);
      name('sub-type', row.subType, index);
      name('load', row.loadId, index);
      name('resource', row.vtnResourceId, index);
    },
    finish() {
      endSite();
      return {
        loads,
        named(kind: TargetKind, text: string): readonly number[] {
          if (kind === 'resource-name' && !names.has(kind))
            for (const [index, load] of loads.entries()) name(kind, load.resourceName(), index);
          const found = names.get(kind)?.get(text);
          return found === undefined ? [] : typeof found === 'number' ? [found] : found;
        },
      };
    },
  };
}

function indexed(
  row: EventLoad,
  capacities: LoadCapacities,
  profile: EventsProfile,
  sameName: (row: EventLoad) => boolean,
): Writable<IndexedLoad> {
  const { loadId, siteId, component, vtnResourceId, unreachable } = row;
  return {
    loadId,
    venName: row.venName ?? '',
    siteId,
    component,
    capacities,
    siteComponents: none,
    vtnResourceId: vtnResourceId ?? '',
    unreachable: row.venName === null ? 'not-registered' : unreachable,
    resourceName: () => profile.resourceNameOf(namedLoad(row, sameName(row))),
  };
}

/** A load as far as its name on the VTN needs it. */
function namedLoad(row: EventLoad, nameShared: boolean): NamedLoad {
  const { siteId, siteName, meterPointId, component, loadName } = row;
  return {
    externalResourceId: externalResourceIdOf(siteId, component),
    component,
    name: loadNameOf(component, loadName),
    nameShared,
    site: { resourceId: siteId, name: siteName, nameShared: row.nameShared, meterPointId },
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const none: readonly string[] = [];

/** A load's own names are many, and looked at once; those of VENs, sites and kinds come again and again. */
function createForms(profile: EventsProfile): (kind: TargetKind, text: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (kind, text) => {
    if (kind === 'load' || kind === 'resource') return profile.wireFormsOf(kind, text);
    const key = `${kind}\0${text}`;
    const before = known.get(key);
    if (before) return before;
    const forms = profile.wireFormsOf(kind, text);
    known.set(key, forms);
    return forms;
  };
}

function addTo(names: Map<TargetKind, Names>, kind: TargetKind, form: string, index: number): void {
  let ofKind = names.get(kind);
  if (!ofKind) {
    ofKind = new Map();
    names.set(kind, ofKind);
  }
  const before = ofKind.get(form);
  if (before === undefined) ofKind.set(form, index);
  else if (typeof before === 'number') ofKind.set(form, [before, index]);
  else before.push(index);
}

/** One object for all sites that have the same capacities. */
function createCapacities(): (text: string) => LoadCapacities {
  const known = new Map<string, LoadCapacities>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const parsed = parseCapacities(text);
    const values = new Map(parsed.ok ? parsed.values.map(([name, value]) => [name, Number(value)]) : []);
    const capacities = {
      maxKw: values.get('P_max_kw'),
      minKw: values.get('P_min_kw'),
      maxKwh: values.get('E_max_kwh'),
      minKwh: values.get('E_min_kwh'),
    };
    known.set(text, capacities);
    return capacities;
  };
}

/** One list for all sites that have the same components. */
function createComponentLists() {
  const known = new Map<string, readonly string[]>();
  return {
    /** Gives the loads from `first` on, those of one site, the list of their components. */
    share(loads: readonly Writable<IndexedLoad>[], first: number): void {
      const own = loads.slice(first);
      const components = own.map(({ component }) => component).sort();
      const key = components.join('\0');
      const list = known.get(key) ?? components;
      known.set(key, list);
      for (const load of own) load.siteComponents = list;
    },
  };
}
