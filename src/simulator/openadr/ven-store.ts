import { quote } from '../../core/quote.ts';
import type { HeldCounts, HeldResource } from '../machine/dialect.ts';
import { createKeyIndex, type KeyIndex } from '../machine/key-index.ts';
import { createSlots, inOrder, type Slots } from '../machine/slots.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import { createTextArena, type TextArena } from '../machine/text-arena.ts';
import { type Packed, type Shape, unpack, valuesOfType } from './attributes.ts';
import type { Version } from './object-readers.ts';
import { createStamps, type Stamps } from './stamps.ts';

/** What a client says of a VEN. */
export interface VenContent {
  readonly venName: string;
  /** Empty in 3.0, which knows none. */
  readonly clientId: string;
  readonly attributes: Packed | undefined;
  readonly targets: Targets;
}

/** What a client says of a resource. */
export interface ResourceContent {
  readonly resourceName: string;
  readonly attributes: Packed | undefined;
  readonly targets: Targets;
}

/** 3.1: the JSON text of a list of texts; 3.0: valuesMaps, or none. */
export type Targets = string | Packed | undefined;

interface Ven extends VenContent {
  readonly id: string;
  readonly created: number;
  readonly modified: number;
  /** Its resources by name. */
  readonly names: KeyIndex;
  /** Its resources in the order of storing; those deleted are left in. */
  readonly resources: number[];
}

interface Resource {
  /** The number of its VEN, whose record may be replaced. */
  readonly ven: number;
  readonly created: number;
  readonly modified: number;
  readonly attributes: Shape | undefined;
  /** `text`: kept as JSON text. */
  readonly targets: Shape | 'text' | undefined;
  /** The place of its texts: its name, the values of its attributes, its targets or their values. */
  readonly texts: number;
}

/** The VENs and resources of an OpenADR VTN, by number. */
export interface VenStore {
  readonly vens: Slots<Ven>;
  readonly resources: Slots<Resource>;
  venByName(venName: string): number | undefined;
  venOfClient(clientId: string): number | undefined;
  addVen(content: VenContent): number;
  replaceVen(n: number, content: VenContent): void;
  removeVen(n: number): void;
  contentOf(n: number): ResourceContent;
  addResource(ven: number, content: ResourceContent): number;
  replaceResource(n: number, content: ResourceContent): void;
  removeResource(n: number): void;
  /** Its resources in natural order. */
  resourcesOf(ven: number): number[];
  venJson(n: number): string;
  /** `content`: what it holds, where that is at hand. */
  resourceJson(n: number, content?: ResourceContent): string;
  held(): Iterable<HeldResource>;
  counts(): HeldCounts;
  wipe(): void;
}

interface State {
  readonly vens: Slots<Ven>;
  readonly resources: Slots<Resource>;
  readonly venNames: Map<string, number>;
  readonly clients: Map<string, number>;
  readonly stamps: Stamps;
  readonly arena: TextArena;
  duplicates: number;
}

export function createVenStore(version: Version, switches: SimulatorSwitches): VenStore {
  const state: State = {
    vens: createSlots<Ven>(switches, true),
    resources: createSlots<Resource>(switches),
    venNames: new Map(),
    clients: new Map(),
    stamps: createStamps(),
    arena: createTextArena(),
    duplicates: 0,
  };
  const { vens, resources, venNames, clients } = state;
  const resourcesOf = (ven: number) =>
    vens.get(ven)?.resources.filter((n) => resources.get(n) !== undefined) ?? [];
  const resourceJson = version === '3.1' ? resourceJson31(state) : resourceJson30(state);
  return {
    vens,
    resources,
    venByName: (venName) => venNames.get(venName),
    venOfClient: (clientId) => clients.get(clientId),
    ...venWrites(state),
    ...resourceWrites(state),
    resourcesOf,
    contentOf: (n) => contentOf(state, n),
    resourceJson,
    venJson:
      version === '3.1'
        ? venJson31(state)
        : venJson30(state, (n) => inOrder(resourcesOf(n), switches.order).map((one) => resourceJson(one))),
    *held() {
      for (const n of resources.numbers()) {
        const { resourceName, attributes } = contentOf(state, n);
        const external = attributes && valuesOfType(attributes, 'EXTERNAL_RESOURCE_ID')?.[0];
        yield {
          id: resources.idOf(n),
          externalId: typeof external === 'string' ? external : undefined,
          ven: vens.get(resources.get(n)?.ven ?? -1)?.venName ?? '',
          name: resourceName,
          loadId: undefined,
        };
      }
    },
    counts: () => ({ vens: vens.size, resources: resources.size, duplicates: state.duplicates }),
    wipe() {
      vens.wipe();
      resources.wipe();
      venNames.clear();
      clients.clear();
      state.arena.wipe();
      state.duplicates = 0;
    },
  };
}

function venWrites(state: State): Pick<VenStore, 'addVen' | 'replaceVen' | 'removeVen'> {
  const { vens, venNames, clients, stamps } = state;
  const nameOf = (n: number) => contentOf(state, n).resourceName;
  const enter = (n: number, { venName, clientId }: VenContent) => {
    venNames.set(venName, n);
    if (clientId !== '') clients.set(clientId, n);
  };
  const leave = ({ venName, clientId }: VenContent) => {
    venNames.delete(venName);
    clients.delete(clientId);
  };
  return {
    addVen(content) {
      const now = stamps.now();
      const empty = { names: createKeyIndex(nameOf), resources: [] };
      const n = vens.add({ ...content, id: '', created: now, modified: now, ...empty });
      vens.replace(n, { ...(vens.get(n) as Ven), id: vens.idOf(n) });
      enter(n, content);
      return n;
    },
    replaceVen(n, content) {
      const before = vens.get(n) as Ven;
      leave(before);
      vens.replace(n, { ...before, ...content, modified: stamps.now() });
      enter(n, content);
    },
    removeVen(n) {
      leave(vens.get(n) as Ven);
      vens.remove(n);
    },
  };
}

