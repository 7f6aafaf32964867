import { createHeldFleet, type HeldFleet, type HeldVen } from '../machine/held-fleet.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import { type AttributeReader, type Attributes, createAttributeReader } from './attributes.ts';
import type { Dated, Stamps } from './stamps.ts';

/** What a client says of a VEN. Lists are kept as JSON text, which is empty where there is none. */
export interface VenContent {
  readonly name: string;
  /** Empty in 3.0, which knows none. */
  readonly clientId: string;
  readonly attributes: string;
  readonly targets: string;
}

/** What a client says of a resource; its targets as JSON text, which is empty where there are none. */
export interface ResourceContent {
  readonly name: string;
  readonly attributes: Attributes;
  readonly targets: string;
}

export interface Ven extends VenContent, HeldVen, Dated {}

export interface Resource extends ResourceContent, Dated {
  readonly ven: number;
}

/** The VENs and resources of an OpenADR VTN, by number. */
export interface OpenAdrFleet extends HeldFleet<Ven> {
  readonly attributes: AttributeReader;
  venNamed(name: string): number | undefined;
  venOfClient(clientId: string): number | undefined;
  newVen(content: VenContent): number;
  changeVen(n: number, content: VenContent): void;
  get(n: number): Resource;
  newResource(ven: number, content: ResourceContent): number;
  changeResource(n: number, content: ResourceContent): void;
  /** The resources of a VEN, in the order of storing. */
  resourcesOf(ven: number | undefined): readonly number[];
  /** Those of this name: more than one only where duplicates are accepted. */
  resourcesNamed(ven: number | undefined, name: string): number[];
}

export function createOpenAdrFleet(switches: SimulatorSwitches, stamps: Stamps): OpenAdrFleet {
  const attributes = createAttributeReader();
  const fleet = createHeldFleet<Ven>(switches, {
    newestVenFirst: true,
    keysOfVen: ({ name, clientId }) => [`name ${name}`, ...(clientId === '' ? [] : [`client ${clientId}`])],
    keyOf: ({ ven, texts }) => `${ven} ${texts[0]}`,
    describe({ shape, texts: [name = '', , , , ...values] }) {
      const [external] = attributes.valuesOfType({ shape, values }, 'EXTERNAL_RESOURCE_ID') ?? [];
      return { externalId: typeof external === 'string' ? external : undefined, name, loadId: undefined };
    },
  });
  const { vens } = fleet;
  const kept = (ven: number, { name, attributes, targets }: ResourceContent, dated: Dated) => ({
    ven,
    shape: attributes.shape,
    texts: [name, String(dated.created), String(dated.modified), targets, ...attributes.values],
  });
  const get = (n: number): Resource => {
    const { ven, shape, texts } = fleet.resource(n);
    const [name = '', created, modified, targets = '', ...values] = texts;
    const dated = { created: Number(created), modified: Number(modified) };
    return { ven, name, targets, attributes: { shape, values }, ...dated };
  };
  return {
    ...fleet,
    attributes,
    venNamed: (name) => fleet.venWith(`name ${name}`),
    venOfClient: (clientId) => fleet.venWith(`client ${clientId}`),
    newVen: (content) => fleet.addVen({ ...content, ...stamps.fresh() }),
    changeVen: (n, content) =>
      fleet.replaceVen(n, { ...(vens.get(n) as Ven), ...content, modified: stamps.now() }),
    get,
    newResource: (ven, content) => fleet.addResource(kept(ven, content, stamps.fresh())),
    changeResource(n, content) {
      const { ven, created } = get(n);
      fleet.replaceResource(n, kept(ven, content, { created, modified: stamps.now() }));
    },
    resourcesOf: (ven) => vens.get(ven ?? -1)?.resources ?? [],
    resourcesNamed: (ven, name) => fleet.resourcesWith(`${ven} ${name}`),
  };
}
