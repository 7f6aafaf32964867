import type {
  EventPayload,
  EventPeriod,
  EventTarget,
  PayloadDescriptor,
  PayloadValue,
} from '../../fleet/grid-event.ts';
import { asDuration, asStart, type Zoneless } from './event-times.ts';
import {
  asFields,
  asInteger,
  asName,
  asText,
  eachOf,
  not,
  orNull,
  required,
  Unusable,
} from './wire-value.ts';

/*
 * What events of all kinds of VTN are made of, as JSON has it. All throw Unusable.
 */

/** The names of a period's fields; they are the same in OpenADR and the gateway but for this one. */
export function asPeriod(value: unknown, randomizeField: string, zoneless: Zoneless): EventPeriod {
  const fields = asFields(value);
  const randomizeStart = orNull(fields[randomizeField], randomizeField, asDuration);
  if (randomizeStart === 'infinite') throw new Unusable(randomizeField, 'has no end');
  return {
    start: orNull(fields.start, 'start', (start) => asStart(start, zoneless)),
    duration: orNull(fields.duration, 'duration', asDuration),
    randomizeStart,
  };
}

export function asPayload(value: unknown): EventPayload {
  const { type, values } = asFields(value);
  return { type: required(type, 'type', asName), values: payloadValues(values) };
}

/** The documents nest the points of a CURVE in a list of their own; OpenLEADR has them flat, and so has this. */
function payloadValues(value: unknown): PayloadValue[] {
  const values = eachOf(value, 'values', asValueOrPoints);
  return values.some(Array.isArray) ? values.flat() : (values as PayloadValue[]);
}

function asValueOrPoints(value: unknown): PayloadValue | PayloadValue[] {
  return Array.isArray(value) ? eachOf(value, '', asPoint) : asPayloadValue(value);
}

function asPayloadValue(value: unknown): PayloadValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return asNumber(value);
  if (typeof value === 'object' && value !== null) return asPoint(value);
  throw not('a number, a text, true, false or a point', value);
}

function asPoint(value: unknown): PayloadValue {
  const { x, y } = asFields(value);
  return { x: required(x, 'x', asNumber), y: required(y, 'y', asNumber) };
}

/** JSON may hold numbers that are larger than any. */
function asNumber(value: unknown): number {
  if (Number.isFinite(value)) return value as number;
  throw not('a number', value);
}

export function asPayloadDescriptor(value: unknown): PayloadDescriptor {
  const { payloadType, units, currency } = asFields(value);
  return {
    payloadType: required(payloadType, 'payloadType', asName),
    units: orNull(units, 'units', asText),
    currency: orNull(currency, 'currency', asText),
  };
}

/** 0 is the most urgent. */
export function asPriority(value: unknown): number {
  const priority = asInteger(value);
  if (priority >= 0) return priority;
  throw not('0 or more', value);
}

/** A target's value: some VTNs send numbers, of which those that JSON cannot hold exactly would name another thing. */
export function asTargetValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') throw not('a text', value);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  throw new Unusable('', 'is a number too long to be exact');
}

/**
 * Targets of either form: valuesMaps one by one (`typeFields`: where their type may stand, `valuesFields`: their values), plain
 * texts together as one target without a type.
 */
export function targetsOf(
  value: unknown,
  where: string,
  typeFields: readonly string[] = ['type'],
  valuesFields: readonly string[] = ['values'],
): EventTarget[] {
  const typed: EventTarget[] = [];
  const plain: string[] = [];
  eachOf(value, where, (item) => {
    if (typeof item !== 'object' || item === null) return void plain.push(asTargetValue(item));
    const fields = asFields(item);
    const named = (names: readonly string[]) => names.find((name) => name in fields) ?? (names[0] as string);
    const valuesField = named(valuesFields);
    const values = fields[valuesField];
    typed.push({
      type: required(fields[named(typeFields)], named(typeFields), asName),
      values:
        typeof values === 'string' || typeof values === 'number'
          ? [orNull(values, valuesField, asTargetValue) as string]
          : eachOf(values, valuesField, asTargetValue),
    });
  });
  return plain.length > 0 ? [...typed, { type: null, values: plain }] : typed;
}
