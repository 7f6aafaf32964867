import { externalResourceIdOf } from '../fleet/components.ts';
import type { Load, LoadRow, SiteRow } from '../fleet/load.ts';
import { loadsOfSite, problemOfLoad, siteFromRow } from '../fleet/load-from-row.ts';
import { sentHashOf } from '../fleet/load-hash.ts';
import type { Fields, ReconciliationProfile } from '../profiles/reconciliation-profile.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { SentRecord, SentStore } from '../store/sent-store.ts';
import { sitePages } from '../store/site-pages.ts';

/** One load as the database has it, as far as a plan needs it. */
export interface LocalLoad {
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly venName: string | null;
  /**
   * Whether it should be on the VTN; `as-is`: it stays as it stands (suspended); a problem: its row is broken,
   * so that nobody can say what it would be.
   */
  readonly wanted: 'yes' | 'no' | 'as-is' | { readonly problem: string };
  /** The id that is stored for it, or null; and whether it counts as registered (APPROVED). */
  readonly storedId: string | null;
  readonly approved: boolean;
  /** What is remembered of it under its VEN, if anything. */
  readonly sent: SentRecord | undefined;
  /** Made only where they are needed. */
  sentHash(): string;
  fields(): Fields;
}

export interface LocalOptions {
  /** Loads of disabled sites are wanted too. */
  readonly includeDisabled: boolean;
  /** No load is wanted, however it stands. */
  readonly removeAll: boolean;
}

/** Streams the loads of one VEN as a plan sees them, never more than a page in memory. */
export async function* localLoads(
  store: Pick<FleetStore, 'sitesOfVen'> & Pick<SentStore, 'sent'>,
  profile: ReconciliationProfile,
  venName: string | null,
  options: LocalOptions,
): AsyncGenerator<LocalLoad> {
  for await (const sites of sitePages(store, venName)) {
    const ids = sites.flatMap((row) => row.loads.map((load) => externalIdOf(row, load)));
    const sent = venName === null ? undefined : await store.sent(venName, ids);
    for (const row of sites) yield* loadsOfRow(row, profile, options, sent);
  }
}

const externalIdOf = (row: SiteRow, load: LoadRow) => externalResourceIdOf(row.resourceId, load.component);

function loadsOfRow(
  row: SiteRow,
  profile: ReconciliationProfile,
  options: LocalOptions,
  sent: ReadonlyMap<string, SentRecord> | undefined,
): LocalLoad[] {
  const parsed = siteFromRow(row);
  const loads = parsed.ok ? loadsOfSite(parsed.site, row.loads) : undefined;
  return row.loads.map((load, index) => {
    const externalResourceId = externalIdOf(row, load);
    const made = loads?.[index];
    return {
      loadId: load.loadId,
      externalResourceId,
      venName: row.ven?.trim() ? row.ven : null,
      wanted: wantedOf(row, load, parsed.ok ? undefined : parsed.problem, options),
      storedId: load.vtnResourceId || null,
      approved: load.registrationStatus === 'APPROVED',
      sent: sent?.get(externalResourceId),
      sentHash: () => sentHashOf(made as Load),
      fields: () => (made ? profile.fieldsOf(made) : []),
    };
  });
}

function wantedOf(
  row: SiteRow,
  load: LoadRow,
  problem: string | undefined,
  { includeDisabled, removeAll }: LocalOptions,
): LocalLoad['wanted'] {
  const own = problemOfLoad(row, load);
  if (own !== undefined) return { problem: own };
  if (removeAll) return 'no';
  if (load.registrationStatus === 'SUSPENDED') return 'as-is';
  if (!row.enabled && !includeDisabled) return 'no';
  return problem === undefined ? 'yes' : { problem };
}
