import type { AttributeBody, ResourceBody } from './check.ts';

export interface Ven {
  readonly name: string;
  readonly clientName: string;
  /** Numbers of its resources, in the order of storing; those deleted are left in. */
  readonly resources: number[];
}

/** The names and types of a resource's attributes; `json` is the text of each up to its value. */
type Shape = readonly { readonly name: string; readonly type: string; readonly json: string }[];

/** One resource, kept small: what repeats is shared, and the values of attributes are one text. */
export interface Resource {
  readonly ven: Ven;
  readonly loadId: string;
  readonly externalId: string;
  readonly name: string;
  readonly type: string;
  /** JSON text. */
  readonly location: string;
  readonly shape: Shape;
  /** The values of the attributes, with a NUL between them. */
  readonly values: string;
}

/** Makes small records of resources, sharing what repeats: a fleet has few types and few sets of names. */
export function createPacker(): (ven: Ven, body: ResourceBody) => Resource {
  const shapes: Shape[] = [];
  const types = new Map<string, string>();
  const values: string[] = [];
  return (ven, body) => {
    values.length = 0;
    for (const one of body.attributes) values.push(one.attribute_values[0]);
    let type = types.get(body.resource_type);
    if (type === undefined) {
      type = body.resource_type;
      types.set(type, type);
    }
    return {
      ven,
      loadId: body.id,
      externalId: body.external_resource_id,
      name: body.resource_name,
      type,
      location: JSON.stringify(body.service_location),
      shape: shapeOf(body.attributes, shapes),
      // Joined, not added up: the engine keeps a sum of texts as a tree, which is larger.
      values: values.join('\0'),
    };
  };
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
export function unpack(id: string, one: Resource): string {
  const { name: resource_name, type: resource_type, externalId: external_resource_id } = one;
  const head = { id, resource_name, resource_type, ven_name: one.ven.name, external_resource_id };
  const values = one.values === '' ? [] : one.values.split('\0');
  const attributes = values.map((value, at) => `${one.shape[at]?.json}${JSON.stringify(value)}]}`);
  return `${JSON.stringify(head).slice(0, -1)},"service_location":${one.location},"attributes":[${attributes.join()}]}`;
}
