import { z } from 'zod';
import { systemClock } from '../core/clock.ts';
import { throwIfScopeUnknown } from '../metering/known-scope.ts';
import { type KindStatus, reportingStatus } from '../monitoring/reporting-status.ts';
import { type ProfileName, profileNamed, profileNames } from '../profiles/choose-profile.ts';
import { type Measure, measures } from '../profiles/metering-profile.ts';
import { openStore } from '../store/open-store.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import { type Checks, call, checkOptions, counted, names, text } from './check-options.ts';
import { defaultDbPath } from './option-values.ts';
import { type OnSpelledTwice, spelledScope } from './spelled-names.ts';

export { componentNames } from '../fleet/components.ts';
export type { KindStatus, KnownReportFailure, ReportedCounts } from '../monitoring/reporting-status.ts';

/** What of a database to look at. */
export interface ReportStatusOptions extends Pick<OnSpelledTwice, 'onSpelledTwice'> {
  /** The fleet database (SQLite). Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Only these VENs. Default: the whole fleet. */
  readonly vens?: readonly string[] | undefined;
  /** Only what was reported as this profile does. Default: whatever was reported. */
  readonly profile?: ProfileName | undefined;
  /** Only OpenADR reports that tell these of a reading. */
  readonly measures?: readonly Measure[] | undefined;
  /** Only OpenADR reports under this event. Default, with `profile` or `measures`: the one of `prepareReports`. */
  readonly eventId?: string | undefined;
  /** How many of the latest failures of each kind to list. Default 10. */
  readonly failures?: number | undefined;
}

/** What was reported, until when. */
export interface ReportStatus {
  /** All loads, and those that are registered. */
  readonly loads: number;
  readonly registered: number;
  /** Each kind of reports that there are, or of those that were asked for. */
  readonly kinds: readonly KindStatus[];
  /** Kinds that were reported, but not asked for. */
  readonly otherKinds: readonly string[];
}

const checks = {
  dbPath: text,
  vens: names.optional(),
  profile: z.enum(profileNames).optional(),
  measures: z.array(z.enum(measures)).nonempty().optional(),
  eventId: text,
  failures: counted,
  onSpelledTwice: call,
} satisfies Checks<ReportStatusOptions>;

/** How far reporting is, by what the database remembers; no VTN is asked. Throws VEN_UNKNOWN. */
export async function reportStatus(options: ReportStatusOptions = {}): Promise<ReportStatus> {
  checkOptions('reportStatus', checks, options);
  const { dbPath = defaultDbPath, failures = 10 } = options;
  const store = await openStore(dbPath, { readOnly: true });
  try {
    const scope = (await spelledScope(store, options.vens && { vens: options.vens }, options)) ?? {};
    await throwIfScopeUnknown(store, scope);
    const reported = await store.reportedKinds();
    const asked = await askedKinds(options, store);
    const chosen = asked ? reported.filter((kind) => asked.has(kind)) : reported;
    const kinds: KindStatus[] = [];
    const nowMs = systemClock.now();
    for (const kind of chosen) kinds.push(await reportingStatus(store, kind, { scope, failures, nowMs }));
    const { loads, registered } =
      kinds[0] ?? (await reportingStatus(store, '', { scope, failures: 0, nowMs }));
    return { loads, registered, kinds, otherKinds: reported.filter((kind) => !chosen.includes(kind)) };
  } finally {
    await store.close();
  }
}

/** The kinds that were asked for; undefined: all. */
async function askedKinds(
  { profile, measures: told, eventId }: ReportStatusOptions,
  store: Pick<ReportingStore, 'reportAnchor'>,
): Promise<ReadonlySet<string> | undefined> {
  if (profile === undefined && told === undefined && eventId === undefined) return undefined;
  const anchor = eventId === undefined ? await store.reportAnchor() : { programId: '', eventId };
  const kinds = new Set<string>();
  for (const { jobs } of (profile ? [profile] : profileNames).map(profileNamed)) {
    // What tells measures under an event is asked for by these alone.
    if (jobs.anchor ? anchor === undefined : profile === undefined) continue;
    for (const some of told ? [told] : subsets(measures)) {
      for (const live of [false, true])
        kinds.add((await jobs.metering({ measures: some, anchor, live })).kind);
    }
  }
  return kinds;
}

/** Also the empty one, which means the default. */
function subsets<T>(all: readonly T[]): T[][] {
  let sets: T[][] = [[]];
  for (const one of all) sets = sets.flatMap((set) => [set, [...set, one]]);
  return sets;
}
