import {
  eventPayloads,
  intervalPeriod,
  intervals,
  type ObjectReader,
  priority,
  programFields,
  reportDescriptorFields,
  reportFields,
} from '../object-fields.ts';
import {
  duration,
  identifier,
  list,
  name,
  object,
  objectType,
  oneOf,
  optional,
  type Reader,
  standard,
  text,
  valuesMap,
} from '../readers.ts';

/** None are kept as an empty list. */
const targets: Reader = (value, at) => optional(list(identifier))(value, at) ?? [];

export const program: ObjectReader = object({
  ...programFields,
  targets,
  attributes: optional(list(valuesMap)),
});

export const event: ObjectReader = object({
  objectType: () => 'EVENT',
  programID: identifier,
  eventName: optional(text),
  duration: optional(duration),
  priority,
  targets,
  reportDescriptors: optional(
    list(
      object({
        ...reportDescriptorFields(optional(text), identifier),
        reportIntervals: standard(oneOf('INTERVALS', 'SUB_INTERVALS', 'OPEN_INTERVALS'), 'INTERVALS'),
      }),
    ),
  ),
  payloadDescriptors: eventPayloads,
  intervalPeriod: optional(intervalPeriod),
  intervals: optional(intervals(1)),
});

export const report = (resources: Reader): ObjectReader => object(reportFields(resources));

/** As OpenLEADR has it: a mechanism more than the specification, no READ, no targets. */
export const subscription = (inHttp: boolean): ObjectReader =>
  object({
    clientName: name,
    programID: optional(identifier),
    objectOperations: list(
      object({
        objects: list(objectType),
        operations: list(oneOf('CREATE', 'UPDATE', 'DELETE', ...(inHttp ? ['POST', 'PUT'] : []))),
        mechanism: standard(oneOf('WEBHOOK', 'WEBSOCKET'), 'WEBHOOK'),
        callbackUrl: optional(text),
        bearerToken: optional(text),
      }),
      1,
      15,
    ),
  });
