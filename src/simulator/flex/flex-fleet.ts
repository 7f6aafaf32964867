import { createHeldFleet, type HeldFleet, type HeldVen } from '../machine/held-fleet.ts';
import { createShapes } from '../machine/shapes.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { ResourceBody } from './resource-check.ts';

interface FlexVen extends HeldVen {
  readonly clientName: string;
}

/** What the gateway holds. VENs are found by name, resources by external id. */
export interface FlexFleet extends HeldFleet<FlexVen> {
  add(ven: number, body: ResourceBody): number;
  replace(n: number, ven: number, body: ResourceBody): void;
  /** The resource as it was sent, with the VTN's id. */
  resourceJson(n: number): string;
  venJson(n: number): string;
  /** What identifies the meter point at the place of service. */
  meterPointOf(n: number): string;
}

/** The type of a resource, and the names and types of its attributes: a fleet has few such sets. */
interface Shape {
  readonly type: string;
  /** `json`: the text of the attribute up to its value. */
  readonly attributes: readonly { readonly name: string; readonly type: string; readonly json: string }[];
}

/** The texts that a resource has for itself come in this order, and then the values of its attributes. */
const ownTexts = 4;

export function createFlexFleet(switches: SimulatorSwitches): FlexFleet {
  const shapes = createShapes<ResourceBody, Shape>(isOfShape, shapeOf);
  const fleet = createHeldFleet<FlexVen>(switches, {
    newestVenFirst: false,
    keysOfVen: ({ name }) => [name],
    keyOf: ({ texts }) => texts[1] as string,
    describe: ({ texts: [loadId, externalId, name = ''] }) => ({ externalId, name, loadId }),
  });
  const keep = (ven: number, body: ResourceBody) => {
    const { id, external_resource_id, resource_name, service_location, attributes } = body;
    const texts = [id, external_resource_id, resource_name, JSON.stringify(service_location)];
    for (const { attribute_values } of attributes) texts.push(attribute_values[0]);
    return { ven, shape: shapes.numberOf(body), texts };
  };
  return {
    ...fleet,
    add: (ven, body) => fleet.addResource(keep(ven, body)),
    replace: (n, ven, body) => fleet.replaceResource(n, keep(ven, body)),
    resourceJson(n) {
      const { ven, shape, texts } = fleet.resource(n);
      const [, external_resource_id, resource_name, location] = texts;
      const { type: resource_type, attributes } = shapes.get(shape);
      const id = fleet.resources.idOf(n);
      const ven_name = fleet.vens.get(ven)?.name;
      const head = JSON.stringify({ id, resource_name, resource_type, ven_name, external_resource_id });
      const list = attributes.map(({ json }, at) => `${json}${JSON.stringify(texts[ownTexts + at])}]}`);
      return `${head.slice(0, -1)},"service_location":${location},"attributes":[${list.join()}]}`;
    },
    meterPointOf(n) {
      const location = JSON.parse(fleet.resource(n).texts[3] as string) as ResourceBody['service_location'];
      return typeof location === 'string' ? location : location.meterpoint_id;
    },
    venJson(n) {
      const { id, name, clientName } = fleet.vens.get(n) as FlexVen;
      return JSON.stringify({ id, ven_name: name, client_name: clientName });
    },
  };
}

function shapeOf({ resource_type, attributes }: ResourceBody): Shape {
  return {
    type: resource_type,
    attributes: attributes.map(({ attribute_type, attribute_name }) => ({
      name: attribute_name,
      type: attribute_type,
      json: `${JSON.stringify({ attribute_type, attribute_name }).slice(0, -1)},"attribute_values":[`,
    })),
  };
}

function isOfShape({ resource_type, attributes }: ResourceBody, shape: Shape): boolean {
  if (resource_type !== shape.type || attributes.length !== shape.attributes.length) return false;
  return attributes.every((one, at) => {
    const wanted = shape.attributes[at];
    return one.attribute_name === wanted?.name && one.attribute_type === wanted.type;
  });
}
