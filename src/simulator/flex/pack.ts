import type { TextArena } from '../machine/text-arena.ts';
import type { AttributeBody, ResourceBody } from './resource-check.ts';

export interface Ven {
  readonly name: string;
  readonly clientName: string;
  /** Numbers of its resources, in the order of storing; those deleted are left in. */
  readonly resources: number[];
}

/** The names and types of a resource's attributes; `json` is the text of each up to its value. */
type Shape = readonly { readonly name: string; readonly type: string; readonly json: string }[];

/** One resource, kept small: what repeats is shared, and the rest is one text outside of the heap. */
export interface Resource {
  readonly ven: Ven;
  readonly type: string;
  readonly shape: Shape;
  /** The place of its texts: those of `Texts` in their order, then the values of its attributes. */
  readonly texts: number;
}

/** The texts of a resource that belong to it alone. */
export interface Texts {
  readonly loadId: string;
  readonly externalId: string;
  readonly name: string;
  /** `service_location`, as JSON. */
  readonly location: string;
  readonly values: readonly string[];
}

/** Makes small records of resources; a fleet has few types and few sets of attribute names. */
export function createPacker(arena: TextArena): (ven: Ven, body: ResourceBody) => Resource {
  const shapes: Shape[] = [];
  const types = new Map<string, string>();
  const parts: string[] = [];
  return (ven, body) => {
    const { id, external_resource_id, resource_name, service_location, resource_type, attributes } = body;
    parts.length = 0;
    parts.push(id, external_resource_id, resource_name, JSON.stringify(service_location));
    for (const one of attributes) parts.push(one.attribute_values[0]);
    let type = types.get(resource_type);
    if (type === undefined) {
      type = resource_type;
      types.set(type, type);
    }
    return { ven, type, shape: shapeOf(attributes, shapes), texts: arena.add(parts) };
  };
}

export function textsOf(arena: TextArena, { texts }: Resource): Texts {
  const [loadId, externalId, name, location, ...values] = arena.get(texts);
  return { loadId, externalId, name, location, values } as Texts;
}

/** Finds the names and types of these attributes among the known ones, the latest first, or adds them. */
function shapeOf(attributes: readonly AttributeBody[], shapes: Shape[]): Shape {
  for (let at = shapes.length - 1; at >= 0; at -= 1) {
    const shape = shapes[at] as Shape;
    if (isOfShape(attributes, shape)) return shape;
  }
  const shape = attributes.map(({ attribute_type, attribute_name }) => ({
    name: attribute_name,
    type: attribute_type,
    json: `${JSON.stringify({ attribute_type, attribute_name }).slice(0, -1)},"attribute_values":[`,
  }));
  shapes.push(shape);
  return shape;
}

function isOfShape(attributes: readonly AttributeBody[], shape: Shape): boolean {
  if (attributes.length !== shape.length) return false;
  for (let at = 0; at < shape.length; at += 1) {
    const one = attributes[at] as AttributeBody;
    const wanted = shape[at] as Shape[number];
    if (one.attribute_name !== wanted.name || one.attribute_type !== wanted.type) return false;
  }
  return true;
}

/** The resource as it was sent, as JSON text, with the VTN's id. */
export function unpack(id: string, { ven, type, shape }: Resource, texts: Texts): string {
  const { name: resource_name, externalId: external_resource_id, location, values } = texts;
  const head = { id, resource_name, resource_type: type, ven_name: ven.name, external_resource_id };
  const attributes = values.map((value, at) => `${shape[at]?.json}${JSON.stringify(value)}]}`);
  return `${JSON.stringify(head).slice(0, -1)},"service_location":${location},"attributes":[${attributes.join()}]}`;
}
