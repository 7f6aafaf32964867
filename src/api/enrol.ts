import { z } from 'zod';
import { VenfleetError } from '../core/errors.ts';
import type { EnrolEvent, EnrolSummary } from '../events/enrol/enrol-events.ts';
import { type EnrolScope, enrolLoads } from '../events/enrol/enrol-loads.ts';
import { throwIfScopeUnknown } from '../metering/known-scope.ts';
import { profileNamed } from '../profiles/choose-profile.ts';
import { throwIfElsewhere } from '../registration/vtn-of-database.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import type { FleetScope } from '../store/fleet-store.ts';
import { type Checks, call, checkOptions, flag, vtnChecks, waitingChecks, whole } from './check-options.ts';
import { logEnrolment, loggingEnrolment } from './logging/log-enrolment.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { maxFailuresBounds } from './option-values.ts';
import { type OnSpelledTwice, spelledScope } from './spelled-names.ts';
import { type VtnAndStore, type VtnAndStoreOptions, withVtnAndStore } from './with-vtn-and-store.ts';

export type {
  EnrolCounts,
  EnrolEvent,
  EnrolFailure,
  EnrolledProgram,
  EnrolSummary,
} from '../events/enrol/enrol-events.ts';

/** Which loads to enrol, and in which program. The credentials are business logic's (BL). */
export interface EnrolOptions
  extends Omit<VtnAndStoreOptions, 'venCredentials' | 'role' | 'clientIdTemplate' | 'serviceLocation'>,
    OnSpelledTwice {
  /** The VTN's id of the program, or its name. */
  readonly program: string;
  /** Only these VENs, or the first N by name. Default: all. */
  readonly scope?: FleetScope | undefined;
  /** Only loads of these components: `load_0` … Default: all. */
  readonly components?: readonly string[] | undefined;
  /** Also loads that the database has as enrolled already. */
  readonly again?: boolean | undefined;
  /** As in `RegisterOptions`. Default 300. */
  readonly maxFailures?: number | undefined;
  /** Wait where another process changes the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
  readonly onEvent?: ((event: EnrolEvent) => void) | undefined;
}

const {
  venCredentials: _,
  role: _2,
  clientIdTemplate: _3,
  serviceLocation: _4,
  includeDisabled: _5,
  ...ourChecks
} = vtnChecks;
const checks = {
  ...ourChecks,
  ...waitingChecks,
  program: z.string().min(1),
  components: z.array(z.string()).optional(),
  again: flag,
  maxFailures: whole(maxFailuresBounds).optional(),
  onEvent: call,
  onSpelledTwice: call,
} satisfies Checks<EnrolOptions>;

/**
 * Enrols the registered loads of a fleet database in a program of a gateway's, where an event means only loads that are: those
 * that are not enrolled yet, as the database has it. `followEvents` may run meanwhile. Throws VenfleetErrors: NO_ENROLMENT (OpenADR),
 * PROGRAM_UNKNOWN, VEN_UNKNOWN, COMPONENT_UNKNOWN, VTN_OTHER, …
 */
export async function enrol(options: EnrolOptions): Promise<EnrolSummary> {
  checkOptions('enrol', checks, options);
  const { enrolling, ...profile } = await profileNamed(options.profile).jobs.events({});
  if (!enrolling) throw new VenfleetError('NO_ENROLMENT', { profile: profile.name });
  return withVtnAndStore(options, { readOnly: false }, (parts) => {
    const access = { command: 'events enrol', ...loggingWait(options) };
    return parts.store.exclusively(access, (lost) => {
      const signal = options.signal ? AbortSignal.any([options.signal, lost]) : lost;
      return enrolWith({ ...options, signal }, { profile, enrolling }, parts);
    });
  });
}

async function enrolWith(
  options: EnrolOptions,
  ways: Pick<Parameters<typeof enrolLoads>[0], 'profile' | 'enrolling'>,
  { link, profile: { name: profile }, store, checkBeforeListing, dbPath: database }: VtnAndStore,
): Promise<EnrolSummary> {
  const vtn = link.transport.url;
  await throwIfElsewhere(store, { url: vtn, profile });
  const scope: EnrolScope = {
    ...(await spelledScope(store, options.scope, options)),
    components: options.components,
  };
  await throwIfScopeUnknown(store, scope);
  await checkBeforeListing();
  const onEvent = loggingEnrolment(options, { vtn, profile, database });
  const summary = await enrolLoads({ ...options, ...ways, scope, store, link, onEvent });
  if (options.log) logEnrolment(options.log, summary);
  return summary;
}
