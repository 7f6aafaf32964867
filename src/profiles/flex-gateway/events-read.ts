import type {
  EventPayload,
  EventPeriod,
  EventTarget,
  GridEvent,
  GridInterval,
  GridProgram,
} from '../../fleet/grid-event.ts';
import { asPayload, asPeriod, asPriority, targetsOf } from '../answers/event-parts.ts';
import { asInstant, asStart, durationOfMs, instantOrNull } from '../answers/event-times.ts';
import { idField, textField } from '../answers/json-body.ts';
import {
  asFields,
  asInteger,
  asText,
  eachOf,
  type Fields,
  not,
  orNull,
  required,
  Unusable,
} from '../answers/wire-value.ts';

/** The type that the VEN of an event has among its targets. */
export const venIdType = 'ven_id';

/**
 * What an event asks that says only when it is: a moderate shed. The gateway's own description has no payloads; in OpenADR 2.0
 * an event without more to say is of that level.
 */
const plainCall: EventPayload = { type: 'SIMPLE', values: [1] };

/**
 * Makes an event of the gateway's of its fields: `start_date`, `end_date` (without it, without end), `status`, `event_targets`
 * (or `targets`), `ven_id`, and, where it has them, `intervals` with `payloads` as in its reports. A time without time zone is
 * UTC: the Python system writes such. Throws Unusable.
 */
export function readGatewayEvent(id: string, fields: Fields): GridEvent {
  const status = statusOf(fields.status);
  const hasEnd = fields.end_date !== undefined && fields.end_date !== null;
  return {
    id,
    programId: idOrNull(fields, 'program_id'),
    name: textField(fields, 'event_name') ?? null,
    priority: orNull(fields.priority, 'priority', asPriority),
    createdMs: instantOrNull(fields.created_date ?? fields.created_at ?? ''),
    // One that is completed is over by its time, or, without an end, by its status alone.
    isCancelled: status === 'cancelled' || (status === 'completed' && !hasEnd),
    targets: eventTargets(fields),
    period: periodOf(fields),
    duration: null,
    intervals: intervalsOf(fields),
    payloadDescriptors: [],
    askedReports: [],
  };
}

const statuses = ['scheduled', 'active', 'completed', 'cancelled'] as const;
type Status = (typeof statuses)[number];

/** One that is not known may mean that nothing is to be done yet. */
function statusOf(value: unknown): Status | null {
  return orNull(value, 'status', (status) => {
    const word = asText(status).toLowerCase().replace('canceled', 'cancelled');
    const known = statuses.find((one) => one === word);
    if (known) return known;
    throw not(`one of ${statuses.join(', ')}`, status);
  });
}

function idOrNull(fields: Fields, field: string): string | null {
  if (fields[field] === undefined || fields[field] === null) return null;
  const id = idField(fields, field);
  if (id === undefined) throw new Unusable(field, 'is no id');
  return id;
}

function eventTargets(fields: Fields): EventTarget[] {
  const where = fields.event_targets === undefined ? 'targets' : 'event_targets';
  const targets = targetsOf(
    fields[where],
    where,
    ['type', 'target_type'],
    ['values', 'target_values', 'value', 'target_value'],
  );
  const venId = idOrNull(fields, venIdType);
  return venId === null ? targets : [...targets, { type: venIdType, values: [venId] }];
}

function periodOf({ start_date, end_date }: Fields): EventPeriod {
  const start = required(start_date, 'start_date', (value) => asStart(value, 'is-utc'));
  const endMs = orNull(end_date, 'end_date', (value) => asInstant(value, 'is-utc'));
  if (endMs === null) return { start, duration: 'infinite', randomizeStart: null };
  if (start.kind === 'now') throw new Unusable('start_date', 'names no time, though end_date does');
  if (endMs < start.ms) throw new Unusable('end_date', 'is before start_date');
  return { start, duration: durationOfMs(endMs - start.ms), randomizeStart: null };
}

function intervalsOf({ intervals }: Fields): GridInterval[] {
  const read = eachOf(intervals, 'intervals', asInterval);
  if (read.length === 0) return [{ id: 0, period: null, payloads: [plainCall] }];
  // The event's own time is that of all of them together.
  const without = read.findIndex(({ period }) => !period?.duration);
  if (read.length > 1 && without >= 0)
    throw new Unusable(`intervals[${without}]`, 'does not say how long it is');
  return read;
}

function asInterval(value: unknown): GridInterval {
  const { id, interval_period, payloads } = asFields(value);
  return {
    id: required(id, 'id', asInteger),
    period: orNull(interval_period, 'interval_period', (period) =>
      asPeriod(period, 'randomize_start', 'is-utc'),
    ),
    payloads: eachOf(payloads, 'payloads', asPayload),
  };
}

/** A program of the gateway's: who takes part in it is known by enrolment. */
export function readGatewayProgram(id: string, fields: Fields): GridProgram {
  const name = textField(fields, 'program_name') ?? textField(fields, 'name') ?? null;
  return { id, name, targets: [], payloadDescriptors: [] };
}
