import { nameKey } from '../../core/same-name.ts';
import { parseCapacities } from '../capacities.ts';
import { loadNameOf, usualComponents } from '../components.ts';
import {
  type Capacities,
  type CapacityName,
  capacitiesText,
  locationText,
  type NewSite,
  type ResourceType,
  resourceTypes,
  usualCapacities,
  usualType,
} from '../new-site.ts';
import { capacityFields, type Field, type Header } from './header.ts';
import {
  h5MeterOfMeterPoint,
  loadIdOf,
  meterPointOfSite,
  resourceIdOfMeterPoint,
  resourceIdOfPlace,
} from './keys.ts';
import { type DecimalMark, readNumber } from './numbers.ts';
import { inExponents, looksRounded } from './rounded-ids.ts';
import { townOfAddress } from './town.ts';

/** A site as a file tells of it. */
export interface ImportedSite {
  /** Complete: what the file does not say is derived or usual. */
  readonly site: NewSite;
  /** What the file does say, besides title, address and coordinates. */
  readonly given: ReadonlySet<Field>;
  /** What a person should look at, although the row can be taken. */
  readonly doubts?: readonly string[];
}

/** The longest texts taken, in characters. */
const longest = {
  title: 200,
  address: 300,
  type: 20,
  subType: 100,
  meterPointId: 40,
  ven: 100,
  resourceId: 100,
  h5MeterId: 100,
} as const satisfies Partial<Record<Field, number>>;

type TextField = keyof typeof longest;

/** Reads values and gathers what is wrong with them. */
interface Reader {
  text(field: TextField): string | undefined;
  number(field: Field, lowest: number, highest: number): number | undefined;
  readonly problems: string[];
}

/**
 * Makes a site of a row's fields, or says everything that is wrong with them, in one line. Texts are taken in Unicode's
 * composed form, so that the same file from another computer says the same. `mark`: the file's sign before decimals.
 */
export function siteOfFields(
  fields: readonly string[],
  header: Header,
  mark: DecimalMark | undefined,
): ImportedSite | { readonly problem: string } {
  if (fields.slice(header.width).some((field) => field !== '')) {
    const problem = `it has ${fields.length} fields, the first line ${header.width}; a field that holds "${header.delimiter}" must be quoted`;
    return { problem };
  }
  const reader = readerOf(fields, header, mark);
  const texts = readTexts(reader);
  const longitude = reader.number('longitude', -180, 180);
  const latitude = reader.number('latitude', -90, 90);
  const capacities = readCapacities(reader, texts.subType, texts.type);
  const { title, address, ven } = texts;
  for (const [name, value] of Object.entries({ title, address, longitude, latitude })) {
    const isBad = reader.problems.some((problem) => problem.startsWith(name));
    if (value === undefined && !isBad) reader.problems.push(`${name} is empty`);
  }
  if (ven === undefined && address !== undefined) {
    reader.problems.push(
      'there is no VEN: the address does not end in a postal code and town, and no column names it',
    );
  }
  if (reader.problems.length > 0) return { problem: reader.problems.join('; ') };
  return {
    site: siteOf({
      ...texts,
      title: title as string,
      address: address as string,
      ven: ven as string,
      capacities: capacitiesText(capacities),
      location: locationText(latitude as number, longitude as number),
    }),
    given: givenFields(fields, header),
    doubts: doubtsOf(texts),
  };
}

function readerOf(fields: readonly string[], header: Header, mark: DecimalMark | undefined): Reader {
  const problems: string[] = [];
  const value = (field: Field) => {
    const at = header.columns.get(field);
    return at === undefined ? '' : nameKey(fields[at] ?? '');
  };
  return {
    problems,
    text(field) {
      const text = field === 'address' ? oneLine(value(field)) : value(field);
      if (text === '') return undefined;
      const problem = textProblem(text, longest[field]);
      if (problem === undefined) return text;
      problems.push(`${columnOf(field)} ${problem}`);
      return undefined;
    },
    number(field, lowest, highest) {
      const text = value(field);
      if (text === '') return undefined;
      const hasThousands = field !== 'longitude' && field !== 'latitude';
      const read = readNumber(text, {
        commaParts: header.delimiter === ',',
        mark: hasThousands ? mark : 'any',
      });
      if ('number' in read && read.number >= lowest && read.number <= highest) return read.number;
      const why = 'why' in read ? read.why : `is not from ${lowest} to ${highest}`;
      problems.push(`${columnOf(field)} "${excerpt(text)}" ${why}`);
      return undefined;
    },
  };
}

