import type { FieldProblem } from '../problems.ts';
import { isObject, isText } from '../values.ts';

/** What a `POST /events` must be; see `checkEvent`. */
export interface EventBody {
  event_name: string;
  program_id: string;
  start_date: string;
  end_date?: string | null;
  priority?: number | null;
  event_targets?: readonly unknown[] | null;
  ven_id?: string | null;
  notification_period?: string | null;
  intervals?: readonly unknown[] | null;
  /** Only `cancelled` changes anything: the clock says the rest. */
  status?: string | null;
}

/** What a `POST /programs` must be; see `checkProgram`. */
export interface ProgramBody {
  program_name: string;
  program_type?: string | null;
  description?: string | null;
}

export const statuses = ['scheduled', 'active', 'completed', 'cancelled'] as const;
export type EventStatus = (typeof statuses)[number];

export const responseTypes = ['optIn', 'optOut', 'notParticipating'] as const;

/** What a `POST /events/{id}/responses` must be. `ven_id`: for callers whose token is no VEN's. */
export interface ResponseBody {
  event_id: string;
  response_type: (typeof responseTypes)[number];
  ven_id?: string | null;
}

type Say = (loc: readonly (string | number)[], msg: string) => void;
type Field = (value: unknown, say: Say, loc: readonly (string | number)[]) => void;

const text: Field = (value, say, loc) => isText(value) || say(loc, 'Input should be a non-empty string');
const wholeNumber =
  (least: number): Field =>
  (value, say, loc) => {
    if (!Number.isInteger(value) || (value as number) < least) say(loc, 'Input should be a valid integer');
  };
const oneOf =
  (...known: readonly string[]): Field =>
  (value, say, loc) => {
    if (!known.includes(value as string)) say(loc, `Input should be one of ${known.join(', ')}`);
  };
const time: Field = (value, say, loc) => {
  if (timeOf(value) === undefined) say(loc, 'Input should be a valid datetime');
};
const duration: Field = (value, say, loc) => {
  const isOne =
    typeof value === 'string' &&
    /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(value);
  if (!isOne) say(loc, 'Input should be a valid duration');
};
const optional =
  (field: Field): Field =>
  (value, say, loc) => {
    if (value !== undefined && value !== null) field(value, say, loc);
  };
const list =
  (item: Field, least = 0): Field =>
  (value, say, loc) => {
    if (!Array.isArray(value)) return say(loc, 'Input should be a valid list');
    if (value.length < least) say(loc, `List should have at least ${least} item`);
    for (const [n, one] of value.entries()) item(one, say, [...loc, n]);
  };
const object =
  (fields: Readonly<Record<string, Field>>): Field =>
  (value, say, loc) => {
    if (!isObject(value)) return say(loc, 'Input should be a valid object');
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) say([...loc, name], 'Extra inputs are not permitted');
    }
    for (const [name, field] of Object.entries(fields)) field(value[name], say, [...loc, name]);
  };
const scalar: Field = (value, say, loc) => {
  if (!['string', 'number', 'boolean'].includes(typeof value)) say(loc, 'Input should be a scalar');
};
/** A plain text, or a type with values. */
const target: Field = (value, say, loc) => {
  if (!isText(value)) object({ type: text, values: list(scalar, 1) })(value, say, loc);
};

const interval = object({
  id: wholeNumber(-(2 ** 31)),
  interval_period: optional(object({ start: optional(time), duration: optional(duration) })),
  payloads: list(object({ type: text, values: list(scalar) }), 1),
});

const event = object({
  event_name: text,
  program_id: text,
  start_date: time,
  end_date: optional(time),
  priority: optional(wholeNumber(0)),
  event_targets: optional(list(target)),
  ven_id: optional(text),
  notification_period: optional(duration),
  intervals: optional(list(interval)),
  status: optional(oneOf(...statuses)),
});
const program = object({
  program_name: text,
  program_type: optional(text),
  description: optional(text),
});
const response = object({
  event_id: text,
  response_type: oneOf(...responseTypes),
  ven_id: optional(text),
});

/** Checks an event; returns what is wrong with it. */
export function checkEvent(value: unknown): FieldProblem[] {
  const problems = problemsWith(event, value);
  if (problems.length > 0) return problems;
  const { start_date, end_date } = value as EventBody;
  const isBackward = end_date && (timeOf(end_date) as number) < (timeOf(start_date) as number);
  return isBackward ? [{ loc: ['body', 'end_date'], msg: 'Should not be earlier than start_date' }] : [];
}

export const checkProgram = (value: unknown) => problemsWith(program, value);

export const checkResponse = (value: unknown) => problemsWith(response, value);

function problemsWith(field: Field, value: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  field(value, (loc, msg) => problems.push({ loc, msg }), ['body']);
  return problems;
}

const timeForm = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** Milliseconds since 1970; a time without a zone is taken for UTC. Undefined for what is none. */
export function timeOf(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? timeForm.exec(value) : null;
  if (!parts) return undefined;
  const ms = Date.parse(`${value}${parts[3] === undefined ? 'Z' : ''}`);
  return Number.isNaN(ms) ? undefined : ms;
}
