import type { Generated } from 'kysely';
import type { DispatchEnd, EventState, StoredAnswer } from '../event-store.ts';

/** The Python system's tables, as far as venfleet reads or writes them. */
export interface FleetTables {
  resources: {
    id: Generated<number>;
    resource_id: string;
    resource_name: string;
    resource_type: string;
    resource_sub_type: string | null;
    meter_point_id: string;
    connection_id: number;
    capacities: string;
    location: string;
    address: string | null;
    ven: string | null;
    enabled: Generated<number | null>;
    reporting: string | null;
    registration_status: Generated<string | null>;
    created_at: Generated<string>;
    updated_at: Generated<string>;
    h5_meter_id: string | null;
  };
  loads: {
    id: Generated<number>;
    load_id: string;
    resource_id: string;
    load_component: string;
    load_name: string | null;
    h5_meter_id: string;
    vtn_resource_id: string | null;
    registration_status: Generated<string | null>;
    created_at: Generated<string>;
    updated_at: Generated<string>;
  };
  connections: {
    id: Generated<number>;
    type: string;
    actortype: string;
    host: string | null;
    port: number | null;
    topic: string | null;
    file: string | null;
    username: string | null;
    password: string | null;
    created_at: Generated<string>;
  };
}

/** venfleet's own tables, which the Python system does not know; those of one engine alone are left out. */
export interface OwnTables {
  /** What the VTN calls each VEN. */
  venfleet_vens: { ven_name: string; vtn_ven_id: string; updated_at: Generated<string> };
  /** The VTN that gave the last results: one row. */
  venfleet_vtn: { id: number; url: string; profile: string; updated_at: Generated<string> };
  /** All VTNs that the fleet was ever registered on. */
  venfleet_vtns: { id: Generated<number>; url: string; profile: string; added_at: Generated<string> };
  /** The VTN on which each VEN was registered last; no row where that was before venfleet took note of it. */
  venfleet_ven_vtn: { ven_name: string; vtn_id: number };
  /** Loads that may have been sent, with no answer stored yet. */
  venfleet_sending: { load_id: string };
  /**
   * What was put on the VTN, by VEN and external id: its id there, and a hash of what was last sent (null:
   * not known). It outlives the load's row, so that what is left on the VTN is known as ours.
   */
  venfleet_sent: {
    ven_name: string;
    external_id: string;
    vtn_resource_id: string;
    hash: string | null;
  };
  /** Why a load's last registration failed; gone once it succeeds. */
  venfleet_failures: { load_id: string; status: number | null; reason: string; failed_at: Generated<string> };
  /**
   * What was reported of loads, until when: spans in milliseconds since 1970. Those of a load neither touch nor overlap, and
   * are all under what the VTN knows it by now.
   */
  venfleet_reported: {
    load_id: string;
    /** See `MeteringProfile.kind`. */
    kind: string;
    from_ms: number;
    until_ms: number;
    points: number;
    resource_ref: string;
  };
  /** Reports that may be on their way. */
  venfleet_reports_sending: {
    key: string;
    kind: string;
    ven_name: string;
    report_name: string | null;
    from_ms: number;
    until_ms: number;
    /** JSON: `[load id, points]` of each. */
    loads: string;
  };
  /** Why the last report of a load failed; gone once one succeeds. */
  venfleet_report_failures: {
    load_id: string;
    kind: string;
    status: number | null;
    reason: string;
    failed_at: Generated<string>;
  };
  /** What reports are filed under: one row. */
  venfleet_report_anchor: { id: number; program_id: string; event_id: string };
  /** What was done to fleet and VTN, run by run; see `StoredRun`. `counts` and `reasons`: JSON. */
  venfleet_runs: {
    run_id: Generated<number>;
    command: string;
    asked_by: string;
    state: string;
    started_ms: number;
    ended_ms: number | null;
    vtn: string;
    total: number | null;
    counts: string;
    reasons: string;
    problem: string | null;
    code: string | null;
  };
}

/** What events were received, and what they came to. Times are milliseconds since 1970, UTC. */
export interface EventTables {
  /** Events, each version of them; the highest is what holds. See `StoredEvent`. */
  venfleet_events: {
    event_id: string;
    version: number;
    program_id: string | null;
    name: string | null;
    state: EventState;
    body: string;
    instruction_hash: string;
    problem: string | null;
    anchor_ms: number;
    seed: string;
    /** JSON: names of VENs. */
    seen_by: string | null;
    first_received_ms: number;
    received_ms: number;
    received_by: string;
  };
  venfleet_event_programs: { program_id: string; name: string | null; body: string };
  venfleet_event_notes: {
    id: Generated<number>;
    event_id: string;
    version: number | null;
    at_ms: number;
    what: string;
    /** JSON. */
    detail: string;
  };
  venfleet_event_answers: {
    event_id: string;
    version: number;
    ven_name: string;
    kind: string;
    answer: string;
    state: StoredAnswer['state'];
    reason: string | null;
    at_ms: number;
  };
  venfleet_enrolled: { program_id: string; load_id: string; vtn_resource_id: string };

  /** Small numbers in the place of names, since the journal names them a hundred thousand times. They never change their meaning. */
  venfleet_dispatch_sinks: { id: Generated<number>; name: string };
  venfleet_dispatch_loads: { id: Generated<number>; load_id: string };
  /** Which events asked for something together; `events`: JSON, `[event id, version]` of each. */
  venfleet_dispatch_asked: { id: Generated<number>; events: string };
  /** The same, by event. */
  venfleet_dispatch_events: { event_id: string; version: number; asked_id: number };
  /** What was asked of loads, each text once; `hash`: of the text and of who asked. */
  venfleet_instructions: { id: Generated<number>; hash: string; asked_id: number; instruction: string };
  /** The journal of dispatches, in order of time: what is added does not touch what is old. */
  venfleet_dispatches: {
    sink_id: number;
    due_ms: number;
    load_no: number;
    dispatch_id: string;
    instruction_id: number;
    until_ms: number | null;
    /** Null: it is open. */
    outcome: DispatchEnd | null;
    ended_ms: number | null;
    reason: string | null;
  };
  /** Which dispatch was handed over last to each load of a sink. */
  venfleet_in_force: { sink_id: number; load_no: number; due_ms: number; dispatch_id: string };
  /** How many dispatches ended how, kept as they are written: to count millions would take seconds. */
  venfleet_dispatch_counts: {
    asked_id: number;
    sink_id: number;
    open: number;
    handed: number;
    late: number;
    missed: number;
    replaced: number;
    most_late_ms: number | null;
    first_due_ms: number;
    last_due_ms: number;
  };
}

export type Tables = FleetTables & OwnTables & EventTables;

/** Columns without which a database is no fleet database. Others may be missing, or more. */
export const requiredColumns = {
  resources: [
    'resource_id',
    'resource_name',
    'resource_type',
    'resource_sub_type',
    'meter_point_id',
    'capacities',
    'location',
    'address',
    'ven',
  ],
  loads: [
    'load_id',
    'resource_id',
    'load_component',
    'load_name',
    'h5_meter_id',
    'vtn_resource_id',
    'registration_status',
    'updated_at',
  ],
} as const satisfies { [T in 'resources' | 'loads']: readonly (keyof FleetTables[T])[] };
