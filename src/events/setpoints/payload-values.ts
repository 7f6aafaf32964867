import { visible } from '../../core/visible.ts';
import type { PayloadValue } from '../../fleet/grid-event.ts';

/** What values a kind of payload takes, in words, and how it is seen. */
interface Rule {
  readonly words: string;
  /** One alone, where several in one payload would be told one after the other (`timeline`). */
  readonly isOne: boolean;
  readonly allows: (value: PayloadValue) => boolean;
}

/** What is more cannot be reckoned with, in whatever units. */
const mostNumber = 1e15;

const isNumber = (value: PayloadValue): value is number => typeof value === 'number';
const within = (least: number, most: number) => (value: PayloadValue) =>
  isNumber(value) && value >= least && value <= most;
const whole = (least: number, most: number) => (value: PayloadValue) =>
  Number.isInteger(value) && within(least, most)(value);

const oneNumber: Rule = { words: 'a number', isOne: true, allows: isNumber };
const oneNotNegative: Rule = {
  words: 'a number that is not negative',
  isOne: true,
  allows: within(0, Number.MAX_VALUE),
};
const numbers: Rule = { ...oneNumber, isOne: false };
const texts: Rule = { words: 'a text', isOne: false, allows: (value) => typeof value === 'string' };
const zeroOrOne: Rule = { words: '0 or 1', isOne: true, allows: whole(0, 1) };

/** By type, from the enumerations of the Definition; CONSUMPTION_ and PRODUCTION_POWER_LIMIT are private ones of E.ON Switch. */
const rules: ReadonlyMap<string, Rule> = new Map([
  ['SIMPLE', { words: 'a whole number from 0 to 3', isOne: true, allows: whole(0, 3) }],
  ['DISPATCH_SETPOINT', oneNumber],
  ['DISPATCH_SETPOINT_RELATIVE', oneNumber],
  ['CONTROL_SETPOINT', { words: 'one value', isOne: true, allows: () => true }],
  ['CONTROL_LEVEL_OFFSET', { words: 'a whole number from -10 to 10', isOne: true, allows: whole(-10, 10) }],
  ['CONTROL_LEVEL_OFFSET_PERCENT', { words: 'a number from -1 to 1', isOne: true, allows: within(-1, 1) }],
  ['CHARGE_STATE_SETPOINT', oneNotNegative],
  ['IMPORT_CAPACITY_LIMIT', oneNotNegative],
  ['EXPORT_CAPACITY_LIMIT', oneNotNegative],
  ['CONSUMPTION_POWER_LIMIT', oneNotNegative],
  ['PRODUCTION_POWER_LIMIT', oneNotNegative],
  ...['PRICE', 'EXPORT_PRICE', 'PRICE_ALTERNATE', 'GHG'].map((type) => [type, numbers] as const),
  ...['SUBSCRIPTION', 'RESERVATION', 'RESERVATION_FEE', 'AVAILABLE', 'AVAILABLE_PRICE'].flatMap((what) => [
    [`IMPORT_CAPACITY_${what}`, numbers] as const,
    [`EXPORT_CAPACITY_${what}`, numbers] as const,
  ]),
  ['OLS', { words: 'a number from 0 to 1', isOne: false, allows: within(0, 1) }],
  ['CURVE', { words: 'a point', isOne: false, allows: (value) => typeof value === 'object' }],
  ['DISPATCH_INSTRUCTION', texts],
  ['CTA2045_REBOOT', zeroOrOne],
  ['CTA2045_SET_OVERRIDE_STATUS', zeroOrOne],
]);

/**
 * Why values cannot be those of a kind of payload, no sentence; undefined: they can. Private kinds take any, but for
 * numbers that are none.
 */
export function valuesProblem(type: string, values: readonly PayloadValue[]): string | undefined {
  const broken = values.find((value) => !isSound(value));
  if (broken !== undefined) return `${type} must be finite, not ${valueText(broken)}`;
  const rule = rules.get(type) ?? (type.startsWith('ALERT_') ? texts : undefined);
  if (!rule) return undefined;
  const { words, isOne, allows } = rule;
  if (isOne && values.length !== 1) return `${type} must be ${words}, not ${values.length || 'no'} values`;
  const wrong = values.find((value) => !allows(value));
  if (wrong !== undefined) return `${type} must be ${words}, not ${valueText(wrong)}`;
  const huge = isOne && values.find((value) => isNumber(value) && Math.abs(value) > mostNumber);
  return huge ? `${type} must be at most ${mostNumber}, not ${valueText(huge)}` : undefined;
}

function isSound(value: PayloadValue): boolean {
  if (typeof value === 'object') return Number.isFinite(value.x) && Number.isFinite(value.y);
  return typeof value !== 'number' || Number.isFinite(value);
}

/** A value on one line, however long it is. */
function valueText(value: PayloadValue): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return visible(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
