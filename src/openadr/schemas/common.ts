import { z } from 'zod';

/**
 * What both versions of OpenADR 3 share (components/schemas of the 3.0.1 and 3.1 OpenAPI documents). Real VTNs
 * deviate, so reading is tolerant: an absent or null list becomes `[]`, any other absent or null value `null`, and
 * unknown fields are dropped. A schema's output type is what a program works with, its input type what may be sent.
 */

/** A value that may be absent or null: null then. */
export const orNull = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? null);

/** A list that may be absent or null: empty then. */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);

/** A value that may be absent or null, with what the documents say it is then. */
export const withDefault = <T extends z.ZodType>(schema: T, value: z.output<T>) =>
  schema.nullish().transform((given) => given ?? value);

/** The pattern of schema objectID. */
export const objectIdPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** Schema objectID. */
export const objectId = z
  .string()
  .regex(objectIdPattern, 'expected an object ID of 1 to 128 letters, digits, "_" or "-"');

/** venName, resourceName, programName, clientName, clientID, target, type: 1 to 128 characters. */
export const name = z.string().min(1).max(128);

/** Schema units. The documents list no values; private ones are allowed. */
export const units = orNull(z.string());

const day = String.raw`(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|0000-00-00)`;
const timeOfDay = String.raw`([01]\d|2[0-4]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?`;
const zone = String.raw`([Zz]|[+-]([01]\d|2[0-3]):?[0-5]\d)`;

/**
 * Schema dateTime, kept as text. Some VTNs leave out the zone or the time of day, and the sentinel for "now" is
 * `0001-01-01` (User Guide, on intervalPeriod), or was `0000-00-00` once.
 */
export const dateTime = z
  .string()
  .regex(
    new RegExp(`^${day}([Tt ]${timeOfDay}${zone}?)?$`),
    'expected a date and time like 2023-06-15T09:30:00Z',
  );

const fields = (units: string) => [...units].map((unit) => String.raw`(\d+(\.\d+)?${unit})?`).join('');

/** Schema duration, kept as text. OpenLEADR writes all fields, with fractions: `P0Y0M0DT1H0M0.5S`. */
export const duration = z
  .string()
  .regex(new RegExp(`^-?P(?=.)${fields('YMWD')}(T(?=.)${fields('HMS')})?$`), 'expected a duration like PT1H');

/** Schema point. */
export const point = z.object({ x: z.number(), y: z.number() });

const value = z.union(
  [z.number(), z.string(), z.boolean(), point],
  'expected a number, text, boolean or point',
);

/** Schema valuesMap. A CURVE may come as a list of points in the list of values; it is read as a flat one. */
export const valuesMap = z.object({
  type: name,
  values: z.array(z.union([value, z.array(point)])).transform((values) => values.flat()),
});

/** Schema reportDescriptor but for its targets and, in 3.1, reportIntervals. */
export const reportDescriptorFields = {
  payloadType: name,
  readingType: orNull(z.string()),
  units,
  aggregate: withDefault(z.boolean(), false),
  /** The interval at whose end the report is due; -1: the last. */
  startInterval: withDefault(z.int(), -1),
  /** Intervals in one report; -1: all. */
  numIntervals: withDefault(z.int(), -1),
  /** Whether the report looks back from startInterval, not ahead. */
  historical: withDefault(z.boolean(), true),
  /** Intervals between reports; -1: as many as numIntervals. */
  frequency: withDefault(z.int(), -1),
  /** Reports in all; -1: without end. */
  repeat: withDefault(z.int(), 1),
};

/** Schema eventPayloadDescriptor. OpenLEADR leaves out objectType in events. */
export const eventPayloadDescriptor = z.object({
  objectType: withDefault(z.literal('EVENT_PAYLOAD_DESCRIPTOR'), 'EVENT_PAYLOAD_DESCRIPTOR'),
  payloadType: name,
  units,
  currency: orNull(z.string()),
});

/** Schema reportPayloadDescriptor. OpenLEADR leaves out objectType in reports. */
export const reportPayloadDescriptor = z.object({
  objectType: withDefault(z.literal('REPORT_PAYLOAD_DESCRIPTOR'), 'REPORT_PAYLOAD_DESCRIPTOR'),
  payloadType: name,
  readingType: orNull(z.string()),
  units,
  accuracy: orNull(z.number()),
  /** 0 to 100. */
  confidence: orNull(z.number().min(0).max(100)),
});

/**
 * A program's payloadDescriptors: either kind, told apart by objectType; without one, by what only reports have, else
 * an event's.
 */
export const payloadDescriptor = z.union(
  [
    reportPayloadDescriptor.extend({ objectType: z.literal('REPORT_PAYLOAD_DESCRIPTOR') }),
    reportPayloadDescriptor.refine(
      ({ readingType, accuracy, confidence }) => (readingType ?? accuracy ?? confidence) !== null,
    ),
    eventPayloadDescriptor,
  ],
  'expected an event or report payload descriptor',
);

export const programDescription = z.object({ URL: z.string() });

/** The kinds of object that notifications are about: schema objectTypes. */
export type ObjectType = 'PROGRAM' | 'EVENT' | 'REPORT' | 'SUBSCRIPTION' | 'VEN' | 'RESOURCE';

/** Schema subscription, objectOperations. A VTN may know more objects, operations and ways of delivery than these. */
export const objectOperation = z.object({
  objects: z.array(z.string()),
  operations: z.array(z.string()),
  /** Null for a subscription that is delivered in another way than to a webhook. */
  callbackUrl: orNull(z.string()),
  bearerToken: orNull(z.string()),
});

/** What a client subscribes to, as it is sent: schema subscription, objectOperations. */
export interface ObjectOperationRequest {
  objects: ObjectType[];
  operations: ('READ' | 'CREATE' | 'UPDATE' | 'DELETE')[];
  callbackUrl: string;
  bearerToken?: string | null;
}

/** Schema clientCredentialRequest: the body of POST /auth/token, and RFC 6749, section 4.4.2. */
export interface ClientCredentialRequest {
  grant_type: 'client_credentials';
  client_id: string;
  client_secret: string;
  scope?: string;
}

/** Schema clientCredentialResponse. `access_token_jwt` is what one deployed VTN calls it. */
export const clientCredentialResponse = z
  .object({
    access_token: z.string().min(1).nullish(),
    access_token_jwt: z.string().min(1).nullish(),
    /** Some servers use words of their own, which do no harm; these three need more than a header. */
    token_type: z
      .unknown()
      .optional()
      .transform((type) => (typeof type === 'string' ? type : null))
      .refine((type) => type === null || !/^(mac|dpop|pop)$/i.test(type), 'expected a Bearer token'),
    /** Seconds; null where the answer does not say. Some servers send it as text. */
    expires_in: orNull(
      z.union([
        z.number(),
        z
          .string()
          .regex(/^\d+(\.\d+)?$/)
          .transform(Number),
      ]),
    ).catch(null),
    refresh_token: orNull(z.string()).catch(null),
    scope: orNull(z.string()).catch(null),
  })
  .transform(({ access_token, access_token_jwt, ...rest }, context) => {
    const token = access_token ?? access_token_jwt;
    if (token === null || token === undefined) {
      context.addIssue({ code: 'custom', path: ['access_token'], message: 'expected a token' });
      return z.NEVER;
    }
    return { access_token: token, ...rest };
  });

export type ValuesMap = z.output<typeof valuesMap>;
export type Point = z.output<typeof point>;
export type ClientCredentialResponse = z.output<typeof clientCredentialResponse>;
