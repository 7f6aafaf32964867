import type { SQLInputValue } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { Snapshot } from '../sql/engine.ts';
import type { BoundStatement } from '../sql/statement.ts';
import { connect } from './connect.ts';
import { withDatabaseErrors } from './errors.ts';
import type { FleetDatabase } from './open-sqlite.ts';

/** Reads over a connection of its own, in one transaction: others may write meanwhile, and are not seen. */
export function openSnapshot({
  path,
  file,
  identity,
}: Pick<FleetDatabase, 'path' | 'file' | 'identity'>): Promise<Snapshot> {
  return withDatabaseErrors(path, () => {
    const sqlite = connect(file, { identity, readOnly: true });
    sqlite.exec('BEGIN');
    return {
      async *pages<Row>({ sql, parameters }: BoundStatement<Row>, size: number) {
        const statement = await withDatabaseErrors(path, () => sqlite.prepare(sql));
        const rows = statement.iterate(...(parameters as SQLInputValue[]));
        for (;;) {
          const page = await withDatabaseErrors(path, () => next(rows as Iterator<Row>, size));
          if (page.length > 0) yield page;
          if (page.length < size) return;
          await setImmediate();
        }
      },
      close: () => withDatabaseErrors(path, () => sqlite.close()),
    };
  });
}

function next<T>(rows: Iterator<T>, size: number): T[] {
  const page: T[] = [];
  while (page.length < size) {
    const one = rows.next();
    if (one.done) break;
    page.push(one.value);
  }
  return page;
}
