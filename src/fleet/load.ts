import type { Trace } from '../core/trace.ts';
import type { Capacity, NumberText } from './capacities.ts';

export type NameShared = 'no' | 'name' | 'meter';

/** A site's row in the database (`resources`); texts are as stored. */
export interface SiteRow {
  readonly resourceId: string;
  readonly resourceName: string;
  readonly resourceType: string;
  readonly resourceSubType: string | null;
  readonly meterPointId: string;
  readonly capacities: string;
  readonly location: string;
  readonly address: string | null;
  readonly ven: string | null;
  readonly enabled: boolean;
  /** Whether another site of the same VEN has the same name; `meter`: and the same meter point. */
  readonly nameShared: NameShared;
  /** Why this row cannot be a site, where the store knows already. */
  readonly problem: string | null;
  readonly loads: readonly LoadRow[];
}

/** A load's row in the database (`loads`), with what venfleet itself remembers of it. */
export interface LoadRow {
  readonly loadId: string;
  /** By what the store finds the row soonest: its own affair, to be handed back to it. */
  readonly storeRef: unknown;
  readonly component: string;
  readonly loadName: string | null;
  readonly h5MeterId: string | null;
  readonly vtnResourceId: string | null;
  /** PENDING, APPROVED or SUSPENDED. */
  readonly registrationStatus: string | null;
  /** What is known of its having been sent, while it is not registered. */
  readonly trace: Trace;
  /** Why this row cannot be a load, where the store knows already. */
  readonly problem: string | null;
}

/** What all loads behind one meter share. Absent values are undefined, never empty. */
export interface Site {
  readonly resourceId: string;
  readonly name: string;
  readonly nameShared: NameShared;
  /** DSR, EV, BATTERY or PV. */
  readonly type: string;
  readonly subType: string | undefined;
  readonly meterPointId: string;
  readonly venName: string;
  /** Capacity names as stored, with the text of their values as stored (kW or kWh for the usual four). */
  readonly capacities: readonly Capacity[];
  /** Degrees, WGS 84, as stored. */
  readonly longitude: NumberText | undefined;
  readonly latitude: NumberText | undefined;
  readonly address: string | undefined;
}

/** One electrical load: what becomes one resource on the VTN. */
export interface Load {
  readonly loadId: string;
  /** See `LoadRow`. */
  readonly storeRef: unknown;
  readonly externalResourceId: string;
  readonly component: string;
  readonly name: string;
  /** Another load of the same site has the same name. */
  readonly nameShared: boolean;
  readonly h5MeterId: string | undefined;
  readonly trace: Trace;
  readonly site: Site;
}
