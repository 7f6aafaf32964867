import { parseCapacities } from '../../fleet/capacities.ts';
import type { EventsProfile, TargetKind } from '../../profiles/events-profile.ts';
import type { EventLoad } from '../../store/event-store.ts';
import type { LoadCapacities } from '../setpoints/instruction.ts';
import { type IndexedLoad, LoadOfIndex, type SiteOfIndex } from './indexed-load.ts';

/** All loads of the fleet, by number from 0, and whom which name means. */
export interface LoadIndex {
  /** The store's mark of the fleet when this was read. */
  readonly mark: string;
  readonly loads: readonly IndexedLoad[];
  /** The numbers of those that this text names as this kind. */
  named(kind: TargetKind, text: string): readonly number[];
}

/** Reads the fleet into an index: some 40 MB for a hundred thousand loads. `venIds`: the VTN's ids of VENs, by their names. */
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

function createReading(profile: EventsProfile, venIds: ReadonlyMap<string, string>) {
  const loads: LoadOfIndex[] = [];
  const forms = createForms(profile);
  const sitesNamed = createNames<SiteOfIndex>(forms);
  const loadsNamed = createNames<number>(forms);
  const capacitiesOf = createCapacities();
  const componentsOf = createComponentLists();
  let site: SiteOfIndex | undefined;
  const begin = (row: EventLoad): SiteOfIndex => {
    const { siteId: resourceId, siteName: name, nameShared, meterPointId, venName } = row;
    const begun = {
      named: { resourceId, name, nameShared, meterPointId },
      venName: venName ?? '',
      isRegistered: venName !== null,
      capacities: capacitiesOf(row.capacities),
      profile,
      components: [],
      first: loads.length,
      loads: 0,
    };
    sitesNamed.add('ven', venName, begun);
    sitesNamed.add('ven-id', venIds.get(venName ?? ''), begun);
    sitesNamed.add('site', resourceId, begun);
    sitesNamed.add('meter-point', meterPointId, begun);
    sitesNamed.add('sub-type', row.subType, begun);
    return begun;
  };
  const end = () => {
    if (!site) return;
    const ofSite = loads.slice(site.first);
    site.loads = ofSite.length;
    site.components = componentsOf(ofSite);
    const known = new Map<string, LoadOfIndex>();
    for (const load of ofSite) {
      const same = known.get(load.name());
      if (same) same.nameShared = load.nameShared = true;
      known.set(load.name(), load);
    }
  };
  return {
    add(row: EventLoad): void {
      if (row.siteId !== site?.named.resourceId) {
        end();
        site = begin(row);
      }
      const index = loads.length;
      loads.push(new LoadOfIndex(row, site));
      loadsNamed.add('component', row.component, index);
      loadsNamed.add('load', row.loadId, index);
      loadsNamed.add('resource', row.vtnResourceId, index);
    },
    finish() {
      end();
      return {
        loads,
        named(kind: TargetKind, text: string): readonly number[] {
          if (kind === 'resource-name' && !loadsNamed.has(kind))
            for (const [index, load] of loads.entries()) loadsNamed.add(kind, load.resourceName(), index);
          const sites = sitesNamed.of(kind, text);
          return sites.length > 0 ? sites.flatMap(numbersOf) : loadsNamed.of(kind, text);
        },
      };
    },
  };
}

const numbersOf = ({ first, loads }: SiteOfIndex) => Array.from({ length: loads }, (_, at) => first + at);

/** Who bears which name of which kind, in the forms in which the VTN writes it. Most names have one bearer, and no list then. */
function createNames<T extends number | object>(forms: ReturnType<typeof createForms>) {
  const names = new Map<TargetKind, Map<string, T | T[]>>();
  const note = (ofKind: Map<string, T | T[]>, form: string, bearer: T) => {
    const before = ofKind.get(form);
    if (before === undefined) ofKind.set(form, bearer);
    else if (Array.isArray(before)) before.push(bearer);
    else ofKind.set(form, [before, bearer]);
  };
  return {
    has: (kind: TargetKind) => names.has(kind),
    add(kind: TargetKind, text: string | null | undefined, bearer: T): void {
      if (!text) return;
      const ofKind = names.get(kind) ?? new Map<string, T | T[]>();
      if (ofKind.size === 0) names.set(kind, ofKind);
      for (const form of forms(kind, text)) note(ofKind, form, bearer);
    },
    of(kind: TargetKind, text: string): readonly T[] {
      const found = names.get(kind)?.get(text);
      if (found === undefined) return [];
      return Array.isArray(found) ? found : [found];
    },
  };
}

/** Names that come again and again: how they are written is worked out once. */
const common: ReadonlySet<TargetKind> = new Set(['ven', 'ven-id', 'component', 'sub-type']);

function createForms(profile: EventsProfile): (kind: TargetKind, text: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (kind, text) => {
    if (!common.has(kind)) return profile.wireFormsOf(kind, text);
    const key = `${kind}\0${text}`;
    const before = known.get(key);
    if (before) return before;
    const forms = profile.wireFormsOf(kind, text);
    known.set(key, forms);
    return forms;
  };
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
function createComponentLists(): (loads: readonly LoadOfIndex[]) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (loads) => {
    const components = loads.map(({ component }) => component).sort();
    const key = components.join('\0');
    const list = known.get(key) ?? components;
    known.set(key, list);
    return list;
  };
}
