import { type Call, caller } from './call.ts';
import { type Collection, collectionMaker } from './collection.ts';
import type { Transport } from './http/transport.ts';
import { objectOperations } from './operations.ts';
import { operations30 } from './operations-v30.ts';
import { operations31 } from './operations-v31.ts';
import type { ClientCredentialRequest, ClientCredentialResponse, ObjectType } from './schemas/common.ts';
import type * as v31 from './schemas/v31.ts';

/**
 * Lets through what has one of these targets. A VEN that gives no filter sees all that it may see (User Guide, 8.13);
 * with one, it does not see what has no targets.
 */
export interface TargetFilter31 {
  targets?: string[];
}

export interface EventFilter31 extends TargetFilter31 {
  programID?: string;
  /** True: without events that are over. Not every VTN heeds it. */
  active?: boolean;
}

export interface ReportFilter31 {
  programID?: string;
  eventID?: string;
  clientName?: string;
}

export interface SubscriptionFilter31 {
  programID?: string;
  clientName?: string;
  objects?: ObjectType[];
}

export interface VenFilter31 extends TargetFilter31 {
  venName?: string;
}

export interface ResourceFilter31 extends TargetFilter31 {
  resourceName?: string;
  venID?: string;
}

/** Names of the MQTT topics on which a VTN tells of operations: `GET /notifiers/mqtt/topics/…`. */
export interface MqttTopics {
  programs(): Promise<v31.NotifierTopics>;
  program(programID: string): Promise<v31.NotifierTopics>;
  programEvents(programID: string): Promise<v31.NotifierTopics>;
  events(): Promise<v31.NotifierTopics>;
  reports(): Promise<v31.NotifierTopics>;
  subscriptions(): Promise<v31.NotifierTopics>;
  resources(): Promise<v31.NotifierTopics>;
  vens(): Promise<v31.NotifierTopics>;
  ven(venID: string): Promise<v31.NotifierTopics>;
  venEvents(venID: string): Promise<v31.NotifierTopics>;
  venPrograms(venID: string): Promise<v31.NotifierTopics>;
  venResources(venID: string): Promise<v31.NotifierTopics>;
}

/** Every operation of OpenADR 3.1, by kind of object. In 3.1 resources stand beside VENs. */
export interface OpenAdr31Client {
  readonly version: '3.1';
  readonly programs: Collection<v31.Program, v31.ProgramRequest, TargetFilter31>;
  readonly events: Collection<v31.Event, v31.EventRequest, EventFilter31>;
  readonly reports: Collection<v31.Report, v31.ReportRequest, ReportFilter31>;
  readonly subscriptions: Collection<v31.Subscription, v31.SubscriptionRequest, SubscriptionFilter31>;
  readonly vens: Collection<v31.Ven, v31.VenRequest, VenFilter31>;
  readonly resources: Collection<v31.Resource, v31.ResourceRequest, ResourceFilter31>;
  readonly auth: {
    /** getAuthServerInfo: where tokens are to be had. */
    server(): Promise<v31.AuthServerInfo>;
    /** fetchToken, which a VTN may leave out. For tokens that renew themselves, see `oauthTokens`. */
    token(request: ClientCredentialRequest): Promise<ClientCredentialResponse>;
  };
  readonly notifiers: {
    /** listAllNotifiers: how the VTN can notify. */
    list(): Promise<v31.Notifiers>;
    readonly mqttTopics: MqttTopics;
  };
  /** Any operation by its operationId, its answer checked alike. */
  readonly call: Call<typeof operations31>;
}

/** Makes a client of OpenADR 3.1 over a transport, which stays the caller's to close. */
export function createOpenAdr31Client(transport: Transport): OpenAdr31Client {
  const call = caller(
    transport,
    { version: '3.1', operations: operations31 },
    { version: '3.0', operations: operations30 },
  );
  const collection = collectionMaker(call, transport.url);
  return {
    version: '3.1',
    programs: collection(objectOperations.programs),
    events: collection(objectOperations.events),
    reports: collection(objectOperations.reports),
    subscriptions: collection(objectOperations.subscriptions),
    vens: collection(objectOperations.vens),
    resources: collection(objectOperations.resources),
    auth: {
      server: () => call('getAuthServerInfo'),
      token: (body) => call('fetchToken', { body }),
    },
    notifiers: { list: () => call('listAllNotifiers'), mqttTopics: mqttTopics(call) },
    call,
  };
}

function mqttTopics(call: Call<typeof operations31>): MqttTopics {
  return {
    programs: () => call('listAllMqttNotifierTopicsPrograms'),
    program: (programID) => call('listAllMqttNotifierTopicsProgram', { params: { programID } }),
    programEvents: (programID) => call('listAllMqttNotifierTopicsProgramEvents', { params: { programID } }),
    events: () => call('listAllMqttNotifierTopicsEvents'),
    reports: () => call('listAllMqttNotifierTopicsReports'),
    subscriptions: () => call('listAllMqttNotifierTopicsSubscriptions'),
    resources: () => call('listAllMqttNotifierTopicsResources'),
    vens: () => call('listAllMqttNotifierTopicsVens'),
    ven: (venID) => call('listAllMqttNotifierTopicsVen', { params: { venID } }),
    venEvents: (venID) => call('listAllMqttNotifierTopicsVenEvents', { params: { venID } }),
    venPrograms: (venID) => call('listAllMqttNotifierTopicsVenPrograms', { params: { venID } }),
    venResources: (venID) => call('listAllMqttNotifierTopicsVenResources', { params: { venID } }),
  };
}
