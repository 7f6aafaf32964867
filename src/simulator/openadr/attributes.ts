import { quote } from '../../core/quote.ts';
import { invalid, isObject, keepable, name, type Reader, scalar } from './readers.ts';

/** The types of a list of valuesMaps; `json` is the text of each up to its values. */
export type Shape = readonly { readonly type: string; readonly json: string }[];

/** A list of valuesMaps, with its types shared with all lists of the same. */
export interface Packed {
  readonly shape: Shape;
  /** The JSON of the values of each. */
  readonly values: readonly string[];
}

/** Checks a list of valuesMaps of a request (400 where it is wrong) and packs it. */
export type Packer = Reader<Packed>;

export function createPacker(): Packer {
  const shapes: Shape[] = [];
  return (value, at) => {
    if (!Array.isArray(value)) return invalid(at, 'expected a sequence');
    const values: string[] = [];
    for (let index = 0; index < value.length; index += 1) values.push(valuesOf(value[index], at, index));
    return { shape: shapeOf(value, shapes), values };
  };
}

/** The JSON of the values of one valuesMap. */
function valuesOf(one: unknown, at: string, index: number): string {
  if (!isObject(one)) return invalid(`${at}[${index}]`, 'expected a valuesMap');
  name(one.type, 'type');
  const { values } = one;
  if (!Array.isArray(values)) return invalid(`${at}[${index}].values`, 'expected a sequence');
  let json = '';
  for (let place = 0; place < values.length; place += 1) {
    const value: unknown = values[place];
    if (place > 0) json += ',';
    // As nearly all of them are.
    if (typeof value === 'string') json += quote(keepable(value));
    else if (Number.isFinite(value)) json += value;
    else json += JSON.stringify(scalar(value, `${at}[${index}].values[${place}]`));
  }
  return `[${json}]`;
}

/** Finds the types of this list among the known ones, the latest first, or adds them. */
function shapeOf(list: readonly { type: string }[], shapes: Shape[]): Shape {
  for (let at = shapes.length - 1; at >= 0; at -= 1) {
    const shape = shapes[at] as Shape;
    if (shape.length === list.length && list.every((one, place) => one.type === shape[place]?.type)) {
      return shape;
    }
  }
  const shape = list.map(({ type }) => ({ type, json: `{"type":${JSON.stringify(type)},"values":` }));
  shapes.push(shape);
  // Somebody who sends ever new types must not make every request slower.
  if (shapes.length > 1000) shapes.shift();
  return shape;
}

/** The list as JSON text. */
export function unpack({ shape, values }: Packed): string {
  if (shape.length === 0) return '[]';
  let result = '';
  for (let at = 0; at < shape.length; at += 1) {
    result += `${at === 0 ? '[' : ','}${shape[at]?.json}${values[at]}}`;
  }
  return `${result}]`;
}

/** The values of the first valuesMap of this type. */
export function valuesOfType({ shape, values }: Packed, type: string): unknown[] | undefined {
  const at = shape.findIndex((one) => one.type === type);
  return at < 0 ? undefined : (JSON.parse(values[at] as string) as unknown[]);
}
