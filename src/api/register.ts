import { VenfleetError } from '../core/errors.ts';
import { once } from '../core/once.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import { checkRegistered } from '../registration/check-registered.ts';
import type { OtherVtnChoice } from '../registration/other-vtn-choices.ts';
import { type RegistrationRequest, registerFleet } from '../registration/register-fleet.ts';
import type {
  RegistrationEvent,
  RegistrationSummary,
  SampleCheck,
} from '../registration/registration-events.ts';
import { type Move, settleVtn } from '../registration/vtn-of-database.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import type { FleetScope, FleetStore } from '../store/fleet-store.ts';
import {
  type Checks,
  call,
  checkOptions,
  flag,
  otherVtnChecks,
  vtnChecks,
  waitingChecks,
  whole,
} from './check-options.ts';
import { profileChoice } from './connect-vtn.ts';
import { loggedRun, type RunFor } from './logged-run.ts';
import { loggingEvents, logRegistrationSummary } from './logging/log-registration.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { maxFailuresBounds } from './option-values.ts';
import { endOfRegistration, noteRegistration } from './run-counts.ts';
import { type OnSpelledTwice, spelledScope } from './spelled-names.ts';
import { createLoadReader } from './threads/load-reader.ts';
import { type VtnAndStore, type VtnAndStoreOptions, withVtnAndStore } from './with-vtn-and-store.ts';

export type { FailureReason } from '../delivery/failure-reasons.ts';
export type { PacingChoice } from '../delivery/pacing/pacing-choice.ts';
export type { OtherVtnChoice } from '../registration/other-vtn-choices.ts';
export type {
  LoadFailure,
  RegistrationEvent,
  RegistrationSummary,
  SampleCheck,
  VenSummary,
} from '../registration/registration-events.ts';
export type { Move } from '../registration/vtn-of-database.ts';
export type { AccessHolder } from '../store/exclusive.ts';
export type { FleetScope } from '../store/fleet-store.ts';

/** What to register, where, and how fast. */
export interface RegisterOptions
  extends VtnAndStoreOptions,
    Pick<RegistrationRequest, 'includeDisabled' | 'dryRun' | 'maxFailures' | 'onEvent'>,
    OnSpelledTwice {
  /** Only these VENs, or the first N by name. Default: all. */
  readonly scope?: FleetScope | undefined;
  /**
   * Read the database and make what is to be sent in a thread of its own: faster, for some more memory. Default: true.
   */
  readonly readingThread?: boolean | undefined;
  /**
   * Ask the VTN for some of the loads that are registered already, also where nothing is to be registered; `checked` of
   * the summary says what it has. Default: false. Not with `dryRun`.
   */
  readonly check?: boolean | undefined;
  /** What to do where registered loads are of another VTN. Default: `refuse`, which throws VTN_OTHER. */
  readonly ifOtherVtn?: OtherVtnChoice | undefined;
  /** With `move`: called with what would be forgotten; it is only where this resolves to true. Default: yes. */
  readonly confirmMove?: ((move: Move) => Promise<boolean> | boolean) | undefined;
  /** Wait where another process changes the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
}

const checks = {
  ...vtnChecks,
  ...waitingChecks,
  ...otherVtnChecks,
  dryRun: flag,
  maxFailures: whole(maxFailuresBounds).optional(),
  readingThread: flag,
  check: flag,
  onEvent: call,
  onSpelledTwice: call,
} satisfies Checks<RegisterOptions>;

/**
 * Registers every load of a fleet database that is not registered yet: opens the database, runs
 * `registerFleet` and closes everything. Throws VenfleetErrors.
 */
export async function register(options: RegisterOptions): Promise<RegistrationSummary> {
  checkOptions('register', checks, options);
  const { signal, dryRun = false } = options;
  if (options.check && dryRun)
    throw new VenfleetError('BAD_ARGUMENT', {
      function: 'register',
      problem: '"check" asks the VTN, "dryRun" does not',
    });
  return withVtnAndStore(options, { readOnly: dryRun }, (parts) =>
    dryRun ? registerWith(options, parts, signal) : registerIn(parts, options),
  );
}

/** `register` over what is open already: as the only one, and remembered in the log of runs. */
export function registerIn(
  parts: VtnAndStore,
  options: Omit<RegisterOptions, 'dryRun'>,
  { command = 'register', ...runFor }: RunFor & { readonly command?: string } = {},
): Promise<RegistrationSummary> {
  const { store, link } = parts;
  const { signal, onEvent } = options;
  return store.exclusively({ command, ...loggingWait(options) }, (lost) => {
    const until = signal ? AbortSignal.any([signal, lost]) : lost;
    const vtn = link.transport.url;
    const run = { store, command: 'register', vtn, clock: link.clock, endOf: endOfRegistration } as const;
    return loggedRun({ ...run, ...runFor }, (note) => {
      const noteEvent = noteRegistration(note);
      const noted = (event: RegistrationEvent) => {
        noteEvent(event);
        onEvent?.(event);
      };
      return registerWith({ ...options, onEvent: noted }, parts, until);
    });
  });
}

async function registerWith(
  options: RegisterOptions,
  { link, profile, store, dbPath, checkVersion }: VtnAndStore,
  signal: AbortSignal | undefined,
): Promise<RegistrationSummary> {
  const reader =
    options.readingThread === false
      ? undefined
      : createLoadReader({ address: store.readerAddress(), choice: profileChoice(options) });
  const place = { vtn: link.transport.url, profile: profile.name, database: dbPath };
  try {
    const beforeSending = once(async () => void (await unlessAborted(checkVersion(), signal)));
    if (!options.dryRun) {
      const looks = async () => options.check || hasPending(store, options);
      await settleVtn({ ...options, store, link, profile, signal, beforeSending }, looks);
    }
    const scope = await spelledScope(store, options.scope, options);
    const checked = options.check
      ? await checkAfter(beforeSending, scope, { store, link, profile, signal })
      : undefined;
    const summary = await registerFleet({
      ...options,
      scope,
      checked,
      onEvent: loggingEvents(options, place),
      store,
      loads: reader?.source,
      link,
      profile,
      signal,
      beforeSending() {
        // While the VENs are registered, there is time for it.
        reader?.start();
        return beforeSending();
      },
    });
    if (options.log) logRegistrationSummary(options.log, summary);
    return summary;
  } finally {
    await reader?.close();
  }
}

async function checkAfter(
  beforeSending: () => Promise<void>,
  ...asked: Parameters<typeof checkRegistered>
): Promise<SampleCheck> {
  await beforeSending();
  return checkRegistered(...asked);
}

/** Whether there is anything to register. */
async function hasPending(
  store: Pick<FleetStore, 'countByVen'>,
  { scope = {}, includeDisabled = false }: RegisterOptions,
): Promise<boolean> {
  const counts = await store.countByVen(scope);
  return counts.some(({ pending, disabled }) => pending > 0 || (includeDisabled && disabled > 0));
}
