import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { BoundStatement } from '../sql/statement.ts';
import { inTransaction } from './transaction.ts';

/** Makes what carries out statements, all or none, and returns the rows of each. Each is prepared once. */
export function createRun(
  sqlite: DatabaseSync,
): (statements: readonly BoundStatement<unknown>[]) => unknown[][] {
  const prepared = new Map<string, StatementSync>();
  const carryOut = ({ sql, parameters }: BoundStatement<unknown>): unknown[] => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = sqlite.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...(parameters as SQLInputValue[]));
  };
  return (statements) => {
    const all = () => statements.map(carryOut);
    // One alone is a transaction by itself, and need not lock where it only reads.
    return statements.length === 1 ? all() : inTransaction(sqlite, all);
  };
}
