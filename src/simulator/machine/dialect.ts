import type { IncomingHttpHeaders } from 'node:http';
import type { Series } from '../points/tally.ts';

/**
 * Faults that only a handler can play: it takes only part of the points that it was sent, and says so; it answers as
 * if it had kept what it was sent; it leaves out the second half of a page.
 */
export type OwnFault = 'short' | 'forget' | 'partial';

/** One request, wholly received. */
export interface Call {
  readonly method: string;
  /** Below the base path, beginning with a slash, without the query. */
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
  /** What stands before every path. */
  readonly basePath: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came, perhaps compressed. */
  readonly wire: Buffer;
  /** `identity`, or how it is compressed. */
  readonly encoding: string;
  /** The body, not compressed. What cannot be decompressed is thrown, and refused. */
  content(): Buffer;
  text(): string;
  /** Whether a fault befalls it that only its handler can play: drawn, and counted, when it is asked. */
  befalls(fault: OwnFault): boolean;
}

/** One answer, not yet sent. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a VTN holds of one resource, in short. */
export interface HeldResource {
  /** The VTN's id of it. */
  readonly id: string;
  readonly externalId: string | undefined;
  /** The VEN's name. */
  readonly ven: string;
  readonly name: string;
  /** The id that the client itself gave (`flex-gateway`). */
  readonly loadId: string | undefined;
}

/** The points that a VTN was told of one series, as far as it keeps count. */
export interface HeldPoints {
  /** The VTN's id of the resource (`flex-gateway`), or how reports name it. */
  readonly resource: string;
  readonly externalId: string | undefined;
  /** The VEN's name, or the `clientName` of reports. */
  readonly ven: string;
  /** What the points are: `bulk`, the types of single readings, or the `payloadType` of reports. */
  readonly kind: string;
  readonly series: Series;
}

/** Carries out one request; `params` are the path's variable parts in their order. Few need to wait for anything. */
export type Handler = (call: Call, params: readonly string[]) => Reply | Promise<Reply>;

/** Where a request goes. `kind` names the method and the path's form: `GET /resources/{id}`. */
export interface Route {
  readonly kind: string;
  readonly handle: Handler;
  readonly params: readonly string[];
}

/** One kind of VTN: its paths, its rules, and what it holds. */
export interface Dialect {
  route(method: string, path: string): Route;
  /** An error in the form in which this VTN tells them. */
  problem(status: number, text: string): Reply;
  held(): Iterable<HeldResource>;
  points(): Iterable<HeldPoints>;
  /** How many readings a request brings, right or wrong. */
  pointsIn(kind: string, call: Call): number;
  /** The id of any resource but this one, or undefined. */
  otherResourceId(id: string): string | undefined;
  counts(): HeldCounts;
  /** What else the simulator's own pages show, by the name of the page. */
  readonly pages: Readonly<Record<string, () => Iterable<object>>>;
  /** How notifications fared; undefined where this VTN sends none. */
  readonly notifications?: (() => NotificationCounts) | undefined;
  /** Forgets everything that clients have stored. */
  wipe(): void;
  /** Forgets all events at once, and tells nobody. */
  loseEvents(): void;
  /** Cuts off all that are connected to its broker, where it has one. */
  dropMqttClients?: (() => void) | undefined;
  /** Ends what it does besides answering requests. */
  close?: (() => Promise<void>) | undefined;
}

/** What became of notifications; each is one object told to one subscription, or on one topic. */
export interface NotificationCounts {
  readonly webhooks: {
    /** Answered with a success. */
    readonly delivered: number;
    /** Given up after the last attempt. */
    readonly failed: number;
    /** Never tried: to an address that is not this machine, or for too many that wait. */
    readonly notSent: number;
    readonly waiting: number;
    /** All requests, the failed ones too. */
    readonly attempts: number;
  };
  readonly mqtt: {
    readonly published: number;
    /** Connected now. */
    readonly clients: number;
    readonly refused: number;
  };
  /** Left out, and told twice, as the switches have it. */
  readonly lost: number;
  readonly repeated: number;
}

export interface HeldCounts {
  readonly vens: number;
  readonly resources: number;
  readonly programs: number;
  readonly events: number;
  /** Resources stored although another with the same key was there. */
  readonly duplicates: number;
  /** Points told of resources, each as often as it was told. */
  readonly points: number;
}

export function json(status: number, value: unknown): Reply {
  return { status, body: JSON.stringify(value) };
}
