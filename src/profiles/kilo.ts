/**
 * A mean power in W over so many hours as energy in kWh; over one hour that is also the power in kW. Rounded to a millionth
 * of a W (or Wh), so that 2.1 W are 0.0021 kW, not 0.0021000000000000003.
 */
export function kilo(watts: number, hours = 1): number {
  const millionths = watts * hours * 1e6;
  return Number.isSafeInteger(Math.round(millionths)) ? Math.round(millionths) / 1e9 : millionths / 1e9;
}
