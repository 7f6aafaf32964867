import { type Kysely, type SchemaModule, sql } from 'kysely';

/** Makes the tables of `EventTables` (step `0008-events`), but for the lease. */
export async function createEventTables({ schema }: Kysely<unknown>): Promise<void> {
  await createEvents(schema);
  await createWhatWasSaid(schema);
  await createDispatchNames(schema);
  await createDispatches(schema);
}

const withoutRowid = sql`WITHOUT ROWID`;

async function createEvents(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('venfleet_events')
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('program_id', 'text')
    .addColumn('name', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('instruction_hash', 'text', (column) => column.notNull())
    .addColumn('problem', 'text')
    .addColumn('anchor_ms', 'integer', (column) => column.notNull())
    .addColumn('seed', 'text', (column) => column.notNull())
    .addColumn('seen_by', 'text')
    .addColumn('first_received_ms', 'integer', (column) => column.notNull())
    .addColumn('received_ms', 'integer', (column) => column.notNull())
    .addColumn('received_by', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('venfleet_events_key', ['event_id', 'version'])
    .execute();
  await schema
    .createTable('venfleet_event_programs')
    .addColumn('program_id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
}

async function createWhatWasSaid(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('venfleet_event_notes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer')
    .addColumn('at_ms', 'integer', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    // By which the notes of an event are found in their order.
    .addUniqueConstraint('venfleet_event_notes_key', ['event_id', 'at_ms', 'id'])
    .execute();
  await schema
    .createTable('venfleet_event_answers')
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('ven_name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('at_ms', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('venfleet_event_answers_key', ['event_id', 'version', 'ven_name', 'kind'])
    .modifyEnd(withoutRowid)
    .execute();
  await schema
    .createTable('venfleet_enrolled')
    .addColumn('program_id', 'text', (column) => column.notNull())
    .addColumn('load_id', 'text', (column) => column.notNull())
    .addColumn('vtn_resource_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('venfleet_enrolled_key', ['program_id', 'load_id'])
    .modifyEnd(withoutRowid)
    .execute();
}

async function createDispatchNames(schema: SchemaModule): Promise<void> {
  const named = (table: string, name: string) =>
    schema
      .createTable(table)
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn(name, 'text', (column) => column.notNull().unique());
  await named('venfleet_dispatch_sinks', 'name').execute();
  await named('venfleet_dispatch_loads', 'load_id').execute();
  await named('venfleet_dispatch_asked', 'events').execute();
  await named('venfleet_instructions', 'hash')
    .addColumn('asked_id', 'integer', (column) => column.notNull())
    .addColumn('instruction', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('venfleet_dispatch_events')
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('asked_id', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('venfleet_dispatch_events_key', ['event_id', 'version', 'asked_id'])
    .modifyEnd(withoutRowid)
    .execute();
}

async function createDispatches(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('venfleet_dispatches')
    .addColumn('sink_id', 'integer', (column) => column.notNull())
    .addColumn('due_ms', 'integer', (column) => column.notNull())
    .addColumn('load_no', 'integer', (column) => column.notNull())
    .addColumn('dispatch_id', 'text', (column) => column.notNull())
    .addColumn('instruction_id', 'integer', (column) => column.notNull())
    .addColumn('until_ms', 'integer')
    .addColumn('outcome', 'text')
    .addColumn('ended_ms', 'integer')
    .addColumn('reason', 'text')
    .addPrimaryKeyConstraint('venfleet_dispatches_key', ['sink_id', 'due_ms', 'load_no', 'dispatch_id'])
    .modifyEnd(withoutRowid)
    .execute();
  await schema
    .createTable('venfleet_in_force')
    .addColumn('sink_id', 'integer', (column) => column.notNull())
    .addColumn('load_no', 'integer', (column) => column.notNull())
    .addColumn('due_ms', 'integer', (column) => column.notNull())
    .addColumn('dispatch_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('venfleet_in_force_key', ['sink_id', 'load_no'])
    .modifyEnd(withoutRowid)
    .execute();
  await schema
    .createTable('venfleet_dispatch_counts')
    .addColumn('asked_id', 'integer', (column) => column.notNull())
    .addColumn('sink_id', 'integer', (column) => column.notNull())
    .addColumn('open', 'integer', (column) => column.notNull())
    .addColumn('handed', 'integer', (column) => column.notNull())
    .addColumn('late', 'integer', (column) => column.notNull())
    .addColumn('missed', 'integer', (column) => column.notNull())
    .addColumn('replaced', 'integer', (column) => column.notNull())
    .addColumn('most_late_ms', 'integer')
    .addColumn('first_due_ms', 'integer', (column) => column.notNull())
    .addColumn('last_due_ms', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('venfleet_dispatch_counts_key', ['asked_id', 'sink_id'])
    .modifyEnd(withoutRowid)
    .execute();
}
