/*
 * What a VTN asks of loads, in one form for all kinds of VTN. Points in time are milliseconds since 1970, UTC.
 */

/** When something begins: at a time, or as soon as it is heard of (the sentinel of year 0 or 1; User Guide, 7.3). */
export type EventStart = { readonly kind: 'at'; readonly ms: number } | { readonly kind: 'now' };

/** A duration of ISO 8601, by its parts: months and years are as long as the calendar has them. None is negative. */
export interface DurationParts {
  readonly years: number;
  readonly months: number;
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** `infinite`: P9999Y. */
export type EventDuration = DurationParts | 'infinite';

/** An intervalPeriod. Null is what was left out. */
export interface EventPeriod {
  readonly start: EventStart | null;
  readonly duration: EventDuration | null;
  /** The start is drawn from so much before it to so much after. */
  readonly randomizeStart: EventDuration | null;
}

export type PayloadValue = number | string | boolean | { readonly x: number; readonly y: number };

/** What is asked, or told, of one kind: `SIMPLE`, `PRICE`, or a private one. */
export interface EventPayload {
  readonly type: string;
  readonly values: readonly PayloadValue[];
}

/** An interval as it is written down, its times not worked out. */
export interface GridInterval {
  readonly id: number;
  readonly period: EventPeriod | null;
  readonly payloads: readonly EventPayload[];
}

/** In which units a kind of payload is told. */
export interface PayloadDescriptor {
  readonly payloadType: string;
  readonly units: string | null;
  readonly currency: string | null;
}

/** What an event, a program or a reportDescriptor names. `type` is null in OpenADR 3.1, whose targets are plain texts. */
export interface EventTarget {
  readonly type: string | null;
  readonly values: readonly string[];
}

/** What reports an event asks for: a reportDescriptor, with the defaults of the OpenAPI documents filled in. */
export interface AskedReport {
  readonly payloadType: string;
  readonly readingType: string | null;
  readonly units: string | null;
  readonly aggregate: boolean;
  readonly startInterval: number;
  readonly numIntervals: number;
  readonly historical: boolean;
  readonly frequency: number;
  readonly repeat: number;
  /** OpenADR 3.1. */
  readonly reportIntervals?: 'INTERVALS' | 'SUB_INTERVALS' | 'OPEN_INTERVALS' | undefined;
  /** Which resources are to report; empty: all that the event is for. */
  readonly targets: readonly EventTarget[];
}

/** An event of a VTN. */
export interface GridEvent {
  /** The VTN's. */
  readonly id: string;
  readonly programId: string | null;
  readonly name: string | null;
  /** 0 is the most urgent; null: not said. */
  readonly priority: number | null;
  readonly createdMs: number | null;
  /** The VTN says that it is cancelled (the gateway's `status`). OpenADR has no such word. */
  readonly isCancelled: boolean;
  /** Empty: for all. */
  readonly targets: readonly EventTarget[];
  /** For the intervals that have none of their own. */
  readonly period: EventPeriod | null;
  /** `event.duration` of OpenADR 3.1: cuts the intervals off, or has them go round. */
  readonly duration: EventDuration | null;
  /** In the order of the list; may be empty. */
  readonly intervals: readonly GridInterval[];
  readonly payloadDescriptors: readonly PayloadDescriptor[];
  readonly askedReports: readonly AskedReport[];
}

/** A program of a VTN, as far as its events need it. */
export interface GridProgram {
  /** The VTN's. */
  readonly id: string;
  readonly name: string | null;
  readonly targets: readonly EventTarget[];
  /** What holds for its events where they say nothing. */
  readonly payloadDescriptors: readonly PayloadDescriptor[];
  /** What of it cannot be read, no sentence; its events are for no load where that is whom it is for. */
  readonly problem?: string | undefined;
}
