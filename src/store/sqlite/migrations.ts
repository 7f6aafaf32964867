import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { createEventTables } from './event-tables.ts';

/**
 * What venfleet adds to a fleet database, in numbered steps. A step only ever adds (but for what was of use to venfleet alone): tables of its own,
 * named `venfleet_…`, and indexes. The Python system's tables keep their columns and their meaning.
 */
const migrations: Record<string, Migration> = {
  '0001-registration': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('venfleet_vens')
        .addColumn('ven_name', 'text', (column) => column.primaryKey())
        .addColumn('vtn_ven_id', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
        .execute();
      await db.schema
        .createTable('venfleet_sending')
        .addColumn('load_id', 'text', (column) => column.primaryKey())
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute();
      await db.schema
        .createTable('venfleet_failures')
        .addColumn('load_id', 'text', (column) => column.primaryKey())
        .addColumn('status', 'integer')
        .addColumn('reason', 'text', (column) => column.notNull())
        .addColumn('failed_at', 'text', (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute();
      // Pages of a VEN's sites in order; sites of one name within a VEN; who has a VTN resource.
      await sql`CREATE INDEX venfleet_resources_ven ON resources(ven, resource_id)`.execute(db);
      await sql`CREATE INDEX venfleet_resources_name ON resources(ven, resource_name)`.execute(db);
      await sql`CREATE INDEX IF NOT EXISTS idx_loads_resource_id ON loads(resource_id)`.execute(db);
      await sql`CREATE INDEX IF NOT EXISTS idx_loads_vtn_resource_id ON loads(vtn_resource_id)`.execute(db);
    },
  },
  '0002-sent': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('venfleet_sent')
        .addColumn('ven_name', 'text', (column) => column.notNull())
        .addColumn('external_id', 'text', (column) => column.notNull())
        .addColumn('vtn_resource_id', 'text', (column) => column.notNull())
        .addColumn('hash', 'text')
        .addPrimaryKeyConstraint('venfleet_sent_key', ['ven_name', 'external_id'])
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute();
      await db.schema
        .createTable('venfleet_sent_log')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('batch', 'text', (column) => column.notNull())
        .execute();
      // What others registered is ours too, though nobody knows what exactly they sent.
      await sql`INSERT OR IGNORE INTO venfleet_sent (external_id, ven_name, vtn_resource_id)
        SELECT l.resource_id || '_' || l.load_component, r.ven, l.vtn_resource_id
        FROM loads l JOIN resources r ON r.resource_id = l.resource_id
        WHERE l.registration_status = 'APPROVED' AND coalesce(l.vtn_resource_id, '') <> ''
          AND r.ven IS NOT NULL`.execute(db);
    },
  },
  '0003-lease': {
    async up(db: Kysely<unknown>) {
      await db.schema.createTable('venfleet_lease').$call(leaseColumns).execute();
    },
  },
  '0004-sending-log': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('venfleet_sending_log')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('batch', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '0005-vtn': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('venfleet_vtn')
        .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('profile', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
        .execute();
    },
  },
  '0006-vtns': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('venfleet_vtns')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('profile', 'text', (column) => column.notNull())
        .addColumn('added_at', 'text', (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
        .addUniqueConstraint('venfleet_vtns_key', ['url', 'profile'])
        .execute();
      await db.schema
        .createTable('venfleet_ven_vtn')
        .addColumn('ven_name', 'text', (column) => column.primaryKey())
        .addColumn('vtn_id', 'integer', (column) => column.notNull())
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute();
      // Which VENs were registered there is not known: an earlier version may have gone from one VTN to another.
      await sql`INSERT INTO venfleet_vtns (url, profile) SELECT url, profile FROM venfleet_vtn`.execute(db);
    },
  },
  '0007-reporting': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('venfleet_reported')
        .addColumn('load_id', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('from_ms', 'integer', (column) => column.notNull())
        .addColumn('until_ms', 'integer', (column) => column.notNull())
        .addColumn('points', 'integer', (column) => column.notNull())
        .addColumn('resource_ref', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('venfleet_reported_key', ['load_id', 'kind', 'from_ms'])
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute();
      await db.schema
        .createTable('venfleet_reports_sending')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('ven_name', 'text', (column) => column.notNull())
        .addColumn('report_name', 'text')
        .addColumn('from_ms', 'integer', (column) => column.notNull())
        .addColumn('until_ms', 'integer', (column) => column.notNull())
        .addColumn('loads', 'text', (column) => column.notNull())
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute();
      await db.schema
        .createTable('venfleet_report_failures')
        .addColumn('load_id', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('status', 'integer')
        .addColumn('reason', 'text', (column) => column.notNull())
        .addColumn('failed_at', 'text', (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
        .addPrimaryKeyConstraint('venfleet_report_failures_key', ['load_id', 'kind'])
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute();
      await db.schema
        .createTable('venfleet_report_anchor')
        .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
        .addColumn('program_id', 'text', (column) => column.notNull())
        .addColumn('event_id', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createTable('venfleet_report_lease').$call(leaseColumns).execute();
    },
  },
  '0008-events': {
    async up(db: Kysely<unknown>) {
      await createEventTables(db);
      await db.schema.createTable('venfleet_event_lease').$call(leaseColumns).execute();
    },
  },
  '0009-runs': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('venfleet_runs')
        .addColumn('run_id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('command', 'text', (column) => column.notNull())
        .addColumn('asked_by', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('started_ms', 'integer', (column) => column.notNull())
        .addColumn('ended_ms', 'integer')
        .addColumn('vtn', 'text', (column) => column.notNull())
        .addColumn('total', 'integer')
        .addColumn('counts', 'text', (column) => column.notNull())
        .addColumn('reasons', 'text', (column) => column.notNull())
        .addColumn('problem', 'text')
        .addColumn('code', 'text')
        .execute();
    },
  },
  // The journal was written by way of it.
  '0010-no-dispatch-batch': {
    async up(db: Kysely<unknown>) {
      await db.schema.dropTable('venfleet_dispatch_batch').ifExists().execute();
    },
  },
  // By which it is seen that nothing follows from an event any more, among the instructions of a year.
  '0011-instructions-of-event': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createIndex('venfleet_instructions_asked')
        .on('venfleet_instructions')
        .column('asked_id')
        .execute();
    },
  },
};

/** One row: who holds it. */
function leaseColumns<T extends string>(table: CreateTableBuilder<T>) {
  return table
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('command', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('started', 'text', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addColumn('beat', 'integer', (column) => column.notNull());
}

const migrationTable = 'venfleet_migrations';

/** Whether the database has had exactly these steps. Only reads, so that nobody waits for a lock. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely's own type for a database that migrations change
export async function isUpToDate(db: Kysely<any>): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === migrationTable)) return false;
  const rows = await db.selectFrom(migrationTable).select('name').orderBy('name').execute();
  const names = Object.keys(migrations).sort();
  return rows.length === names.length && rows.every((row, index) => row.name === names[index]);
}

/**
 * Brings the database up to this version of venfleet; does nothing where it is already. To be called in a
 * transaction: Kysely makes none for SQLite.
 */
// biome-ignore lint/suspicious/noExplicitAny: Kysely's own type for a database that migrations change
export async function migrate(db: Kysely<any>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableName: migrationTable,
    migrationLockTableName: 'venfleet_migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
