/*
 * What all reporting from a database needs: the VTN's way to take reports, and the loads that are meant.
 */
import { z } from 'zod';
import { throwIfScopeUnknown } from '../metering/known-scope.ts';
import type { ReportRequest } from '../metering/report-new.ts';
import { profileNamed } from '../profiles/choose-profile.ts';
import {
  type Compression,
  compressions,
  type Measure,
  type MeteringOptions,
  type MeteringProfile,
  measures,
} from '../profiles/metering-profile.ts';
import { throwIfElsewhere } from '../registration/vtn-of-database.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import type { FleetScope } from '../store/fleet-store.ts';
import type { ReportAnchor, ReportingStore, ReportScope } from '../store/reporting-store.ts';
import { call, vtnChecks, waitingChecks, whole } from './check-options.ts';
import { doubtChoices, maxBodyBounds, maxFailuresBounds } from './option-values.ts';
import { type OnSpelledTwice, spelledScope } from './spelled-names.ts';
import type { VtnAndStore, VtnAndStoreOptions } from './with-vtn-and-store.ts';

/** Of which loads readings are reported, and how. */
export interface ReportingOptions
  extends VtnAndStoreOptions,
    Pick<ReportRequest, 'onDoubt' | 'maxFailures'>,
    OnSpelledTwice {
  /** Where readings come from: HDF5, CSV or NDJSON (docs/meter-files.md). */
  readonly meterData: string;
  /** Only these VENs, or the first N by name. Default: all. */
  readonly scope?: FleetScope | undefined;
  /** Only loads of these components: `load_0` … Default: all. */
  readonly components?: readonly string[] | undefined;
  /** Only these loads, by their ids. Default: all. */
  readonly loadIds?: readonly string[] | undefined;
  /** What OpenADR reports tell of a reading. Default: `USAGE` alone. The gateway has one form. */
  readonly measures?: readonly Measure[] | undefined;
  /** The program and event that OpenADR reports are filed under. Default: those that `prepareReports` made. */
  readonly anchor?: ReportAnchor | undefined;
  /** How bodies are compressed, where the VTN takes it: `gzip`. Default: not at all. */
  readonly compress?: Compression | undefined;
  /** Bytes that the body of a report may have. Default 2,000,000. */
  readonly maxBodyBytes?: number | undefined;
  /** Wait where another process reports from the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
}

const texts = z.array(z.string()).optional();

/** Of what is not the same for all who speak to a VTN. */
export const ownReportingChecks = {
  meterData: z.string().min(1),
  components: texts,
  loadIds: texts,
  measures: z.array(z.enum(measures)).nonempty().optional(),
  anchor: z.strictObject({ programId: z.string(), eventId: z.string() }).optional(),
  compress: z.enum(compressions).optional(),
  maxBodyBytes: whole(maxBodyBounds).optional(),
  onDoubt: z.enum(doubtChoices).optional(),
  maxFailures: whole(maxFailuresBounds).optional(),
};

export const reportingChecks = {
  ...vtnChecks,
  ...waitingChecks,
  ...ownReportingChecks,
  onSpelledTwice: call,
};

/** How this VTN is reported to, and of which loads. */
export interface Reporting {
  readonly profile: MeteringProfile;
  /** What makes `profile` once more, in a thread. */
  readonly metering: MeteringOptions;
  readonly scope: ReportScope;
}

/**
 * Makes sure that the loads are of this VTN, and that there are such. Throws VTN_OTHER, REPORT_ANCHOR where reports are filed under
 * an event and none is known, VEN_UNKNOWN, COMPONENT_UNKNOWN, LOAD_UNKNOWN.
 */
export async function reportingWith(
  options: ReportingOptions,
  { link, profile: { name }, store }: Pick<VtnAndStore, 'link' | 'profile' | 'store'>,
  live = false,
): Promise<Reporting> {
  await throwIfElsewhere(store, { url: link.transport.url, profile: name });
  const metering = { ...(await meteringOptions(options, store)), live };
  const { components, loadIds } = options;
  const scope = { ...(await spelledScope(store, options.scope, options)), components, loadIds };
  await throwIfScopeUnknown(store, scope);
  return { profile: await profileNamed(options.profile).jobs.metering(metering), metering, scope };
}

async function meteringOptions(
  options: ReportingOptions,
  store: Pick<ReportingStore, 'reportAnchor'>,
): Promise<MeteringOptions> {
  const { jobs } = profileNamed(options.profile);
  const anchor = jobs.anchor && (options.anchor ?? (await store.reportAnchor()));
  return { measures: options.measures, compress: options.compress, anchor };
}
