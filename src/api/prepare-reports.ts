import { systemClock } from '../core/clock.ts';
import { VenfleetError } from '../core/errors.ts';
import { type AskedWaits, createAskedWaits } from '../delivery/asked-waits.ts';
import { type PreparedReports, prepareReports as prepareWith } from '../metering/prepare-reports.ts';
import type { AnchorNames, AnchorProfile } from '../profiles/anchor-profile.ts';
import { profileNamed } from '../profiles/choose-profile.ts';
import { measures } from '../profiles/metering-profile.ts';
import { throwIfElsewhere } from '../registration/vtn-of-database.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import { type Checks, checkOptions, text, vtnChecks, waitingChecks } from './check-options.ts';
import type { WaitTotals } from './connect-vtn.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { type VtnAndStore, type VtnAndStoreOptions, withVtnAndStore } from './with-vtn-and-store.ts';

export type { PreparedObject } from '../metering/prepare-reports.ts';

/** What reports are to be filed under, and where. The credentials are business logic's (BL): VENs may not make events. */
export interface PrepareReportsOptions
  extends Omit<VtnAndStoreOptions, 'venCredentials' | 'role' | 'clientIdTemplate' | 'serviceLocation'> {
  /** Take the program of this id in place of making one. */
  readonly programId?: string | undefined;
  /** Take the event of this id, and its program. */
  readonly eventId?: string | undefined;
  /** The program to find, or to make. Default: `venfleet meter data`. Not with an id of it. */
  readonly programName?: string | undefined;
  /** The event to find in that program, or to make. Default: `venfleet meter data`. Not with an id of it. */
  readonly eventName?: string | undefined;
  /** Wait where another process reports from the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
}

/** What reports are filed under now. */
export interface PrepareReportsResult {
  /** Whether this kind of VTN files reports under anything; if not, nothing was done. */
  readonly needed: boolean;
  readonly interrupted: boolean;
  /** Both null where nothing is needed, and where it was interrupted. */
  readonly program: PreparedReports['program'] | null;
  readonly event: PreparedReports['event'] | null;
  /** What reports were filed under before, where that is another event: what was reported there does not count here. */
  readonly former: PreparedReports['former'];
  /** How often the VTN and its token endpoint asked to be left alone. */
  readonly waits: WaitTotals;
}

// What is left out is about VENs and loads.
const {
  scope: _,
  includeDisabled: _2,
  venCredentials: _3,
  role: _4,
  clientIdTemplate: _5,
  serviceLocation: _6,
  ...ownChecks
} = vtnChecks;

const checks = {
  ...ownChecks,
  ...waitingChecks,
  programId: text,
  eventId: text,
  programName: text,
  eventName: text,
} satisfies Checks<PrepareReportsOptions>;

/**
 * Makes the program and the event that OpenADR reports are filed under, or finds them, and stores their ids, so that
 * `reportHistory` has them. Throws REPORT_ANCHOR_UNKNOWN for an id that the VTN does not know, REPORT_PREPARE, VTN_OTHER, …
 */
export async function prepareReports(options: PrepareReportsOptions): Promise<PrepareReportsResult> {
  checkOptions('prepareReports', checks, options);
  const problem = contradictionIn(options);
  if (problem !== undefined) throw new VenfleetError('BAD_ARGUMENT', { function: 'prepareReports', problem });
  const { signal } = options;
  const { anchor } = profileNamed(options.profile).jobs;
  if (!anchor) return resultOf(undefined, false, createAskedWaits(systemClock));
  // The event asks for all that reports may tell; which of it they do is chosen when they are sent.
  const profile = await anchor({ measures });
  return withVtnAndStore(options, { readOnly: false }, (parts) => {
    const access = { command: 'report prepare', subject: 'reports' as const, ...loggingWait(options) };
    return parts.store.exclusively(access, (lost) =>
      prepare(options, parts, profile, signal ? AbortSignal.any([signal, lost]) : lost),
    );
  });
}

/** An id names what is there, a name what is to be there. */
function contradictionIn({ programId, eventId, programName, eventName }: PrepareReportsOptions) {
  if (eventId !== undefined && eventName !== undefined) return 'an event has an id or a name, not both';
  if ((programId ?? eventId) !== undefined && programName !== undefined)
    return 'the program is given by an id, and by a name';
  return undefined;
}

async function prepare(
  options: PrepareReportsOptions,
  { store, link, dbPath, checkVersion }: VtnAndStore,
  profile: AnchorProfile,
  signal: AbortSignal,
): Promise<PrepareReportsResult> {
  const { programId, eventId, log } = options;
  const { url } = link.transport;
  await throwIfElsewhere(store, { url, profile: profile.name });
  await checkVersion();
  const names = namesOf(options);
  const prepared = await prepareWith({ store, link, profile, programId, eventId, names, signal });
  log?.info({ vtn: url, profile: profile.name, database: dbPath, ...prepared }, 'reports prepared');
  return resultOf(prepared, true, link.waits);
}

function namesOf({ programName, eventName }: PrepareReportsOptions): Partial<AnchorNames> | undefined {
  if (programName === undefined && eventName === undefined) return undefined;
  return { ...(programName !== undefined && { programName }), ...(eventName !== undefined && { eventName }) };
}

function resultOf(
  prepared: PreparedReports | undefined,
  needed: boolean,
  waits: AskedWaits,
): PrepareReportsResult {
  return {
    needed,
    interrupted: needed && prepared === undefined,
    program: prepared?.program ?? null,
    event: prepared?.event ?? null,
    former: prepared?.former ?? null,
    waits: waits.totals(),
  };
}
