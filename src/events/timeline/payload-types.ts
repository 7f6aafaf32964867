/*
 * What the enumerations of the specification (3.1.1, event interval payloads) say of each type of payload, as far as time needs it.
 */

/**
 * Types of which several values in one payload come one after the other, each for its share of the interval (User Guide, 7.3,
 * multi-valued payloads): those that the enumerations give one value. Not the alerts, whose texts are for people, nor types that
 * have several values by nature (CURVE; OLS, which is over all of the event; DISPATCH_INSTRUCTION), nor private ones, of which
 * only their owner knows: theirs are handed on together, and nothing is lost.
 */
const oneAfterTheOther: ReadonlySet<string> = new Set([
  'SIMPLE',
  'PRICE',
  'EXPORT_PRICE',
  'PRICE_ALTERNATE',
  'GHG',
  'CHARGE_STATE_SETPOINT',
  'DISPATCH_SETPOINT',
  'DISPATCH_SETPOINT_RELATIVE',
  'CONTROL_SETPOINT',
  'CONTROL_LEVEL_OFFSET',
  'CONTROL_LEVEL_OFFSET_PERCENT',
  ...['IMPORT', 'EXPORT'].flatMap((way) =>
    ['SUBSCRIPTION', 'RESERVATION', 'RESERVATION_FEE', 'AVAILABLE', 'AVAILABLE_PRICE', 'LIMIT'].map(
      (what) => `${way}_CAPACITY_${what}`,
    ),
  ),
  'CTA2045_REBOOT',
  'CTA2045_SET_OVERRIDE_STATUS',
]);

/** Whether several values in one payload are for one time after the other. */
export function comeOneAfterTheOther(type: string): boolean {
  return oneAfterTheOther.has(type);
}

const limits: ReadonlySet<string> = new Set([
  'IMPORT_CAPACITY_LIMIT',
  'EXPORT_CAPACITY_LIMIT',
  // Private ones of E.ON Switch, always in kW.
  'CONSUMPTION_POWER_LIMIT',
  'PRODUCTION_POWER_LIMIT',
]);

/** Whether the lower of two values asks more, and keeps to the other as well. */
export function isLimit(type: string): boolean {
  return limits.has(type);
}
