import type { Answer, CreateOutcome } from '../delivery/outcome.ts';
import type { Load } from '../fleet/load.ts';
import type { Readings, TimeSpan } from '../fleet/readings.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';

/**
 * What an OpenADR report may tell of a reading: the energy of its interval (`USAGE`, kWh), its power (`READING`, kW), its
 * mean power (`DEMAND`, kW). The gateway has one form, and takes no notice.
 */
export const measures = ['USAGE', 'READING', 'DEMAND'] as const;
export type Measure = (typeof measures)[number];

/** How bodies of reports may be compressed, where a VTN takes it. */
export const compressions = ['gzip'] as const;
export type Compression = (typeof compressions)[number];

/** What reports need besides readings. Plain data, so that threads can have it. */
export interface MeteringOptions {
  /** Default `USAGE` alone. */
  readonly measures?: readonly Measure[] | undefined;
  /** The program and event that OpenADR reports are filed under. */
  readonly anchor?: { readonly programId: string; readonly eventId: string } | undefined;
  /** How bodies are compressed. Default: not at all, since few VTNs take it. */
  readonly compress?: Compression | undefined;
  /** Reports of one reading, as it comes: the gateway takes those in another form. */
  readonly live?: boolean | undefined;
}

/** Readings as a VTN takes them: the part of a report that is the same for every load of their series. */
export interface EncodedReadings {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** How many readings it tells. */
  readonly points: number;
}

/** One load's part of a report. */
export interface ReportPart {
  /** How reports refer to the load: `resourceRefOf`. */
  readonly resourceRef: string;
  readonly encoded: EncodedReadings;
}

/** What makes a report another one. */
export interface ReportIdentity {
  readonly venName: string;
  readonly span: TimeSpan;
  /** In any order. */
  readonly loadIds: readonly string[];
}

/** One report, before it is said to the VTN. */
export interface Report {
  readonly venName: string;
  /** See `reportNameOf`. */
  readonly reportName: string | undefined;
  readonly span: TimeSpan;
  readonly parts: readonly ReportPart[];
}

/** What a VTN's answer to a report means. `isTooLarge`: it is refused for its size, and would be taken in parts. */
export type ReportOutcome =
  | Exclude<CreateOutcome, { kind: 'refused' }>
  | (Extract<CreateOutcome, { kind: 'refused' }> & { readonly isTooLarge?: true });

/** A report as a VTN lists it. */
export interface ListedReport {
  readonly id: string;
  readonly reportName: string | undefined;
  /** How many readings it holds. */
  readonly points: number;
}

/**
 * How meter data are reported to one kind of VTN, and what its answers mean. It sends nothing, and the same question
 * always has the same answer.
 */
export interface MeteringProfile {
  /** The profile's, as the database has it. */
  readonly name: string;
  /** Under what is remembered what was reported: what was sent under another kind says nothing of this one. */
  readonly kind: string;
  /** Whether a report is of one load alone, or of the loads of a VEN together. */
  readonly reportIsOf: 'load' | 'ven';
  /** Readings that one part may have at most. */
  readonly mostPoints: number;
  /** Bytes of a reading in a report, about: rather more than fewer. */
  readonly bytesPerPoint: number;
  /**
   * How reports refer to a load that is registered as this resource: a text that only the profile understands. Where it is not given,
   * by the VTN's id of the resource: then no load need be read for it.
   */
  resourceRefOf?(load: Load, vtnResourceId: string, vtnVenId: string | undefined): string;
  encode(readings: Readings): EncodedReadings;
  /** The name of the report of these loads over this span: `Report.reportName`. */
  reportNameOf(report: ReportIdentity): string | undefined;
  /** Bytes of a report besides those of its parts' readings: to know beforehand how large it will be. */
  overheadOf(report: Pick<Report, 'venName' | 'reportName'>, resourceRefs: readonly string[]): number;
  report(report: Report): WireRequest;
  /** `created` only where the VTN took all points, as far as it says. */
  readReport(report: Report, response: WireResponse): ReportOutcome;
  /** What to do where reports fail for this reason, where that is known: a sentence without its full stop. */
  likelyCause?(reason: string): string | undefined;
  /** How a report is found again whose answer was lost; undefined where no VTN of this kind tells. */
  readonly lookUp?: ReportLookUp | undefined;
}

/** How reports are found and replaced. */
export interface ReportLookUp {
  /** A page of a VEN's reports: those after the first `skip`. */
  page(venName: string, skip: number): WireRequest;
  readPage(response: WireResponse): Answer<readonly ListedReport[]>;
  /** The report that the VTN gave this id. */
  one(venName: string, id: string): WireRequest;
  /** Null: it is not there. */
  readOne(response: WireResponse): Answer<ListedReport | null>;
  /** Puts the report in the place of the one with this id. */
  replace(id: string, report: Report): WireRequest;
  readReplace(report: Report, response: WireResponse): Answer<null>;
}
