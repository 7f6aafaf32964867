import {
  eventPayloads,
  intervalPeriod,
  intervals,
  type ObjectReader,
  priority,
  programFields,
  reportDescriptorFields,
  reportFields,
  url,
} from '../object-fields.ts';
import {
  duration,
  flag,
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

/** How some servers call operations, after the examples of the definition. */
const httpWords = ['GET', 'POST', 'PUT'];

const targets = optional(list(object({ type: name, values: list(text) })));

export const program: ObjectReader = object({
  ...programFields,
  targets,
  programLongName: optional(text),
  retailerName: optional(text),
  retailerLongName: optional(text),
  programType: optional(text),
  country: optional(text),
  principalSubdivision: optional(text),
  // Checked, and then forgotten: so does OpenLEADR.
  timeZoneOffset: (value, at) => void optional(duration)(value, at),
  bindingEvents: optional(flag),
  localPrice: optional(flag),
});

export const event: ObjectReader = object({
  objectType: () => 'EVENT',
  programID: identifier,
  eventName: optional(text),
  priority,
  targets,
  reportDescriptors: optional(list(object(reportDescriptorFields(standard(text, 'DIRECT_READ'), valuesMap)))),
  payloadDescriptors: eventPayloads,
  intervalPeriod: optional(intervalPeriod),
  intervals: intervals(1, 1),
});

export const report = (resources: Reader): ObjectReader =>
  object({ ...reportFields(resources), programID: identifier });

/** As the specification has it: OpenLEADR of that generation has no subscriptions. */
export const subscription = (inHttp: boolean): ObjectReader =>
  object({
    objectType: () => 'SUBSCRIPTION',
    clientName: name,
    programID: identifier,
    objectOperations: list(
      object({
        objects: list(objectType),
        operations: list(oneOf('READ', 'CREATE', 'UPDATE', 'DELETE', ...(inHttp ? httpWords : []))),
        callbackUrl: url,
        bearerToken: optional(text),
      }),
    ),
    targets: optional(list(valuesMap)),
  });
