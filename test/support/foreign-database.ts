import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { requiredColumns } from '../../src/store/sql/tables.ts';
import { temporaryFolder } from './fleet-database.ts';

/** What a cell holds; text that is not valid UTF-8 has to be made of its bytes. */
export type Cell = SQLInputValue | { readonly textOf: Uint8Array };

export type ForeignRow = Readonly<Record<string, Cell>>;

export interface ForeignFleet {
  readonly sites: readonly ForeignRow[];
  readonly loads: readonly ForeignRow[];
  /** The declared types of columns, by `table.column`; none: the column has no type. */
  readonly types?: Readonly<Record<string, string>>;
}

const usualSite: ForeignRow = {
  resource_name: 'Hotel',
  resource_type: 'DSR',
  resource_sub_type: null,
  meter_point_id: '707057500000000001',
  capacities: '{"P_max_kw": 50.0}',
  location: '{"latitude": 57.1, "longitude": 9.7}',
  address: null,
  ven: 'Aalborg',
};

const usualLoad: ForeignRow = {
  load_name: null,
  h5_meter_id: 'meter_1',
  vtn_resource_id: null,
  registration_status: null,
  updated_at: null,
};

/** Makes a database as a program of somebody else's leaves it: the columns that are needed, and nothing more. */
export function foreignDatabase(t: TestContext, { sites, loads, types = {} }: ForeignFleet): string {
  const path = join(temporaryFolder(t), 'foreign.db');
  const db = new DatabaseSync(path);
  for (const [table, columns] of Object.entries(requiredColumns)) {
    db.exec(`CREATE TABLE ${table} (${columns.map((one) => `${one} ${types[`${table}.${one}`] ?? ''}`)})`);
  }
  const insert = (table: 'resources' | 'loads', row: ForeignRow) => {
    const columns = requiredColumns[table];
    const places = columns.map((name) => (isBytes(row[name]) ? 'CAST(? AS TEXT)' : '?'));
    const cells = columns.map((name) => {
      const cell = row[name] ?? null;
      if (isBytes(cell)) return cell.textOf;
      // Else it would be stored as a floating-point number.
      return Number.isInteger(cell) ? BigInt(cell as number) : (cell as SQLInputValue);
    });
    db.prepare(`INSERT INTO ${table} VALUES (${places})`).run(...cells);
  };
  for (const site of sites) insert('resources', { ...usualSite, ...site });
  for (const load of loads) insert('loads', { ...usualLoad, ...load });
  db.close();
  return path;
}

const isBytes = (cell: Cell | undefined): cell is { readonly textOf: Uint8Array } =>
  typeof cell === 'object' && cell !== null && 'textOf' in cell;

/** "Køge" as a program that knows no UTF-8 leaves it. */
export const latin1: Cell = { textOf: Uint8Array.of(0x4b, 0xf8, 0x67, 0x65) };
