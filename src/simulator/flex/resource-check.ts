import type { FieldProblem } from './problems.ts';

/** What a `POST /resources` must be; see `checkResource`. */
export interface ResourceBody {
  id: string;
  resource_name: string;
  resource_type: string;
  ven_name: string;
  external_resource_id: string;
  service_location: string | { meterpoint_id: string; longitude?: number; latitude?: number };
  attributes: AttributeBody[];
}

/** What a `POST /vens` must be; see `checkVen`. */
export interface VenBody {
  ven_name: string;
  client_name: string;
}

interface AttributeBody {
  attribute_type: string;
  attribute_name: string;
  attribute_values: [string];
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const resourceTypes = new Set(['DSR', 'EV', 'BATTERY', 'PV']);
const texts = ['resource_name', 'ven_name', 'external_resource_id'] as const;
const fields = new Set([...texts, 'id', 'resource_type', 'service_location', 'attributes']);
/** How some languages write "nothing" when they are not asked to leave it out. */
const nothings = new Set(['', 'null', 'None', 'undefined', 'NaN', 'nan', '[object Object]']);

type Say = (loc: readonly (string | number)[], msg: string) => void;

/** Checks a resource; returns what is wrong with it, or undefined if nothing is. */
export function checkResource(value: unknown, form: 'string' | 'object'): FieldProblem[] | undefined {
  let problems: FieldProblem[] | undefined;
  const say: Say = (loc, msg) => {
    problems ??= [];
    problems.push({ loc: ['body', ...loc], msg });
  };
  if (!isObject(value)) {
    say([], 'Input should be a valid object');
    return problems;
  }
  for (const name in value) if (!fields.has(name)) say([name], 'Extra inputs are not permitted');
  if (typeof value.id !== 'string' || !uuid.test(value.id)) say(['id'], 'Input should be a valid UUID');
  if (!resourceTypes.has(value.resource_type as string)) {
    say(['resource_type'], "Input should be 'DSR', 'EV', 'BATTERY' or 'PV'");
  }
  for (const name of texts) if (!isText(value[name])) say([name], 'Input should be a non-empty string');
  checkLocation(value.service_location, form, say);
  checkAttributes(value.attributes, value.external_resource_id, form, say);
  return problems;
}

/** Checks a VEN; returns what is wrong with it, or undefined if nothing is. */
export function checkVen(value: unknown): FieldProblem[] | undefined {
  if (!isObject(value)) return [{ loc: ['body'], msg: 'Input should be a valid object' }];
  const problems: FieldProblem[] = [];
  for (const name of Object.keys(value)) {
    if (name !== 'ven_name' && name !== 'client_name') {
      problems.push({ loc: ['body', name], msg: 'Extra inputs are not permitted' });
    }
  }
  for (const name of ['ven_name', 'client_name']) {
    if (!isText(value[name]))
      problems.push({ loc: ['body', name], msg: 'Input should be a non-empty string' });
  }
  return problems.length > 0 ? problems : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  // The longest of the nothings has 15 letters; most texts are longer, and need not be looked up.
  if (value.length <= 15 && nothings.has(value)) return false;
  return (value.charCodeAt(0) > 32 || value.trim() !== '') && !value.includes('\0');
}

function checkLocation(value: unknown, form: 'string' | 'object', say: Say): void {
  const at = 'service_location';
  if (form === 'string') {
    if (!isText(value)) say([at], 'Input should be a valid string');
    return;
  }
  if (!isObject(value)) {
    say([at], 'Input should be a valid dictionary');
    return;
  }
  for (const name of Object.keys(value)) {
    if (name === 'meterpoint_id') continue;
    const limit = degreeLimits[name];
    if (limit === undefined) say([at, name], 'Extra inputs are not permitted');
    else if (typeof value[name] !== 'number' || Math.abs(value[name]) > limit) {
      say([at, name], 'Input should be a valid number of degrees');
    }
  }
  if (!isText(value.meterpoint_id)) say([at, 'meterpoint_id'], 'Input should be a valid string');
}

const degreeLimits: Readonly<Record<string, number>> = { longitude: 180, latitude: 90 };

/** The order that the protocol gives the attributes; capacities, which have any name, come second. */
const ranks = new Map([
  ['resource_sub_type', 0],
  ['longitude', 2],
  ['latitude', 3],
  ['address', 4],
  ['load_component', 5],
  ['load_name', 6],
  ['h5_meter_id', 7],
]);
const capacityRank = 1;
const componentRank = 5;

function checkAttributes(value: unknown, externalId: unknown, form: 'string' | 'object', say: Say): void {
  if (!Array.isArray(value)) {
    say(['attributes'], 'Input should be a valid list');
    return;
  }
  let last = -1;
  let component = false;
  for (let index = 0; index < value.length; index += 1) {
    const rank = checkAttribute(value[index], index, say);
    if (rank === undefined) continue;
    if (rank < last || (rank === last && rank !== capacityRank)) {
      say(['attributes', index], 'Attribute is repeated or out of order');
    }
    last = rank;
    const text: string = value[index].attribute_values[0];
    if ((rank === 2 || rank === 3) && form === 'object') {
      say(['attributes', index], 'Belongs into service_location');
    } else if (rank === 2 || rank === 3) {
      const degrees = Number(text);
      if (!(Math.abs(degrees) <= (rank === 2 ? 180 : 90)))
        say(['attributes', index], 'Not a number of degrees');
    } else if (rank === componentRank) {
      component = true;
      if (typeof externalId === 'string' && !externalId.endsWith(`_${text}`)) {
        say(['external_resource_id'], 'Should end with the load component');
      }
    }
  }
  if (!component) say(['attributes'], 'Attribute load_component is required');
}

/** Names and types that were found to belong together: a fleet has few, and each is seen very often. */
const knownTypes = new Map<string, string>();

/** Returns the attribute's place in the order, or undefined where it is wrong. */
function checkAttribute(value: unknown, index: number, say: Say): number | undefined {
  if (!isObject(value)) return void say(['attributes', index], 'Input should be a valid object');
  for (const name in value) {
    if (name !== 'attribute_type' && name !== 'attribute_name' && name !== 'attribute_values') {
      return void say(['attributes', index, name], 'Extra inputs are not permitted');
    }
  }
  const { attribute_name: name, attribute_type: type, attribute_values: values } = value;
  if (!isText(name))
    return void say(['attributes', index, 'attribute_name'], 'Input should be a valid string');
  if (knownTypes.get(name) !== type && !learnType(name, type)) {
    return void say(['attributes', index, 'attribute_type'], 'Input should be the name in snake_case');
  }
  if (!Array.isArray(values) || values.length !== 1 || !isText(values[0])) {
    return void say(
      ['attributes', index, 'attribute_values'],
      'Input should be a list of one non-empty string',
    );
  }
  return ranks.get(name) ?? capacityRank;
}

/** Whether `type` is `name` in snake_case: the same letters and digits, none of them a capital. */
function learnType(name: string, type: unknown): boolean {
  if (typeof type !== 'string' || !/^[^\s\p{Lu}]+$/u.test(type)) return false;
  const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (bare(name) !== bare(type)) return false;
  if (knownTypes.size < 1000) knownTypes.set(name, type);
  return true;
}
