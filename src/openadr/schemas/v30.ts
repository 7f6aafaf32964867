import { z } from 'zod';
import {
  dateTime,
  duration,
  eventPayloadDescriptor,
  list,
  name,
  type ObjectOperationRequest,
  objectId,
  objectOperation,
  orNull,
  payloadDescriptor,
  programDescription,
  reportDescriptorFields,
  reportPayloadDescriptor,
  valuesMap,
} from './common.ts';

/** The objects of OpenADR 3.0: components/schemas of the 3.0.1 OpenAPI document, by the same names. */

/** What a VTN adds to an object. 3.0.1 requires none of it; without an id an object could not be addressed. */
const metadata = <T extends string>(objectType: T) => ({
  id: objectId,
  createdDateTime: orNull(dateTime),
  modificationDateTime: orNull(dateTime),
  objectType: z
    .literal(objectType)
    .nullish()
    .transform(() => objectType),
});

export const intervalPeriod = z.object({
  start: dateTime,
  duration: orNull(duration),
  randomizeStart: orNull(duration),
});

export const interval = z.object({
  id: z.int(),
  intervalPeriod: orNull(intervalPeriod),
  payloads: z.array(valuesMap),
});

const programRequest = z.object({
  programName: name,
  programLongName: orNull(z.string()),
  retailerName: orNull(z.string()),
  retailerLongName: orNull(z.string()),
  programType: orNull(z.string()),
  country: orNull(z.string()),
  principalSubdivision: orNull(z.string()),
  timeZoneOffset: orNull(duration),
  intervalPeriod: orNull(intervalPeriod),
  programDescriptions: list(programDescription),
  bindingEvents: orNull(z.boolean()),
  localPrice: orNull(z.boolean()),
  payloadDescriptors: list(payloadDescriptor),
  targets: list(valuesMap),
});

const reportRequest = z.object({
  programID: objectId,
  eventID: objectId,
  clientName: name,
  reportName: orNull(z.string()),
  payloadDescriptors: list(reportPayloadDescriptor),
  resources: z.array(
    z.object({
      resourceName: name,
      intervalPeriod: orNull(intervalPeriod),
      intervals: z.array(interval),
    }),
  ),
});

const eventRequest = z.object({
  programID: objectId,
  eventName: orNull(z.string()),
  priority: orNull(z.int().min(0)),
  targets: list(valuesMap),
  reportDescriptors: list(z.object({ ...reportDescriptorFields, targets: list(valuesMap) })),
  payloadDescriptors: list(eventPayloadDescriptor),
  intervalPeriod: orNull(intervalPeriod),
  intervals: z.array(interval),
});

const subscriptionRequest = z.object({
  clientName: name,
  programID: objectId,
  objectOperations: z.array(objectOperation),
  targets: list(valuesMap),
});

const resourceRequest = z.object({
  resourceName: name,
  attributes: list(valuesMap),
  targets: list(valuesMap),
});

const venRequest = z.object({
  venName: name,
  attributes: list(valuesMap),
  targets: list(valuesMap),
});

export const program = z.object({ ...metadata('PROGRAM'), ...programRequest.shape });
export const report = z.object({ ...metadata('REPORT'), ...reportRequest.shape });
export const event = z.object({ ...metadata('EVENT'), ...eventRequest.shape });
export const subscription = z.object({ ...metadata('SUBSCRIPTION'), ...subscriptionRequest.shape });
export const resource = z.object({
  ...metadata('RESOURCE'),
  ...resourceRequest.shape,
  venID: orNull(objectId),
});
export const ven = z.object({ ...metadata('VEN'), ...venRequest.shape, resources: list(resource) });

const notice = <T extends string, S extends z.ZodType>(objectType: T, object: S) =>
  z.object({
    objectType: z.literal(objectType),
    /** The HTTP method of the request that brought the change. */
    operation: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
    object,
    targets: list(valuesMap),
  });

/** What a VTN sends to a subscription's callbackUrl: schema notification. */
export const notification = z.discriminatedUnion('objectType', [
  notice('PROGRAM', program),
  notice('REPORT', report),
  notice('EVENT', event),
  notice('SUBSCRIPTION', subscription),
  notice('VEN', ven),
  notice('RESOURCE', resource),
]);

export type IntervalPeriod = z.output<typeof intervalPeriod>;
export type Interval = z.output<typeof interval>;
export type Program = z.output<typeof program>;
export type Report = z.output<typeof report>;
export type Event = z.output<typeof event>;
export type Subscription = z.output<typeof subscription>;
export type Resource = z.output<typeof resource>;
export type Ven = z.output<typeof ven>;
export type Notification = z.output<typeof notification>;

/** What a client sends: an absent or null field is the document's default. */
export type ProgramRequest = z.input<typeof programRequest>;
export type ReportRequest = z.input<typeof reportRequest>;
export type EventRequest = z.input<typeof eventRequest>;
export type SubscriptionRequest = Omit<z.input<typeof subscriptionRequest>, 'objectOperations'> & {
  objectOperations: ObjectOperationRequest[];
};
export type ResourceRequest = z.input<typeof resourceRequest>;
export type VenRequest = z.input<typeof venRequest> & { resources?: ResourceRequest[] | null };
