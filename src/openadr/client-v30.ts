import { type Call, caller } from './call.ts';
import { type Collection, collectionMaker } from './collection.ts';
import type { Transport } from './http/transport.ts';
import { objectOperations } from './operations.ts';
import { operations30 } from './operations-v30.ts';
import { operations31 } from './operations-v31.ts';
import type { ClientCredentialRequest, ClientCredentialResponse, ObjectType } from './schemas/common.ts';
import type * as v30 from './schemas/v30.ts';

/** Lets through what has a target of this type with one of these values. */
export interface TargetFilter30 {
  targetType?: string;
  targetValues?: string[];
}

export interface EventFilter30 extends TargetFilter30 {
  programID?: string;
}

export interface ReportFilter30 {
  programID?: string;
  eventID?: string;
  clientName?: string;
}

export interface SubscriptionFilter30 extends TargetFilter30 {
  programID?: string;
  clientName?: string;
  objects?: ObjectType[];
}

export interface VenFilter30 extends TargetFilter30 {
  venName?: string;
}

export interface ResourceFilter30 extends TargetFilter30 {
  resourceName?: string;
}

/** Every operation of OpenADR 3.0, by kind of object. In 3.0 a resource lies within its VEN. */
export interface OpenAdr30Client {
  readonly version: '3.0';
  readonly programs: Collection<v30.Program, v30.ProgramRequest, TargetFilter30>;
  readonly events: Collection<v30.Event, v30.EventRequest, EventFilter30>;
  readonly reports: Collection<v30.Report, v30.ReportRequest, ReportFilter30>;
  readonly subscriptions: Collection<v30.Subscription, v30.SubscriptionRequest, SubscriptionFilter30>;
  readonly vens: Collection<v30.Ven, v30.VenRequest, VenFilter30>;
  /** The resources of the VEN `venID`. */
  resources(venID: string): Collection<v30.Resource, v30.ResourceRequest, ResourceFilter30>;
  readonly auth: {
    /** fetchToken. For tokens that renew themselves, give the transport `oauthTokens`. */
    token(request: ClientCredentialRequest): Promise<ClientCredentialResponse>;
  };
  /** Any operation by its operationId, its answer checked alike. */
  readonly call: Call<typeof operations30>;
}

/** Makes a client of OpenADR 3.0.1 over a transport, which stays the caller's to close. */
export function createOpenAdr30Client(transport: Transport): OpenAdr30Client {
  const call = caller(
    transport,
    { version: '3.0', operations: operations30 },
    { version: '3.1', operations: operations31 },
  );
  const collection = collectionMaker(call, transport.url);
  return {
    version: '3.0',
    programs: collection(objectOperations.programs),
    events: collection(objectOperations.events),
    reports: collection(objectOperations.reports),
    subscriptions: collection(objectOperations.subscriptions),
    vens: collection(objectOperations.vens),
    resources: (venID) => collection(objectOperations.resources, { venID }),
    auth: { token: (body) => call('fetchToken', { body }) },
    call,
  };
}
