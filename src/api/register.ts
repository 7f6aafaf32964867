import type { RetryPolicy } from '../core/retry.ts';
import { mostInFlight, type PacingChoice } from '../delivery/pacing/pacing-choice.ts';
import { createVtnLink } from '../delivery/vtn-link.ts';
import { type RegistrationRequest, registerFleet } from '../registration/register-fleet.ts';
import type { RegistrationSummary } from '../registration/registration-events.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import type { FleetScope } from '../store/fleet-store.ts';
import { openStore } from '../store/open-store.ts';
import { type Checks, call, checkOptions, flag, vtnChecks, waitingChecks } from './check-options.ts';
import { connectVtn, profileChoice, type VtnOptions } from './connect-vtn.ts';
import { loggingEvents, logRegistrationSummary } from './logging/log-registration.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { defaultDbPath } from './option-values.ts';
import { createLoadReader } from './threads/load-reader.ts';

export type { PacingChoice } from '../delivery/pacing/pacing-choice.ts';
export type {
  LoadFailure,
  RegistrationEvent,
  RegistrationSummary,
  VenSummary,
} from '../registration/registration-events.ts';
export type { AccessHolder } from '../store/exclusive.ts';
export type { FleetScope } from '../store/fleet-store.ts';

/** What to register, where, and how fast. */
export interface RegisterOptions
  extends Omit<VtnOptions, 'connections'>,
    Pick<RegistrationRequest, 'includeDisabled' | 'dryRun' | 'signal' | 'onEvent'> {
  /** The fleet database (SQLite). Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Only these VENs, or the first N by name. Default: all. */
  readonly scope?: FleetScope | undefined;
  /** Default: `adaptive`, as fast as the VTN takes it. */
  readonly pacing?: PacingChoice | undefined;
  readonly retry?: RetryPolicy | undefined;
  /**
   * Read the database and make what is to be sent in a thread of its own: faster, for some more memory. Default: true.
   */
  readonly readingThread?: boolean | undefined;
  /** Wait where another process changes the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
}

const checks = {
  ...vtnChecks,
  ...waitingChecks,
  dryRun: flag,
  readingThread: flag,
  onEvent: call,
} satisfies Checks<RegisterOptions>;

/**
 * Registers every load of a fleet database that is not registered yet: opens the database, runs
 * `registerFleet` and closes everything. Throws VenfleetErrors.
 */
export async function register(options: RegisterOptions): Promise<RegistrationSummary> {
  checkOptions('register', checks, options);
  const pacing: PacingChoice = options.pacing ?? { kind: 'adaptive' };
  const { transport, profile, checkVersion } = await connectVtn({
    ...options,
    connections: mostInFlight(pacing),
  });
  try {
    const dbPath = options.dbPath ?? defaultDbPath;
    const store = await openStore(dbPath);
    const link = createVtnLink({ transport, pacing, retry: options.retry });
    const run = async (signal: AbortSignal | undefined) => {
      const reader =
        options.readingThread === false
          ? undefined
          : createLoadReader({ address: store.readerAddress(), choice: profileChoice(options) });
      const place = { vtn: transport.url, profile: profile.name, database: dbPath };
      try {
        const summary = await registerFleet({
          ...options,
          onEvent: loggingEvents(options, place),
          store,
          loads: reader?.source,
          link,
          profile,
          signal,
          beforeSending() {
            // While the VENs are registered, there is time for it.
            reader?.start();
            return checkVersion();
          },
        });
        if (options.log) logRegistrationSummary(options.log, summary);
        return summary;
      } finally {
        await reader?.close();
      }
    };
    try {
      const { signal } = options;
      if (options.dryRun) return await run(signal);
      return await store.exclusively({ command: 'register', ...loggingWait(options) }, (lost) =>
        run(signal ? AbortSignal.any([signal, lost]) : lost),
      );
    } finally {
      await store.close();
    }
  } finally {
    await transport.close();
  }
}