function readTexts(reader: Reader) {
  const title = reader.text('title');
  const address = reader.text('address');
  const subType = reader.text('subType');
  return {
    title,
    address,
    subType: subType ?? null,
    type: readType(reader) ?? usualType(subType ?? null),
    meterPointId: readMeterPoint(reader),
    ven: reader.text('ven') ?? (address === undefined ? undefined : townOfAddress(address)),
    resourceId: readResourceId(reader),
    h5MeterId: reader.text('h5MeterId'),
  };
}

function readType(reader: Reader): ResourceType | undefined {
  const text = reader.text('type');
  if (text === undefined) return undefined;
  const type = resourceTypes.find((known) => known === text.toUpperCase());
  if (!type) reader.problems.push(`type "${excerpt(text)}" is none of ${resourceTypes.join(', ')}`);
  return type;
}

function readMeterPoint(reader: Reader): string | undefined {
  const text = reader.text('meterPointId')?.replace(/\s/g, '');
  if (text === undefined || /^\d{18}$/.test(text)) return text;
  const hint = inExponents.test(text) ? ' (a spreadsheet has rounded it)' : '';
  reader.problems.push(`meter_point_id "${excerpt(text)}" is not 18 digits${hint}`);
  return undefined;
}

function readResourceId(reader: Reader): string | undefined {
  const text = reader.text('resourceId');
  // Without "+", it may be an id that only looks like a number.
  if (text === undefined || !text.includes('+') || !inExponents.test(text)) return text;
  reader.problems.push(`resource_id "${excerpt(text)}" is a number that a spreadsheet has rounded`);
  return undefined;
}

function doubtsOf({
  meterPointId,
  resourceId,
}: {
  meterPointId?: string | undefined;
  resourceId?: string | undefined;
}) {
  return Object.entries({ meter_point_id: meterPointId, resource_id: resourceId }).flatMap(([column, id]) =>
    id !== undefined && looksRounded(id)
      ? [`${column} ${id} ends in zeros, as if a spreadsheet had rounded it: compare it with its source`]
      : [],
  );
}

/** The usual capacities of the kind of site, with those in their place that the row gives. */
function readCapacities(reader: Reader, subType: string | null, type: ResourceType): Capacities {
  const most = 1e9;
  const usual = usualCapacities(subType, type);
  const told: Partial<Record<CapacityName, number>> = {};
  for (const name of capacityFields) {
    const value = reader.number(name, name.includes('max') ? 0 : -most, most);
    if (value !== undefined) told[name] = value;
  }
  if (Object.keys(told).length === 0) return usual;
  const values = { ...usual, ...told };
  const parsed = parseCapacities(capacitiesText(values));
  if (!parsed.ok) reader.problems.push(parsed.problem);
  return values;
}

/** What is derived: the ids of the site and its loads, its meter point, its meter. */
function siteOf(values: {
  title: string;
  address: string;
  subType: string | null;
  type: ResourceType;
  meterPointId: string | undefined;
  ven: string;
  resourceId: string | undefined;
  h5MeterId: string | undefined;
  capacities: string;
  location: string;
}): NewSite {
  const { title, address, capacities, location, ven } = values;
  const resourceId =
    values.resourceId ??
    (values.meterPointId === undefined
      ? resourceIdOfPlace(title, address)
      : resourceIdOfMeterPoint(values.meterPointId));
  const meterPointId = values.meterPointId ?? meterPointOfSite(resourceId);
  const h5MeterId = values.h5MeterId ?? h5MeterOfMeterPoint(meterPointId);
  return {
    resourceId,
    resourceName: title,
    resourceType: values.type,
    resourceSubType: values.subType,
    meterPointId,
    capacities,
    location,
    address,
    ven,
    h5MeterId,
    loads: usualComponents.map((component) => ({
      loadId: loadIdOf(resourceId, component),
      component,
      loadName: loadNameOf(component, undefined),
      h5MeterId,
    })),
  };
}

function givenFields(fields: readonly string[], header: Header): ReadonlySet<Field> {
  return new Set([...header.columns].filter(([, at]) => (fields[at] ?? '') !== '').map(([field]) => field));
}

function textProblem(text: string, most: number): string | undefined {
  if (text.length > most) return `is longer than ${most} characters`;
  if (/\p{Cc}|\uFFFD/u.test(text)) return 'holds a line break or another character that cannot be shown';
  return undefined;
}

/** An address of several lines, as spreadsheets keep it, in one. */
function oneLine(text: string): string {
  return text.replace(/\s*,?\s*[\r\n]+\s*/g, ', ');
}

function columnOf(field: Field): string {
  const names: Partial<Record<Field, string>> = {
    subType: 'sub_type',
    meterPointId: 'meter_point_id',
    resourceId: 'resource_id',
    h5MeterId: 'h5_meter_id',
  };
  return names[field] ?? field;
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
