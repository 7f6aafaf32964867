import type { HeldCounts, HeldResource } from '../machine/dialect.ts';
import { createKeyIndex } from '../machine/key-index.ts';
import { createSlots, inOrder, type Slots } from '../machine/slots.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import { createTextArena } from '../machine/text-arena.ts';
import { createPacker, type Resource, textsOf, unpack, type Ven } from './pack.ts';
import type { ResourceBody } from './resource-check.ts';

export interface FlexStore {
  readonly vens: Slots<Ven>;
  readonly resources: Slots<unknown>;
  venByName(name: string): number | undefined;
  addVen(name: string, clientName: string): number;
  removeVen(n: number): void;
  /** The first resource with this external id. */
  byExternalId(externalId: string): number | undefined;
  /** All of them: more than one only where duplicates are accepted. */
  allByExternalId(externalId: string): number[];
  addResource(ven: number, body: ResourceBody): number;
  replaceResource(n: number, ven: number, body: ResourceBody): void;
  removeResource(n: number): void;
  /** The resources of one VEN, in the order that the switches ask for. */
  ofVen(name: string): number[];
  /** The resource as it was sent, with the VTN's id. */
  resourceJson(n: number): string;
  venJson(n: number): string;
  held(): Iterable<HeldResource>;
  counts(): HeldCounts;
  wipe(): void;
}

export function createFlexStore(switches: SimulatorSwitches): FlexStore {
  const vens = createSlots<Ven>(switches);
  const resources = createSlots<Resource>(switches);
  const venNumbers = new Map<string, number>();
  const arena = createTextArena();
  const pack = createPacker(arena);
  const texts = (n: number) => textsOf(arena, resources.get(n)!);
  const externals = createKeyIndex((n) => texts(n).externalId);
  return {
    vens,
    resources,
    venByName: (name) => venNumbers.get(name),
    addVen(name, clientName) {
      const n = vens.add({ name, clientName, resources: [] });
      venNumbers.set(name, n);
      return n;
    },
    removeVen(n) {
      venNumbers.delete(vens.get(n)!.name);
      vens.remove(n);
    },
    byExternalId: externals.first,
    allByExternalId: externals.all,
    addResource(venNumber, body) {
      const ven = vens.get(venNumber)!;
      const n = resources.add(pack(ven, body));
      ven.resources.push(n);
      externals.add(n, body.external_resource_id);
      return n;
    },
    replaceResource(n, venNumber, body) {
      const { externalId } = texts(n);
      const ven = vens.get(venNumber)!;
      resources.replace(n, pack(ven, body));
      if (!ven.resources.includes(n)) ven.resources.push(n);
      if (externalId === body.external_resource_id) return;
      externals.remove(n, externalId);
      externals.add(n, body.external_resource_id);
    },
    removeResource(n) {
      externals.remove(n, texts(n).externalId);
      resources.remove(n);
    },
    ofVen(name) {
      const ven = vens.get(venNumbers.get(name) ?? -1);
      const numbers = ven?.resources.filter((n) => resources.get(n)?.ven === ven) ?? [];
      return inOrder(numbers, switches.order);
    },
    resourceJson: (n) => unpack(resources.idOf(n), resources.get(n)!, texts(n)),
    venJson(n) {
      const { name, clientName } = vens.get(n)!;
      return JSON.stringify({ id: vens.idOf(n), ven_name: name, client_name: clientName });
    },
    *held() {
      for (const n of resources.numbers()) {
        const { externalId, name, loadId } = texts(n);
        yield { id: resources.idOf(n), externalId, ven: resources.get(n)!.ven.name, name, loadId };
      }
    },
    counts: () => ({ vens: vens.size, resources: resources.size, duplicates: externals.duplicates }),
    wipe() {
      vens.wipe();
      resources.wipe();
      venNumbers.clear();
      externals.clear();
      arena.wipe();
    },
  };
}
