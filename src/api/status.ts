import { unknownVen } from '../fleet/unknown-ven.ts';
import { type FleetStatus, fleetStatus } from '../monitoring/fleet-status.ts';
import { openStore } from '../store/open-store.ts';
import { type Checks, call, checkOptions, counted, names, text } from './check-options.ts';
import { defaultDbPath } from './option-values.ts';
import { type OnSpelledTwice, spelledScope } from './spelled-names.ts';

export { componentNames } from '../fleet/components.ts';
export type { FleetStatus, RatedCounts } from '../monitoring/fleet-status.ts';

export interface StatusOptions extends Pick<OnSpelledTwice, 'onSpelledTwice'> {
  /** The fleet database (SQLite). Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Only these VENs. Default: the whole fleet. */
  readonly vens?: readonly string[] | undefined;
  /** How many registered loads to list. Default 5. */
  readonly samples?: number | undefined;
  /** How many of the latest failures to list. Default 10. */
  readonly failures?: number | undefined;
}

const checks = {
  dbPath: text,
  vens: names.optional(),
  samples: counted,
  failures: counted,
  onSpelledTwice: call,
} satisfies Checks<StatusOptions>;

/** Where the fleet of a database stands, or what of it is these VENs'. Leaves the file as it is. Throws VEN_UNKNOWN. */
export async function status(options: StatusOptions = {}): Promise<FleetStatus> {
  checkOptions('status', checks, options);
  const { dbPath = defaultDbPath, samples = 5, failures = 10 } = options;
  const store = await openStore(dbPath, { readOnly: true });
  try {
    const scope = await spelledScope(store, options.vens && { vens: options.vens }, options);
    const vens = scope?.vens;
    const found = await fleetStatus(store.statistics(vens), { samples, failures });
    const unknown = vens?.filter((name) => !found.byVen.some((ven) => ven.venId === name)) ?? [];
    if (unknown.length === 0) return found;
    const all = await store.statistics().byVen();
    throw unknownVen(
      unknown,
      all.map((ven) => ven.venId),
    );
  } finally {
    await store.close();
  }
}
