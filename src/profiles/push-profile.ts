import type { Answer } from '../delivery/outcome.ts';
import type { Creation } from '../delivery/settle.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';
import type { PagedListing } from './events-profile.ts';
import type { OpenAdrRole } from './openadr-role.ts';

/** What being notified needs to know. Plain data. */
export interface PushOptions {
  /** Default BL. */
  readonly role?: OpenAdrRole | undefined;
}

/** What a subscription is for: whose it is (`venName`; undefined: the one reader's), and of which program, where it is of one. */
export interface SubscriptionScope {
  readonly venName: string | undefined;
  readonly programId: string | undefined;
}

/** Where notifications are to go, and what they must bring. */
export interface Callback {
  readonly callbackUrl: string;
  readonly bearerToken: string;
}

/** A subscription as a VTN lists it. */
export interface ListedSubscription {
  readonly id: string;
  /** Whether it is one of ours, by its clientName and where it leads. */
  readonly isOurs: boolean;
  readonly programId: string | undefined;
  /** Whether it asks for all that we want, and brings our token: where the VTN does not tell, undefined. */
  readonly isRight: boolean | undefined;
}

/** A question to a VTN, and how its answer is read. */
export interface Question<T> {
  readonly request: WireRequest;
  read(response: WireResponse): Answer<T>;
}

/** How a MQTT client says who it is (OpenADR 3.1, mqttNotifierBindingObject). */
export type BrokerAuthentication =
  | { readonly method: 'anonymous' }
  /** The password is the bearer token; `username`: null: the client's own id. */
  | { readonly method: 'token'; readonly username: string | null }
  /** PEM texts. */
  | { readonly method: 'certificate'; readonly ca: string; readonly cert: string; readonly key: string };

/** The broker of a VTN. */
export interface BrokerOffer {
  readonly urls: readonly string[];
  readonly authentication: BrokerAuthentication;
}

/** What topics are asked for. */
export type TopicSubject =
  | { readonly of: 'events' | 'programs' }
  | { readonly of: 'program-events'; readonly programId: string }
  | { readonly of: 'ven-events' | 'ven-programs'; readonly vtnVenId: string };

/** Topics on which the same is told, as the VTN names them. */
export interface NotifierTopics {
  /** One for all operations, where there is one; may have wildcards. */
  readonly all: string | undefined;
  /** One for each operation. */
  readonly each: readonly string[];
}

/** How a kind of VTN tells of changes by itself. It sends nothing, and the same question always has the same answer. */
export interface PushProfile {
  /** The profile's, as the database has it. */
  readonly name: string;
  /** Whether one reader is told of all, or each VEN asks for its own (`WireRequest.as`). */
  readonly readsAs: 'all' | 'ven';
  /** Whether a subscription is of one program (OpenADR 3.0), or of all. */
  readonly subscriptionIsOf: 'program' | 'all';
  /** The subscriptions of this reader, perhaps with those of others. */
  subscriptions(venName: string | undefined, callback: Callback): PagedListing<ListedSubscription>;
  /**
   * A subscription to events and programs, as a thing for `settle`. Operations have been called by two sets of words, of which
   * a VTN may refuse one as a bad request: `words` is the number of the set, and there are `wordings` of them.
   */
  subscription(scope: SubscriptionScope, callback: Callback, words?: number): Creation;
  readonly wordings: number;
  /** That it is gone already is success. */
  unsubscribe(id: string, venName: string | undefined): Question<null>;
  /** How brokers and topics are asked for, where a VTN can have such (OpenADR 3.1). */
  readonly notifiers?: PushNotifiers | undefined;
}

export interface PushNotifiers {
  /** Null: the VTN has no broker. */
  broker(venName: string | undefined): Question<BrokerOffer | null>;
  /**
   * Where all is told of a subject. Several where a VTN is known to say one and to use the other. Never made up: the second is a
   * rearrangement of what it said.
   */
  topics(subject: TopicSubject, venName: string | undefined): Question<readonly NotifierTopics[]>;
}
