import { statSync } from 'node:fs';
import { query } from '../support/fleet-database.ts';

const megabyte = 1024 ** 2;

/** Sizes of a database's files, megabytes. */
export function filesOf(dbPath: string): { readonly databaseMb: number; readonly logMb: number } {
  const size = (path: string) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / megabyte;
  return { databaseMb: size(dbPath), logMb: size(`${dbPath}-wal`) };
}

/** What is stored of each thing that is kept: rows, and bytes with their indexes; by table. */
export type Kept = ReadonlyMap<string, { readonly rows: number; readonly bytes: number }>;

export function keptIn(dbPath: string): Kept {
  const sizes = query(
    dbPath,
    `SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
     GROUP BY 1`,
  ) as { name: string; bytes: number }[];
  return new Map(
    sizes.map(({ name, bytes }) => {
      const [row] = query(dbPath, `SELECT count(*) AS n FROM "${name}"`);
      return [name, { rows: row?.n as number, bytes }];
    }),
  );
}
