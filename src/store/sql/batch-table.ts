import type { RawBuilder } from 'kysely';

/** What a column of a batch holds. */
export type ColumnType = 'text' | 'integer';

/** How an engine reads a batch of rows that comes as one JSON parameter. */
export interface BatchTables {
  /** A list of texts, to stand behind IN. */
  texts(json: string): RawBuilder<string>;

  /** A list of lists, as a table with these columns in the order of the lists. */
  table<C extends Readonly<Record<string, ColumnType>>>(json: string, columns: C): RawBuilder<BatchRow<C>>;
}

export type BatchRow<C extends Readonly<Record<string, ColumnType>>> = {
  [K in keyof C]: C[K] extends 'integer' ? number : string;
};
