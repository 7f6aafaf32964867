import { systemClock } from '../core/clock.ts';
import type { RetryPolicy } from '../core/retry.ts';
import { createAskedWaits } from '../delivery/asked-waits.ts';
import { tellingTransport } from '../delivery/attempt.ts';
import { mostInFlight, type PacingChoice } from '../delivery/pacing/pacing-choice.ts';
import { createVtnLink, type VtnLink } from '../delivery/vtn-link.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { connectVtn, type Vtn, type VtnOptions } from './connect-vtn.ts';
import { loggingAskedWait } from './logging/log-waiting.ts';
import { defaultDbPath } from './option-values.ts';

/** What is needed to reach both the VTN and the fleet database. */
export interface VtnAndStoreOptions extends VtnOptions {
  /** The fleet database (SQLite). Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Default: `adaptive`, as fast as the VTN takes it. */
  readonly pacing?: PacingChoice | undefined;
  readonly retry?: RetryPolicy | undefined;
}

/** What speaks to the VTN, and the open database. */
export interface VtnAndStore {
  readonly link: VtnLink;
  readonly profile: Vtn['profile'];
  checkVersion(): Promise<void>;
  checkBeforeListing(): Promise<void>;
  readonly tokenOf: Vtn['tokenOf'];
  readonly store: Store;
  readonly dbPath: string;
}

/** Opens the database, perhaps only to be read, and what speaks to the VTN; closes both when the work is done. */
export async function withVtnAndStore<T>(
  options: VtnAndStoreOptions,
  { readOnly }: { readonly readOnly: boolean },
  work: (parts: VtnAndStore) => Promise<T>,
): Promise<T> {
  const { pacing = { kind: 'adaptive' }, dbPath = defaultDbPath, retry } = options;
  const waits = createAskedWaits(systemClock, loggingAskedWait(options));
  const { transport, profile, checkVersion, checkBeforeListing, tokenOf } = await connectVtn({
    ...options,
    waits,
    connections: mostInFlight(pacing),
  });
  try {
    const store = await openStore(dbPath, { readOnly });
    try {
      const link = createVtnLink({ transport, pacing, retry, waits });
      const telling = tellingTransport(link);
      const checks = {
        checkVersion: () => checkVersion(telling),
        checkBeforeListing: () => checkBeforeListing(telling),
      };
      return await work({ link, profile, ...checks, tokenOf, store, dbPath });
    } finally {
      await store.close();
    }
  } finally {
    // Whoever was to have an answer has it by then.
    await transport.close({ abandon: options.signal?.aborted ?? false });
  }
}
