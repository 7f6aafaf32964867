import type { Generated } from 'kysely';

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
}

export type Tables = FleetTables & OwnTables;

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
