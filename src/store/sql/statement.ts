import type { Compilable, CompiledQuery, Kysely, RawBuilder } from 'kysely';
import type { Tables } from './tables.ts';

/** A statement with its values, ready to be carried out. */
export interface BoundStatement<Row> {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Only for its type: what each row of the answer is. */
  readonly row?: Row;
}

/** Stands for the values of a statement, by their names. */
export type ValuesOf<V> = <K extends keyof V & string>(name: K) => V[K];

/** The place of a value in a compiled statement. */
class Place {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Makes a statement, which Kysely compiles once, with its first use, and which is bound to other values each time.
 * `build` gets what stands for the values, and returns Kysely's query.
 */
export function statement<V extends object, Row>(
  build: (value: ValuesOf<V>) => Compilable<Row>,
): (values: V) => BoundStatement<Row> {
  let compiled: CompiledQuery<Row> | undefined;
  return (values) => {
    compiled ??= build((name) => new Place(name) as never).compile();
    const { sql, parameters } = compiled;
    return {
      sql,
      parameters: parameters.map((one) => (one instanceof Place ? values[one.name as keyof V] : one)),
    };
  };
}

/** A query that is made up as it is asked. */
export function bound<Row>(query: Compilable<Row>): BoundStatement<Row> {
  const { sql, parameters } = query.compile();
  return { sql, parameters };
}

/** SQL that is written out, as a query of `statement`. */
export function writtenOut<Row>(db: Kysely<Tables>, text: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => text.compile(db) };
}
