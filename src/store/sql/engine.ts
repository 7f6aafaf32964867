import type { Kysely, RawBuilder } from 'kysely';
import type { BatchTables } from './batch-table.ts';
import type { BoundStatement } from './statement.ts';
import type { Tables } from './tables.ts';

/** What the statements that all engines run need of the one that runs them. */
export interface SqlEngine {
  /** Builds statements in this engine's SQL; it runs none. */
  readonly db: Kysely<Tables>;
  readonly batch: BatchTables;
  readonly columns: SiteColumns;

  /**
   * Carries out statements, all or none, and returns the rows of each. Each is prepared once, however often it is
   * carried out. Throws VenfleetErrors.
   */
  run<S extends readonly BoundStatement<unknown>[]>(...statements: S): Promise<RowsOf<S>>;
}

export type RowsOf<S extends readonly BoundStatement<unknown>[]> = {
  -readonly [K in keyof S]: S[K] extends BoundStatement<infer Row> ? Row[] : never;
};

/** Columns of `resources r` that engines keep differently. */
export interface SiteColumns {
  /** The name of the site's VEN; null where it has none. */
  readonly venName: RawBuilder<string | null>;
  /** Whether the site is switched off; false where there is no site. */
  readonly isDisabled: RawBuilder<boolean>;
}
