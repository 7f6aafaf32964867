/** A site that is to be stored: everything that its row and the rows of its loads need. */
export interface NewSite {
  readonly resourceId: string;
  readonly resourceName: string;
  readonly resourceType: ResourceType;
  readonly resourceSubType: string | null;
  /** 18 digits. */
  readonly meterPointId: string;
  /** JSON as the Python system writes it, e.g. `{"P_max_kw": 50.0, …}`; kW and kWh. */
  readonly capacities: string;
  /** JSON as the Python system writes it: `{"latitude": …, "longitude": …}`; degrees, WGS 84. */
  readonly location: string;
  readonly address: string;
  /** The VEN's name: a town. */
  readonly ven: string;
  /** The meter in the HDF5 file whose data stands for this site. */
  readonly h5MeterId: string;
  readonly loads: readonly NewLoad[];
}

export interface NewLoad {
  readonly loadId: string;
  /** `load_0` … `load_5`. */
  readonly component: string;
  readonly loadName: string;
  readonly h5MeterId: string;
}

export const resourceTypes = ['DSR', 'EV', 'BATTERY', 'PV'] as const;
export type ResourceType = (typeof resourceTypes)[number];

/** The four usual capacities: power in kW (negative: fed into the grid), energy in kWh. */
export const capacityNames = ['P_max_kw', 'P_min_kw', 'E_max_kwh', 'E_min_kwh'] as const;
export type CapacityName = (typeof capacityNames)[number];
export type Capacities = Readonly<Record<CapacityName, number>>;

const evCharging: Capacities = { P_max_kw: 22, P_min_kw: 0, E_max_kwh: 100, E_min_kwh: 0 };
const medium: Capacities = { P_max_kw: 50, P_min_kw: -20, E_max_kwh: 200, E_min_kwh: 0 };
const large: Capacities = { P_max_kw: 100, P_min_kw: -40, E_max_kwh: 400, E_min_kwh: 0 };
const small: Capacities = { P_max_kw: 25, P_min_kw: -10, E_max_kwh: 100, E_min_kwh: 0 };

const isEvCharging = /\bevs?\b|charg/i;

/** The capacities of a site of which only the kind is known; the type decides where there is no sub type. */
export function usualCapacities(subType: string | null, type: ResourceType): Capacities {
  if (isEvCharging.test(subType ?? type)) return evCharging;
  if (/hotel|swimming/i.test(subType ?? '')) return medium;
  if (/industr|school/i.test(subType ?? '')) return large;
  return small;
}

/** The type of a site of which only the sub type is known. */
export function usualType(subType: string | null): ResourceType {
  if (isEvCharging.test(subType ?? '')) return 'EV';
  if (/batter/i.test(subType ?? '')) return 'BATTERY';
  if (/solar|\bpv\b/i.test(subType ?? '')) return 'PV';
  return 'DSR';
}

/** `resources.capacities` as the Python system writes it. */
export function capacitiesText(capacities: Capacities): string {
  return objectText(capacityNames.map((name) => [name, numberText(capacities[name])]));
}

/** `resources.location` as the Python system writes it; degrees. */
export function locationText(latitude: number, longitude: number): string {
  return objectText([
    ['latitude', numberText(latitude)],
    ['longitude', numberText(longitude)],
  ]);
}

/** A JSON object with Python's spacing, of names and values that are JSON text already. */
export function objectText(entries: readonly (readonly [name: string, json: string])[]): string {
  return `{${entries.map(([name, json]) => `${JSON.stringify(name)}: ${json}`).join(', ')}}`;
}

/** A number as Python's `json.dumps` writes a float: a whole one keeps its `.0`. */
export function numberText(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
