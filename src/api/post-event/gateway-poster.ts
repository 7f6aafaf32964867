import { VenfleetError } from '../../core/errors.ts';
import type { Transport, WireRequest } from '../../openadr/http/transport.ts';
import { describeBody, idField, jsonBody, textField } from '../../profiles/answers/json-body.ts';
import { validationDetail } from '../../profiles/flex-gateway/validation-detail.ts';
import { defaultEventDuration, defaultEventProgram } from './defaults.ts';
import { type EventPoster, type EventWish, payloadOf } from './event-wish.ts';

const defaultName = 'venfleet event';

/** What is sent back of an event that is changed: the rest is the VTN's own. */
const ownFields = [
  'event_name',
  'program_id',
  'start_date',
  'end_date',
  'priority',
  'event_targets',
  'ven_id',
  'notification_period',
  'intervals',
] as const;

type Fields = Record<string, unknown>;

/** Posts events to a flex gateway, in the form of docs/simulator.md. Throws EVENT_REFUSED, VTN_TOKEN_REFUSED. */
export function gatewayPoster(transport: Transport): EventPoster {
  const vtn = asking(transport);
  const { send } = vtn;
  const programFor = async (wanted: string) => {
    const listed = await send('show its programs', { method: 'GET', path: '/programs' });
    const found = (Array.isArray(listed) ? listed : []).find(
      (one) => idField(one) === wanted || textField(one, 'program_name') === wanted,
    );
    const programId = idField(found);
    if (programId !== undefined) return { programId, programMade: false };
    const body = { program_name: wanted };
    return { programId: await idOf(vtn, 'make the program', '/programs', body), programMade: true };
  };
  const put = async (id: string, change: (before: Fields) => Fields) => {
    const path = `/events/${encodeURIComponent(id)}`;
    const before = (await send(`show event ${id}`, { method: 'GET', path })) as Fields;
    const own = ownFields.filter((name) => before?.[name] !== undefined && before[name] !== null);
    const kept = Object.fromEntries(own.map((name) => [name, before[name]]));
    const body = JSON.stringify({ ...kept, ...change(kept) });
    const after = await send(`change event ${id}`, { method: 'PUT', path, body });
    return { id, programId: textField(after, 'program_id') ?? String(kept.program_id), programMade: false };
  };
  return {
    async create(wish) {
      const program = await programFor(wish.program ?? defaultEventProgram);
      const start = startOf(wish.start);
      const id = await idOf(vtn, 'make the event', '/events', {
        event_name: defaultName,
        program_id: program.programId,
        ...fieldsOf(wish),
        ...spanOf(start, wish.duration ?? defaultEventDuration, payloadOf(wish) as object),
      });
      return { id, ...program };
    },
    async modify(id, wish) {
      const moved = wish.program === undefined ? undefined : await programFor(wish.program);
      const own = moved && { program_id: moved.programId };
      const posted = await put(id, (before) => ({ ...fieldsOf(wish), ...changedSpan(wish, before), ...own }));
      return { ...posted, ...moved };
    },
    cancel: (id) => put(id, () => ({ status: 'cancelled' })),
  };
}

interface Asking {
  readonly transport: Transport;
  /** The body of the answer, as JSON. */
  send(task: string, request: WireRequest): Promise<unknown>;
}

function asking(transport: Transport): Asking {
  const { url } = transport;
  const send: Asking['send'] = async (task, request) => {
    const response = await transport.send(request);
    const { status } = response;
    const body = jsonBody(response);
    if (status >= 200 && status < 300) return body;
    const problem = validationDetail(body) ?? describeBody(response);
    if (status === 401)
      throw new VenfleetError('VTN_TOKEN_REFUSED', { url, what: 'the token', status, problem });
    throw new VenfleetError('EVENT_REFUSED', { url, task, problem: `HTTP ${status}: ${problem}` });
  };
  return { transport, send };
}

async function idOf({ transport, send }: Asking, task: string, path: string, body: object): Promise<string> {
  const made = await send(task, { method: 'POST', path, body: JSON.stringify(body) });
  const id = idField(made);
  if (id !== undefined) return id;
  // Made or not: without an id nobody can say more of it.
  throw new VenfleetError('EVENT_REFUSED', { url: transport.url, task, problem: 'its answer has no id' });
}

function fieldsOf({ name, priority, targets }: EventWish): Fields {
  return {
    ...(name !== undefined && { event_name: name }),
    ...(priority !== undefined && { priority }),
    ...(targets && {
      event_targets: targets.map(({ type, value }) => (type === null ? value : { type, values: [value] })),
    }),
  };
}

function startOf(start: EventWish['start']): Date {
  return start === undefined || start === 'now' ? new Date() : start;
}

/** The dates of an event and its only interval. */
function spanOf(start: Date, duration: string, payload: object): Fields {
  const end = endOf(start, duration);
  const period = { start: start.toISOString(), duration };
  return {
    start_date: start.toISOString(),
    ...(end && { end_date: end.toISOString() }),
    intervals: [{ id: 0, interval_period: period, payloads: [payload] }],
  };
}

interface KeptInterval {
  readonly interval_period?: { readonly duration?: string | null } | null;
  readonly payloads?: readonly { readonly type: string; readonly values: readonly unknown[] }[];
}

/** Nothing, where neither the time nor the payload changes. */
function changedSpan(wish: EventWish, { start_date, intervals }: Fields): Fields {
  const [first] = (intervals ?? []) as readonly KeptInterval[];
  const before = first?.payloads?.[0];
  const payload = payloadOf(wish, before);
  if (payload === undefined && wish.start === undefined && wish.duration === undefined) return {};
  const start = wish.start === undefined ? new Date(String(start_date)) : startOf(wish.start);
  const duration = wish.duration ?? first?.interval_period?.duration ?? defaultEventDuration;
  return { end_date: null, ...spanOf(start, duration, (payload ?? before) as object) };
}

const durationForm =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** When it is over, months and years by the calendar; undefined: never. */
function endOf(start: Date, duration: string): Date | undefined {
  const parts =
    durationForm
      .exec(duration)
      ?.slice(1)
      .map((part) => Number(part ?? 0)) ?? [];
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  if (years >= 9999) return undefined;
  const end = new Date(start);
  end.setUTCMonth(end.getUTCMonth() + years * 12 + months, end.getUTCDate() + weeks * 7 + days);
  end.setTime(end.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000);
  return end;
}
