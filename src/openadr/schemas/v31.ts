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
  withDefault,
} from './common.ts';

/** The objects of OpenADR 3.1: components/schemas of the 3.1.1 OpenAPI document, by the same names. */

/**
 * Schema objectMetadata. OpenLEADR leaves objectType out of VENs, events and subscriptions: it is filled in. For VENs
 * and resources the document contradicts itself, and names the objectType of the request as well.
 */
const metadata = <T extends string>(objectType: T, ...requests: string[]) => ({
  id: objectId,
  createdDateTime: dateTime,
  modificationDateTime: dateTime,
  objectType: z
    .literal([objectType, ...requests])
    .nullish()
    .transform(() => objectType),
});

export const intervalPeriod = z.object({
  start: orNull(dateTime),
  duration: orNull(duration),
  randomizeStart: orNull(duration),
});

export const interval = z.object({
  id: z.int(),
  intervalPeriod: orNull(intervalPeriod),
  payloads: z.array(valuesMap),
});

/** Schema target. */
const targets = list(name);

const programRequest = z.object({
  programName: name,
  intervalPeriod: orNull(intervalPeriod),
  programDescriptions: list(programDescription),
  payloadDescriptors: list(payloadDescriptor),
  attributes: list(valuesMap),
  targets,
});

const reportRequest = z.object({
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
  duration: orNull(duration),
  priority: orNull(z.int().min(0)),
  targets,
  reportDescriptors: list(
    z.object({
      ...reportDescriptorFields,
      targets,
      reportIntervals: withDefault(z.enum(['INTERVALS', 'SUB_INTERVALS', 'OPEN_INTERVALS']), 'INTERVALS'),
    }),
  ),
  payloadDescriptors: list(eventPayloadDescriptor),
  intervalPeriod: orNull(intervalPeriod),
  intervals: list(interval),
});

const subscriptionRequest = z.object({
  clientName: name,
  programID: orNull(objectId),
  objectOperations: z.array(objectOperation),
  targets,
});

export const program = z.object({ ...metadata('PROGRAM'), ...programRequest.shape });
export const report = z.object({ ...metadata('REPORT'), clientID: name, ...reportRequest.shape });
export const event = z.object({ ...metadata('EVENT'), ...eventRequest.shape });
export const subscription = z
  .object({
    ...metadata('SUBSCRIPTION'),
    clientID: name.nullish(),
    /** So OpenLEADR spells it. */
    clientId: name.nullish(),
    ...subscriptionRequest.shape,
  })
  .transform(({ clientID, clientId, ...rest }) => ({ ...rest, clientID: clientID ?? clientId ?? null }));
export const ven = z.object({
  ...metadata('VEN', 'BL_VEN_REQUEST', 'VEN_VEN_REQUEST'),
  clientID: name,
  venName: name,
  attributes: list(valuesMap),
  targets,
});
export const resource = z.object({
  ...metadata('RESOURCE', 'BL_RESOURCE_REQUEST', 'VEN_RESOURCE_REQUEST'),
  clientID: name,
  venID: objectId,
  resourceName: name,
  attributes: list(valuesMap),
  targets,
});

const notice = <T extends string, S extends z.ZodType>(objectType: T, object: S) =>
  z.object({
    objectType: z.literal(objectType),
    operation: z.enum(['READ', 'CREATE', 'UPDATE', 'DELETE']),
    object,
    targets,
  });

/** What a VTN sends to a subscription's callbackUrl, or over MQTT: schema notification. */
export const notification = z.discriminatedUnion('objectType', [
  notice('PROGRAM', program),
  notice('REPORT', report),
  notice('EVENT', event),
  notice('SUBSCRIPTION', subscription),
  notice('VEN', ven),
  notice('RESOURCE', resource),
]);

/** Schema authServerInfo. */
export const authServerInfo = z.object({ tokenURL: z.string().min(1) });