function resourceWrites(state: State): Pick<VenStore, 'addResource' | 'replaceResource' | 'removeResource'> {
  const { vens, resources, stamps, arena } = state;
  const namesOf = (ven: number) => (vens.get(ven) as Ven).names;
  return {
    addResource(ven, content) {
      const { resourceName } = content;
      const now = stamps.now();
      const n = resources.add({ ...packed(arena, content), ven, created: now, modified: now });
      const owner = vens.get(ven) as Ven;
      owner.resources.push(n);
      if (owner.names.first(resourceName) !== undefined) state.duplicates += 1;
      owner.names.add(n, resourceName);
      return n;
    },
    replaceResource(n, content) {
      const before = resources.get(n) as Resource;
      const names = namesOf(before.ven);
      names.remove(n, contentOf(state, n).resourceName);
      names.add(n, content.resourceName);
      const { ven, created } = before;
      resources.replace(n, { ...packed(arena, content), ven, created, modified: stamps.now() });
    },
    removeResource(n) {
      const { ven } = resources.get(n) as Resource;
      namesOf(ven).remove(n, contentOf(state, n).resourceName);
      resources.remove(n);
    },
  };
}

function packed(arena: TextArena, { resourceName, attributes, targets }: ResourceContent) {
  const parts = [resourceName];
  if (attributes) parts.push(...attributes.values);
  if (typeof targets === 'string') parts.push(targets);
  else if (targets) parts.push(...targets.values);
  return {
    attributes: attributes?.shape,
    targets: typeof targets === 'string' ? ('text' as const) : targets?.shape,
    texts: arena.add(parts),
  };
}

function contentOf({ resources, arena }: State, n: number): ResourceContent {
  const { attributes, targets, texts } = resources.get(n) as Resource;
  const parts = arena.get(texts);
  const rest = 1 + (attributes?.length ?? 0);
  return {
    resourceName: parts[0] as string,
    attributes: attributes && { shape: attributes, values: parts.slice(1, rest) },
    targets: targets === 'text' ? parts[rest] : targets && { shape: targets, values: parts.slice(rest) },
  };
}

/** `,"field":…`, or nothing where there is nothing to say. */
function listField(field: string, list: Targets): string {
  if (list === undefined) return '';
  return `,"${field}":${typeof list === 'string' ? list : unpack(list)}`;
}

function metadata(stamps: Stamps, id: string, { created, modified }: Ven | Resource): string {
  const createdText = stamps.text(created);
  const modifiedText = modified === created ? createdText : stamps.text(modified);
  return `"id":"${id}","createdDateTime":"${createdText}","modificationDateTime":"${modifiedText}"`;
}

function resourceJson31(state: State) {
  const { vens, resources, stamps } = state;
  return (n: number, content: ResourceContent = contentOf(state, n)) => {
    const one = resources.get(n) as Resource;
    const ven = vens.get(one.ven) as Ven;
    const head = `{"objectType":"RESOURCE",${metadata(stamps, resources.idOf(n), one)}`;
    const owner = `,"clientID":"${ven.clientId}"${listField('targets', content.targets)}`;
    const rest = `,"resourceName":${quote(content.resourceName)},"venID":"${ven.id}"`;
    return `${head}${owner}${rest}${listField('attributes', content.attributes)}}`;
  };
}

function resourceJson30(state: State) {
  const { vens, resources, stamps } = state;
  return (n: number, content: ResourceContent = contentOf(state, n)) => {
    const { resourceName, attributes, targets } = content;
    const one = resources.get(n) as Resource;
    const head = `{${metadata(stamps, resources.idOf(n), one)},"venID":"${vens.get(one.ven)?.id}"`;
    const named = `,"objectType":"RESOURCE","resourceName":${quote(resourceName)}`;
    return `${head}${named}${listField('attributes', attributes)}${listField('targets', targets)}}`;
  };
}

/** Without an `objectType`, as OpenLEADR of that generation. */
function venJson31({ vens, stamps }: State) {
  return (n: number) => {
    const ven = vens.get(n) as Ven;
    const head = `{${metadata(stamps, ven.id, ven)},"clientID":"${ven.clientId}"`;
    const named = `${listField('targets', ven.targets)},"venName":${quote(ven.venName)}`;
    return `${head}${named}${listField('attributes', ven.attributes)}}`;
  };
}

/** With all its resources. */
function venJson30({ vens, stamps }: State, resourcesOf: (ven: number) => string[]) {
  return (n: number) => {
    const ven = vens.get(n) as Ven;
    const head = `{${metadata(stamps, ven.id, ven)},"objectType":"VEN","venName":${quote(ven.venName)}`;
    const lists = `${listField('attributes', ven.attributes)}${listField('targets', ven.targets)}`;
    const resources = resourcesOf(n);
    return `${head}${lists}${resources.length > 0 ? `,"resources":[${resources.join()}]` : ''}}`;
  };
}
