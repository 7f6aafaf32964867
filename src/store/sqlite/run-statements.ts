import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { BoundStatement } from '../sql/statement.ts';
import { inTransaction } from './transaction.ts';

/** Carries out statements; each is prepared once. See `SqlEngine`. */
export interface Runner {
  run(statements: readonly BoundStatement<unknown>[]): unknown[][];
  runEach<Row, T>(statement: BoundStatement<Row>, make: (row: Row) => T): T[];
}

export function createRunner(sqlite: DatabaseSync): Runner {
  const known = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const statement = known.get(sql) ?? sqlite.prepare(sql);
    known.set(sql, statement);
    return statement;
  };
  const all = ({ sql, parameters }: BoundStatement<unknown>): unknown[] =>
    prepared(sql).all(...(parameters as SQLInputValue[]));
  return {
    run(statements) {
      const each = () => statements.map(all);
      // One alone is a transaction by itself, and need not lock where it only reads.
      return statements.length === 1 ? each() : inTransaction(sqlite, each);
    },
    runEach<Row, T>({ sql, parameters }: BoundStatement<Row>, make: (row: Row) => T) {
      const made: T[] = [];
      const rows = prepared(sql).iterate(...(parameters as SQLInputValue[])) as Iterable<unknown>;
      for (const row of rows) made.push(make(row as Row));
      return made;
    },
  };
}
