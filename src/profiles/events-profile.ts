import type { Trace } from '../core/trace.ts';
import type { Answer } from '../delivery/outcome.ts';
import type { Creation } from '../delivery/settle.ts';
import type { EventPayload, GridEvent, GridProgram, PayloadDescriptor } from '../fleet/grid-event.ts';
import type { Load, Site } from '../fleet/load.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';
import type { OpenAdrRole } from './openadr-role.ts';

/** An event as a VTN shows it. */
export interface ReceivedEvent {
  readonly id: string;
  /** The whole object, JSON, with the fields of objects in the order of their names: equal texts say the same. */
  readonly body: string;
  /** Undefined where it cannot be acted on, for a reason that `problem` tells. */
  readonly event: GridEvent | undefined;
  /** What is wrong and where, no sentence; null: nothing. */
  readonly problem: string | null;
}

/** What can be had page by page. */
export interface PagedListing<T> {
  /** Items to ask for on one page; undefined: the VTN knows no pages, and gives everything at once. */
  readonly pageSize: number | undefined;
  page(skip: number): WireRequest;
  readPage(response: WireResponse): Answer<readonly T[]>;
}

/** By what a load can be named: what registration told the VTN of it. */
export const targetKinds = [
  'ven',
  'site',
  'meter-point',
  'component',
  'sub-type',
  'load',
  'resource-name',
  /** The VTN's id of it. */
  'resource',
  /** The VTN's id of its VEN. */
  'ven-id',
] as const;
export type TargetKind = (typeof targetKinds)[number];

/** Loads that one of these values names, as one of these kinds. */
export interface TargetGroup {
  /** As people know it: `GROUP`, `POWER_SERVICE_LOCATION`; `target` in OpenADR 3.1. */
  readonly label: string;
  /** Empty: of a type that is not known, which names no load. */
  readonly kinds: readonly TargetKind[];
  readonly values: readonly string[];
}

/** Which loads an event is for. */
export interface Selection {
  /** None: all. */
  readonly groups: readonly TargetGroup[];
  /** Whether a load must be named by one of the groups, or by every one. */
  readonly combine: 'any' | 'every';
  /** Only loads that are enrolled in this program. */
  readonly enrolledIn: string | null;
  /** Only loads of the VENs that the program names (OpenADR 3.0), or whose event it is (the gateway's `ven_id`); null: of any. */
  readonly programGroups: readonly TargetGroup[] | null;
}

/** How targets of several types in one event of OpenADR 3.0 are taken: the specification does not say. */
export const targetRules = ['every', 'any'] as const;
export type TargetRule = (typeof targetRules)[number];

/** What reading events needs to know. Plain data. */
export interface EventsOptions {
  /** Default BL. */
  readonly role?: OpenAdrRole | undefined;
  /** Default `every`. */
  readonly targetRule?: TargetRule | undefined;
}

/** A load as far as its name on the wire needs it: any `Load`, or a part of one. */
export interface NamedLoad extends Pick<Load, 'externalResourceId' | 'component' | 'name' | 'nameShared'> {
  readonly site: Pick<Site, 'resourceId' | 'name' | 'nameShared' | 'meterPointId'>;
}

/** How events are read from one kind of VTN, and answered. It sends nothing, and the same question always has the same answer. */
export interface EventsProfile {
  /** The profile's, as the database has it. */
  readonly name: string;
  /** Whether one reader sees the events of all, or each VEN asks for its own (`WireRequest.as`). */
  readonly readsAs: 'all' | 'ven';
  /**
   * The listings that together show all events that the reader may see (`venName`: undefined where one reader sees all).
   * Servers differ in what they show to whom: what one listing leaves out may stand in the other.
   */
  eventListings(venName?: string): readonly PagedListing<ReceivedEvent>[];
  programListings(venName?: string): readonly PagedListing<GridProgram>[];
  /** An event by its id. Undefined: the VTN has none, or does not show it to this reader. */
  eventOfId(
    id: string,
    venName?: string,
  ): { readonly request: WireRequest; read(response: WireResponse): Answer<ReceivedEvent | undefined> };
  /** An event as it was received once, from its `body`. */
  eventOfBody(body: string): ReceivedEvent;
  /**
   * Which loads are meant; `program`: of the event, where it is known. Where it is not, nothing is known of the VENs that it is
   * for: programs are to be read before events.
   */
  selectionOf(event: GridEvent, program: GridProgram | undefined): Selection;
  /**
   * The texts by which an event may name what has this name in the database, as what kind: as it is, and in the form in which
   * registration said it.
   */
  wireFormsOf(kind: TargetKind, name: string): readonly string[];
  /** The name under which a load is registered on the VTN: the name of kind `resource-name`, and `ReportedResource`'s. */
  resourceNameOf(load: NamedLoad): string;
  /** How a VEN says whether it takes part, where a VTN asks for that (the gateway). */
  readonly answering?: EventAnswering | undefined;
  /** How reports that events ask for are made, where a VTN takes such (OpenADR). */
  readonly reporting?: EventReporting | undefined;
  /** How loads are enrolled in programs, where that is done (the gateway). */
  readonly enrolling?: Enrolling | undefined;
}

export const eventAnswers = ['optIn', 'optOut', 'notParticipating'] as const;
export type EventAnswer = (typeof eventAnswers)[number];

export interface EventAnswering {
  /** `vtnVenId`: the VTN's id of the VEN. May be sent again: the VTN keeps the last one. */
  answer(
    eventId: string,
    ven: { readonly name: string; readonly vtnVenId: string | undefined },
    answer: EventAnswer,
  ): { readonly request: WireRequest; read(response: WireResponse): Answer<null> };
}

/** What is told of one resource in a report on an event. */
export interface ReportedResource {
  /** As it is registered; `AGGREGATED_REPORT` for all together. */
  readonly resourceName: string;
  readonly intervals: readonly {
    readonly id: number;
    /** Milliseconds since 1970, UTC; undefined: that of the event's interval. `untilMs` null: without end. */
    readonly span?: { readonly fromMs: number; readonly untilMs: number | null } | undefined;
    readonly payloads: readonly EventPayload[];
  }[];
}

/** A report on an event. */
export interface EventReport {
  readonly eventId: string;
  readonly programId: string | null;
  /** Whose report it is. */
  readonly venName: string;
  /** Unique on the VTN, and always the same for the same report. */
  readonly reportName: string;
  readonly descriptors: readonly (PayloadDescriptor & { readonly readingType: string | null })[];
  readonly resources: readonly ReportedResource[];
}

export interface EventReporting {
  /** A thing for `settle`: looked for by its name before it is sent a second time. `trace`: default `none`. */
  report(report: EventReport, trace?: Trace): Creation;
}

export interface Enrolling {
  /** Enrols the load that is registered under this id. To be enrolled already is success. */
  enrol(
    programId: string,
    vtnResourceId: string,
  ): { readonly request: WireRequest; read(response: WireResponse): Answer<null> };
}
