import type { Transport } from '../../openadr/http/transport.ts';
import { defaultEventDuration, defaultEventProgram } from './defaults.ts';
import { type EventPoster, type EventWish, payloadOf } from './event-wish.ts';

/** As soon as it is heard of; and with a duration of nothing: not at all (User Guide, 7.3 and 7.9). */
const sentinel = '0001-01-01T00:00:00Z';

interface Period {
  readonly start?: string | null;
  readonly duration?: string | null;
  readonly randomizeStart?: string | null;
}

interface Interval {
  readonly id: number;
  readonly intervalPeriod?: Period | null;
  readonly payloads: readonly { readonly type: string; readonly values: readonly unknown[] }[];
}

/** What both versions have in an event, as far as it is looked at here. */
interface Event {
  readonly id: string;
  readonly programID: string;
  readonly intervalPeriod?: Period | null;
  readonly intervals?: readonly Interval[] | null;
}

interface Objects<Item> {
  create(request: object): Promise<Item>;
  update(id: string, request: object): Promise<Item>;
  get(id: string): Promise<Item>;
  list(): AsyncIterable<Item>;
}

/** The client of either version, which checks what it gets. */
interface Client {
  readonly version: '3.0' | '3.1';
  readonly programs: Objects<{ readonly id: string; readonly programName: string }>;
  readonly events: Objects<Event>;
}

/** Posts events to a VTN that speaks OpenADR. Throws what the client throws: OADR_FORBIDDEN, OADR_PROBLEM, … */
export async function openAdrPoster(transport: Transport, version: '3.0' | '3.1'): Promise<EventPoster> {
  const client = await clientOf(transport, version);
  const { events, programs } = client;
  const programFor = async (wanted: string) => {
    for await (const { id, programName } of programs.list()) {
      if (id === wanted || programName === wanted) return { programId: id, programMade: false };
    }
    return { programId: (await programs.create({ programName: wanted })).id, programMade: true };
  };
  const put = async (id: string, before: Event, change: object) => {
    const { programID } = before;
    await events.update(id, { ...requestOf(before), ...change });
    return { id, programId: programID, programMade: false };
  };
  return {
    async create(wish) {
      const program = await programFor(wish.program ?? defaultEventProgram);
      const period = {
        start: startOf(wish.start ?? new Date()),
        duration: wish.duration ?? defaultEventDuration,
      };
      const { id } = await events.create({
        programID: program.programId,
        ...fieldsOf(wish, version),
        intervalPeriod: { ...period, ...ifGiven('randomizeStart', wish.randomizeStart) },
        intervals: [{ id: 0, payloads: [payloadOf(wish)] }],
      });
      return { id, ...program };
    },
    async modify(id, wish) {
      const before = await events.get(id);
      const moved = wish.program === undefined ? undefined : await programFor(wish.program);
      const own = moved && { programID: moved.programId };
      const posted = await put(id, before, { ...fieldsOf(wish, version), ...timesOf(wish, before), ...own });
      return { ...posted, ...moved };
    },
    async cancel(id) {
      const before = await events.get(id);
      const intervals = before.intervals?.map(({ intervalPeriod: _, ...rest }) => rest);
      const intervalPeriod = { start: sentinel, duration: 'PT0S' };
      return put(id, before, { intervalPeriod, duration: undefined, ...(intervals && { intervals }) });
    },
  };
}

async function clientOf(transport: Transport, version: '3.0' | '3.1'): Promise<Client> {
  // What is sent is the VTN's to judge: the two versions' requests differ only in their targets.
  if (version === '3.1')
    return (await import('../../openadr/client-v31.ts')).createOpenAdr31Client(
      transport,
    ) as unknown as Client;
  return (await import('../../openadr/client-v30.ts')).createOpenAdr30Client(transport) as unknown as Client;
}

/** An event as a request: without what the VTN has added, and what is not there or empty. */
function requestOf(event: object): Record<string, unknown> {
  const ofVtn = ['id', 'createdDateTime', 'modificationDateTime'];
  return Object.fromEntries(
    Object.entries(event).filter(([name, value]) => {
      const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
      return !isEmpty && !ofVtn.includes(name);
    }),
  );
}

function fieldsOf({ name, priority, targets, reports }: EventWish, version: '3.0' | '3.1'): object {
  return {
    ...ifGiven('eventName', name),
    ...ifGiven('priority', priority),
    ...ifGiven(
      'targets',
      targets && (version === '3.1' ? targets.map(({ value }) => value) : byType(targets)),
    ),
    ...ifGiven(
      'reportDescriptors',
      reports?.map((payloadType) => ({ payloadType })),
    ),
  };
}

function byType(targets: NonNullable<EventWish['targets']>): object[] {
  const types = [...new Set(targets.map(({ type }) => type))];
  return types.map((type) => ({
    type,
    values: targets.filter((one) => one.type === type).map(({ value }) => value),
  }));
}

/** The times and the payload of a changed event; nothing where they stay. What is new is said once, for one interval. */
function timesOf(wish: EventWish, { intervalPeriod, intervals }: Event): object {
  const [first] = intervals ?? [];
  const payload = payloadOf(wish, first?.payloads[0]);
  const { start, duration, randomizeStart } = wish;
  const isMoved = start !== undefined || duration !== undefined || randomizeStart !== undefined;
  const before = intervalPeriod ?? first?.intervalPeriod ?? { start: sentinel };
  const period = {
    ...requestOf(before),
    ...ifGiven('start', start && startOf(start)),
    ...ifGiven('duration', duration),
    ...ifGiven('randomizeStart', randomizeStart),
  };
  const payloads = payload ? [payload] : first?.payloads;
  const single = isMoved || payload ? [{ id: first?.id ?? 0, payloads }] : undefined;
  return { ...(single && { intervalPeriod: period, intervals: single }) };
}

function startOf(start: Date | 'now'): string {
  return start === 'now' ? sentinel : start.toISOString();
}

function ifGiven(field: string, value: unknown): object {
  return value === undefined ? {} : { [field]: value };
}
