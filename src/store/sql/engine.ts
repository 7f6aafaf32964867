import type { Kysely, RawBuilder } from 'kysely';
import type { NameShared } from '../../fleet/load.ts';
import type { BatchTables } from './batch-table.ts';
import type { BoundStatement } from './statement.ts';
import type { Tables } from './tables.ts';

/** What the statements that all engines run need of the one that runs them. */
export interface SqlEngine {
  /** Builds statements in this engine's SQL; it runs none. */
  readonly db: Kysely<Tables>;
  readonly batch: BatchTables;
  readonly columns: FleetColumns;
  readonly keys: KeyTexts;
  /**
   * Whether a text fits a pattern of LIKE, in which `\` stands before what stands for itself. Capitals are as good as small
   * letters, in ASCII at least.
   */
  isLike(value: RawBuilder<string | null>, pattern: string): RawBuilder<boolean>;

  /**
   * Carries out statements, all or none, and returns the rows of each. Each is prepared once, however often it is
   * carried out. Throws VenfleetErrors.
   */
  run<S extends readonly BoundStatement<unknown>[]>(...statements: S): Promise<RowsOf<S>>;

  /** Carries out one statement, and makes something of each row as it comes: a whole fleet of rows takes much memory. */
  runEach<Row, T>(statement: BoundStatement<Row>, make: (row: Row) => T): Promise<T[]>;

  /** What the database holds now, to be read at leisure, while others write; to be closed. */
  snapshot(): Promise<Snapshot>;
}

/** How what identifies a row goes out and comes back byte by byte, also where it is no text that JavaScript could keep. */
export interface KeyTexts {
  told(key: RawBuilder<unknown>): RawBuilder<string>;
  /** What was told, to be compared with a column. */
  taken(told: string): RawBuilder<unknown>;
}

export interface Snapshot {
  /** The rows of a statement, so many at once; between, others have their turn. One statement at a time. */
  pages<Row>(statement: BoundStatement<Row>, size: number): AsyncIterable<Row[]>;
  close(): Promise<void>;
}

export type RowsOf<S extends readonly BoundStatement<unknown>[]> = {
  -readonly [K in keyof S]: S[K] extends BoundStatement<infer Row> ? Row[] : never;
};

/**
 * What of `resources r` and `loads l` engines keep differently. All are texts, whatever the database holds: the text of a
 * load's own columns is never null, but for `loadName` and `vtnResourceId`.
 */
export interface FleetColumns {
  /** The name of the site's VEN; null where it has none. */
  readonly venName: RawBuilder<string | null>;
  /** The same as it is compared with a name. */
  readonly ven: RawBuilder<string>;
  /** Whether the site is switched off; false where there is no site. */
  readonly isDisabled: RawBuilder<boolean>;
  /** Whether `r` is the site of `l`: no load has two. */
  readonly isSiteOfLoad: RawBuilder<boolean>;
  /** The id of the site as it is compared. */
  readonly site: RawBuilder<string>;
  /** The id of the load's site, as it is compared with `site`. */
  readonly siteOfLoad: RawBuilder<string>;
  readonly siteName: RawBuilder<string>;
  readonly siteSubType: RawBuilder<string | null>;
  readonly meterPointId: RawBuilder<string>;
  readonly capacities: RawBuilder<string>;
  /** See `SiteRow`. */
  readonly nameShared: RawBuilder<NameShared>;
  /** When the site's row was changed last; null where that is not kept. */
  readonly siteUpdatedAt: RawBuilder<string | null>;
  readonly loadId: RawBuilder<string>;
  /** The same as it is compared with an id. */
  readonly load: RawBuilder<string>;
  readonly resourceId: RawBuilder<string>;
  readonly component: RawBuilder<string>;
  readonly loadName: RawBuilder<string | null>;
  readonly h5MeterId: RawBuilder<string>;
  readonly vtnResourceId: RawBuilder<string | null>;
  /** The same as it is compared with an id. */
  readonly vtnResource: RawBuilder<string>;
  /** The load's status; empty where it has none. */
  readonly status: RawBuilder<string>;
  /** By what loads come in the order in which they were made. */
  readonly loadOrder: RawBuilder<number>;
  /** See `LoadRow`. */
  readonly storeRef: RawBuilder<number | string>;
}