const mqttAuthentication = z.discriminatedUnion('method', [
  z.object({ method: z.literal('ANONYMOUS') }),
  z.object({
    /** The second is how OpenLEADR spells it. */
    method: z
      .literal(['OAUTH2_BEARER_TOKEN', 'OAUTH2BEARERTOKEN'])
      .transform(() => 'OAUTH2_BEARER_TOKEN' as const),
    /** "{clientID}" stands for the client's own. */
    username: z.string(),
  }),
  z.object({
    method: z.literal('CERTIFICATE'),
    caCert: z.string(),
    clientCert: z.string(),
    clientKey: z.string(),
  }),
]);

/** Schema mqttNotifierBindingObject. */
const mqttBinding = z.object({
  URIS: z.array(z.string()),
  serialization: z.string(),
  authentication: mqttAuthentication,
});

/** Schema notifiersResponse. OpenLEADR leaves out WEBHOOK, which it does not deliver, and adds its own. */
export const notifiers = z.object({ WEBHOOK: withDefault(z.boolean(), false), MQTT: orNull(mqttBinding) });

/** Schema notifierTopicsResponse. */
export const notifierTopics = z.object({
  topics: z.object({
    CREATE: orNull(z.string()),
    UPDATE: z.string(),
    DELETE: z.string(),
    ALL: orNull(z.string()),
  }),
});

export type IntervalPeriod = z.output<typeof intervalPeriod>;
export type Interval = z.output<typeof interval>;
export type Program = z.output<typeof program>;
export type Report = z.output<typeof report>;
export type Event = z.output<typeof event>;
export type Subscription = z.output<typeof subscription>;
export type Resource = z.output<typeof resource>;
export type Ven = z.output<typeof ven>;
export type Notification = z.output<typeof notification>;
export type AuthServerInfo = z.output<typeof authServerInfo>;
export type Notifiers = z.output<typeof notifiers>;
export type NotifierTopics = z.output<typeof notifierTopics>;

/** A payload descriptor as it is sent: 3.1 requires its objectType. */
type Described<T, Kind extends string> = Omit<T, 'objectType'> & { objectType: Kind };
export type EventPayloadDescriptor = Described<
  z.input<typeof eventPayloadDescriptor>,
  'EVENT_PAYLOAD_DESCRIPTOR'
>;
export type ReportPayloadDescriptor = Described<
  z.input<typeof reportPayloadDescriptor>,
  'REPORT_PAYLOAD_DESCRIPTOR'
>;
type With<Base, Descriptor> = Omit<Base, 'payloadDescriptors'> & { payloadDescriptors?: Descriptor[] | null };

/** What a client sends: an absent or null field is the document's default. */
export type ProgramRequest = With<
  z.input<typeof programRequest>,
  EventPayloadDescriptor | ReportPayloadDescriptor
>;
export type ReportRequest = With<z.input<typeof reportRequest>, ReportPayloadDescriptor>;
export type EventRequest = With<z.input<typeof eventRequest>, EventPayloadDescriptor>;
export type SubscriptionRequest = Omit<z.input<typeof subscriptionRequest>, 'objectOperations'> & {
  objectOperations: ObjectOperationRequest[];
};

type Attributes = { attributes?: z.input<typeof valuesMap>[] | null };

/** Schema BlVenRequest: sent by business logic, for a VEN of the OAuth client `clientID`. */
export interface BlVenRequest extends Attributes {
  objectType: 'BL_VEN_REQUEST';
  clientID: string;
  venName: string;
  targets?: string[] | null;
}

/** Schema VenVenRequest: sent by a VEN for itself. */
export interface VenVenRequest extends Attributes {
  objectType: 'VEN_VEN_REQUEST';
  venName: string;
}

/** Schema BlResourceRequest. */
export interface BlResourceRequest extends Attributes {
  objectType: 'BL_RESOURCE_REQUEST';
  clientID: string;
  resourceName: string;
  venID: string;
  targets?: string[] | null;
}

/** Schema VenResourceRequest. */
export interface VenResourceRequest extends Attributes {
  objectType: 'VEN_RESOURCE_REQUEST';
  resourceName: string;
  venID: string;
}

export type VenRequest = BlVenRequest | VenVenRequest;
export type ResourceRequest = BlResourceRequest | VenResourceRequest;
