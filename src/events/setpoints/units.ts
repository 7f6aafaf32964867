const perKw: ReadonlyMap<string, number> = new Map([
  ['W', 1000],
  ['KW', 1],
  ['kW', 1],
  ['MW', 0.001],
]);

const perKwh: ReadonlyMap<string, number> = new Map([
  ['WH', 1000],
  ['Wh', 1000],
  ['KWH', 1],
  ['kWh', 1],
  ['MWH', 0.001],
  ['MWh', 0.001],
]);

/** How many of these units of power are a kW; undefined: they are none that is known. */
export function unitsPerKw(units: string): number | undefined {
  return perKw.get(units);
}

/** How many of these units of energy are a kWh; undefined: they are none that is known. */
export function unitsPerKwh(units: string): number | undefined {
  return perKwh.get(units);
}

/** `12.25 kW`: to the watt. */
export function kwText(kw: number): string {
  return `${Math.round(kw * 1000) / 1000} kW`;
}
