import { quote } from '../../core/quote.ts';
import { createShapes } from '../machine/shapes.ts';
import { invalid, isObject, keepable, name, type Reader, scalar } from './readers.ts';

/** A list of valuesMaps, kept small. */
export interface Attributes {
  /** The number of the list of their types; -1: there is no list at all. */
  readonly shape: number;
  /** The values of each, as JSON without brackets. */
  readonly values: readonly string[];
}

export interface AttributeReader {
  /** Checks the list of a request, which may be absent; 400 where it is wrong. */
  read(value: unknown): Attributes;
  /** The same as JSON text; empty where there is no list. */
  readText: Reader<string>;
  /** A list as JSON text; empty where there is none. */
  text(attributes: Attributes): string;
  /** The values of the first valuesMap of this type. */
  valuesOfType(attributes: Attributes, type: string): unknown[] | undefined;
}

interface ValuesMap {
  readonly type: string;
}

/** The types of a list of valuesMaps; `json` is the text of each up to its values. */
type Shape = readonly { readonly type: string; readonly json: string }[];

export function createAttributeReader(): AttributeReader {
  const shapes = createShapes<readonly ValuesMap[], Shape>(
    (list, shape) => shape.length === list.length && list.every(({ type }, at) => type === shape[at]?.type),
    (list) => list.map(({ type }) => ({ type, json: `{"type":${JSON.stringify(type)},"values":[` })),
  );
  const readList = (value: unknown, at: string): Attributes => {
    if (value === undefined || value === null) return { shape: -1, values: [] };
    if (!Array.isArray(value)) return invalid(at, 'expected a sequence');
    const values = value.map((one, index) => valuesOf(one, `${at}[${index}]`));
    return { shape: shapes.numberOf(value), values };
  };
  const text = ({ shape, values }: Attributes) => {
    if (shape < 0) return '';
    const types = shapes.get(shape);
    let result = '';
    for (let at = 0; at < types.length; at += 1) {
      result += `${at === 0 ? '' : ','}${types[at]?.json}${values[at]}]}`;
    }
    return `[${result}]`;
  };
  return {
    read: (value) => readList(value, 'attributes'),
    readText: (value, at) => text(readList(value, at)),
    text,
    valuesOfType({ shape, values }, type) {
      const at = shape < 0 ? -1 : shapes.get(shape).findIndex((one) => one.type === type);
      return at < 0 ? undefined : (JSON.parse(`[${values[at]}]`) as unknown[]);
    },
  };
}

function valuesOf(one: unknown, at: string): string {
  if (!isObject(one)) return invalid(at, 'expected a valuesMap');
  name(one.type, 'type');
  const { values } = one;
  if (!Array.isArray(values)) return invalid(`${at}.values`, 'expected a sequence');
  let json = '';
  for (let place = 0; place < values.length; place += 1) {
    const value: unknown = values[place];
    if (place > 0) json += ',';
    // As nearly all of them are.
    if (typeof value === 'string') json += quote(keepable(value));
    else if (Number.isFinite(value)) json += value;
    else json += JSON.stringify(scalar(value, `${at}.values[${place}]`));
  }
  return json;
}
