import {
  dateTime,
  duration,
  type Fields,
  flag,
  identifier,
  integer,
  list,
  name,
  number,
  object,
  oneOf,
  optional,
  type Reader,
  standard,
  text,
  valuesMap,
} from './readers.ts';

/** Reads a program, event, report or subscription as the VTN keeps it. */
export type ObjectReader = Reader<Record<string, unknown>>;

export const intervalPeriod = object({
  start: dateTime,
  duration: optional(duration),
  randomizeStart: optional(duration),
});

export const interval = (leastPayloads: number) =>
  object({
    id: integer(),
    intervalPeriod: optional(intervalPeriod),
    payloads: list(valuesMap, leastPayloads),
  });

export const intervals = (leastPayloads: number, least = 0) => list(interval(leastPayloads), least);

const eventPayload: Fields = {
  payloadType: name,
  units: optional(text),
  currency: optional(oneOfForm(/^[A-Z]{3}$/, 'a currency of ISO 4217')),
};
const reportPayload: Fields = {
  payloadType: name,
  // The default is not written out again.
  readingType: (value, at) => {
    const type = optional(text)(value, at);
    return type === 'DIRECT_READ' ? undefined : type;
  },
  units: optional(text),
  accuracy: optional(number),
  confidence: optional(integer(0, 100)),
};

export const eventPayloads = optional(list(object(eventPayload)));

/** What programs of both versions have, but for their targets. */
export const programFields: Fields = {
  objectType: () => 'PROGRAM',
  programName: name,
  intervalPeriod: optional(intervalPeriod),
  programDescriptions: optional(list(object({ URL: url }))),
  payloadDescriptors: optional(
    list(
      descriptorWithType({
        EVENT_PAYLOAD_DESCRIPTOR: object(eventPayload),
        REPORT_PAYLOAD_DESCRIPTOR: object(reportPayload),
      }),
    ),
  ),
};

/** What the report descriptors of both versions' events have; they differ in the readers of two fields. */
export const reportDescriptorFields = (readingType: Reader, targets: Reader): Fields => ({
  payloadType: name,
  readingType,
  units: optional(text),
  targets: optional(list(targets)),
  aggregate: standard(flag, false),
  startInterval: standard(integer(), -1),
  numIntervals: standard(integer(), -1),
  historical: standard(flag, true),
  frequency: standard(integer(), -1),
  repeat: standard(integer(), 1),
});

/** Kept even where it is null. */
export const priority: Reader = (value, at) => optional(integer(0, 2 ** 32 - 1))(value, at) ?? null;

/** What reports of both versions have. */
export const reportFields = (resources: Reader): Fields => ({
  objectType: () => 'REPORT',
  eventID: identifier,
  clientName: name,
  reportName: optional(text),
  payloadDescriptors: optional(list(object(reportPayload))),
  resources,
});

export function url(value: unknown, at: string): string {
  return URL.canParse(text(value, at)) ? (value as string) : oneOf('a URL')(value, at);
}

function oneOfForm(form: RegExp, what: string): Reader<string> {
  return (value, at) => (form.test(text(value, at)) ? (value as string) : oneOf(what)(value, at));
}

/** An object that says of which kind it is, and must be it. */
function descriptorWithType(kinds: Readonly<Record<string, ObjectReader>>): Reader {
  const types = Object.keys(kinds);
  const kindOf = object({ objectType: oneOf(...types) });
  return (value, at) => {
    const { objectType } = kindOf(value, at);
    return { objectType, ...kinds[objectType as string]?.(value, at) };
  };
}
