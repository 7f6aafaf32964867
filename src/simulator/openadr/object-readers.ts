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
  objectType,
  oneOf,
  optional,
  type Reader,
  standard,
  text,
  valuesMap,
} from './readers.ts';

export type Version = '3.0' | '3.1';

/** What the VTN keeps of the objects that are no VENs and no resources, by version. */
export interface Schemas {
  readonly program: Reader<Record<string, unknown>>;
  readonly event: Reader<Record<string, unknown>>;
  readonly report: Reader<Record<string, unknown>>;
  readonly subscription: Reader<Record<string, unknown>>;
}

const intervalPeriod = object({
  start: dateTime,
  duration: optional(duration),
  randomizeStart: optional(duration),
});

const intervals = (leastPayloads: number) =>
  list(
    object({
      id: integer(),
      intervalPeriod: optional(intervalPeriod),
      payloads: list(valuesMap, leastPayloads),
    }),
  );

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

/** The targets of a program or event: plain texts in 3.1, where none are kept as an empty list. */
export function targetsReader(version: Version): Reader {
  if (version === '3.1') return (value, at) => optional(list(identifier))(value, at) ?? [];
  return optional(list(object({ type: name, values: list(text) })));
}

export function schemasOf(version: Version): Schemas {
  return {
    program: programReader(version),
    event: eventReader(version),
    report: reportReader(version),
    subscription: version === '3.1' ? subscription31 : subscription30,
  };
}

function programReader(version: Version) {
  const described = descriptorWithType({
    EVENT_PAYLOAD_DESCRIPTOR: object(eventPayload),
    REPORT_PAYLOAD_DESCRIPTOR: object(reportPayload),
  });
  const common: Fields = {
    objectType: () => 'PROGRAM',
    programName: name,
    intervalPeriod: optional(intervalPeriod),
    programDescriptions: optional(list(object({ URL: url }))),
    payloadDescriptors: optional(list(described)),
    targets: targetsReader(version),
  };
  if (version === '3.1') return object({ ...common, attributes: optional(list(valuesMap)) });
  const texts = [
    'programLongName',
    'retailerName',
    'retailerLongName',
    'programType',
    'country',
    'principalSubdivision',
  ];
  return object({
    ...common,
    ...Object.fromEntries(texts.map((field) => [field, optional(text)])),
    // Checked, and then forgotten: so does OpenLEADR.
    timeZoneOffset: (value, at) => void optional(duration)(value, at),
    bindingEvents: optional(flag),
    localPrice: optional(flag),
  });
}

function eventReader(version: Version) {
  const isNew = version === '3.1';
  const descriptor = object({
    payloadType: name,
    readingType: isNew ? optional(text) : standard(text, 'DIRECT_READ'),
    units: optional(text),
    targets: optional(list<unknown>(isNew ? identifier : valuesMap)),
    aggregate: standard(flag, false),
    startInterval: standard(integer(), -1),
    numIntervals: standard(integer(), -1),
    historical: standard(flag, true),
    frequency: standard(integer(), -1),
    repeat: standard(integer(), 1),
    ...(isNew && {
      reportIntervals: standard(oneOf('INTERVALS', 'SUB_INTERVALS', 'OPEN_INTERVALS'), 'INTERVALS'),
    }),
  });
  const payloads = intervals(1);
  return object({
    objectType: () => 'EVENT',
    programID: identifier,
    eventName: optional(text),
    ...(isNew && { duration: optional(duration) }),
    // Kept even where it is null.
    priority: (value, at) => optional(integer(0, 2 ** 32 - 1))(value, at) ?? null,
    targets: targetsReader(version),
    reportDescriptors: optional(list(descriptor)),
    payloadDescriptors: optional(list(object(eventPayload))),
    intervalPeriod: optional(intervalPeriod),
    intervals: isNew ? optional(payloads) : (value, at) => atLeastOne(payloads(value, at), at),
  });
}

function atLeastOne<T>(values: T[], at: string): T[] {
  return list((one) => one as T, 1)(values, at);
}

function reportReader(version: Version) {
  return object({
    objectType: () => 'REPORT',
    ...(version === '3.0' && { programID: identifier }),
    eventID: identifier,
    clientName: name,
    reportName: optional(text),
    payloadDescriptors: optional(list(object(reportPayload))),
    resources: list(
      object({ resourceName: name, intervalPeriod: optional(intervalPeriod), intervals: intervals(0) }),
    ),
  });
}

/** As OpenLEADR has it: a mechanism more than the specification, no READ, no targets. */
const subscription31 = object({
  clientName: name,
  programID: optional(identifier),
  objectOperations: list(
    object({
      objects: list(objectType),
      operations: list(oneOf('CREATE', 'UPDATE', 'DELETE')),
      mechanism: standard(oneOf('WEBHOOK', 'WEBSOCKET'), 'WEBHOOK'),
      callbackUrl: optional(text),
      bearerToken: optional(text),
    }),
    1,
    15,
  ),
});

/** As the specification has it: OpenLEADR of that generation has no subscriptions. */
const subscription30 = object({
  objectType: () => 'SUBSCRIPTION',
  clientName: name,
  programID: identifier,
  objectOperations: list(
    object({
      objects: list(objectType),
      operations: list(oneOf('READ', 'CREATE', 'UPDATE', 'DELETE')),
      callbackUrl: url,
      bearerToken: optional(text),
    }),
  ),
  targets: optional(list(valuesMap)),
});

function url(value: unknown, at: string): string {
  return URL.canParse(text(value, at)) ? (value as string) : oneOf('a URL')(value, at);
}

function oneOfForm(form: RegExp, what: string): Reader<string> {
  return (value, at) => (form.test(text(value, at)) ? (value as string) : oneOf(what)(value, at));
}

/** An object that says of which kind it is, and must be it. */
function descriptorWithType(kinds: Readonly<Record<string, Reader<Record<string, unknown>>>>): Reader {
  const types = Object.keys(kinds);
  const kindOf = object({ objectType: oneOf(...types) });
  return (value, at) => {
    const { objectType } = kindOf(value, at);
    return { objectType, ...kinds[objectType as string]?.(value, at) };
  };
}
