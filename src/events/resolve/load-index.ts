import { parseCapacities } from '../../fleet/capacities.ts';
import { externalResourceIdOf, loadNameOf } from '../../fleet/components.ts';
import type { EventsProfile, NamedLoad, TargetKind } from '../../profiles/events-profile.ts';
import type { EventLoad } from '../../store/event-store.ts';
import type { LoadCapacities, SetpointLoad } from '../setpoints/instruction.ts';

/** A load as events know it. */
export interface IndexedLoad extends SetpointLoad {
  readonly vtnResourceId: string;
  readonly unreachable: EventLoad['unreachable'];
  /** As it is named on the VTN. */
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

/** Reads the fleet into an index: some 50 MB for a hundred thousand loads. `venIds`: the VTN's ids of VENs, by their names. */
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
  let site: NamedLoad['site'] | undefined;
  let ofSite: LoadOfIndex[] = [];
  const endSite = () => {
    componentsOf.share(ofSite);
    const known = new Map<string, LoadOfIndex>();
    for (const load of ofSite) {
      const same = known.get(load.name());
      if (same) same.nameShared = load.nameShared = true;
      known.set(load.name(), load);
    }
    ofSite = [];
  };
  const name = (kind: TargetKind, text: string | null, index: number) => {
    if (text === null || text === '') return;
    for (const form of forms(kind, text)) addTo(names, kind, form, index);
  };
  return {
    add(row: EventLoad): void {
      const index = loads.length;
      if (row.siteId !== site?.resourceId) {
        endSite();
        const { siteId: resourceId, siteName, nameShared, meterPointId } = row;
        site = { resourceId, name: siteName, nameShared, meterPointId };
      }
      const load = new LoadOfIndex(row, capacitiesOf(row.capacities), site, profile);
      ofSite.push(load);
      loads.push(load);
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

/** A class, since there are a hundred thousand: with a closure for each, over its row, the index took 87 MB for the fleet, not 61. */
class LoadOfIndex implements IndexedLoad {
  readonly loadId: string;
  readonly venName: string;
  readonly siteId: string;
  readonly component: string;
  readonly capacities: LoadCapacities;
  siteComponents = none;
  readonly vtnResourceId: string;
  readonly unreachable: IndexedLoad['unreachable'];
  /** Another load of its site has its name. */
  nameShared = false;
  readonly #loadName: string | null;
  readonly #site: NamedLoad['site'];
  readonly #profile: EventsProfile;

  constructor(row: EventLoad, capacities: LoadCapacities, site: NamedLoad['site'], profile: EventsProfile) {
    this.loadId = row.loadId;
    this.venName = row.venName ?? '';
    this.siteId = row.siteId;
    this.component = row.component;
    this.capacities = capacities;
    this.vtnResourceId = row.vtnResourceId ?? '';
    this.unreachable = row.venName === null ? 'not-registered' : row.unreachable;
    this.#loadName = row.loadName;
    this.#site = site;
    this.#profile = profile;
  }

  name(): string {
    return loadNameOf(this.component, this.#loadName);
  }

  resourceName(): string {
    const { siteId, component, nameShared } = this;
    const externalResourceId = externalResourceIdOf(siteId, component);
    const name = this.name();
    return this.#profile.resourceNameOf({
      externalResourceId,
      component,
      name,
      nameShared,
      site: this.#site,
    });
  }
}

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
    /** Gives the loads of one site the list of their components. */
    share(loads: readonly LoadOfIndex[]): void {
      const components = loads.map(({ component }) => component).sort();
      const key = components.join('\0');
      const list = known.get(key) ?? components;
      known.set(key, list);
      for (const load of loads) load.siteComponents = list;
    },
  };
}
