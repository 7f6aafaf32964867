import { type Asking, createCollection, type Handlers, type Manner } from '../../machine/collection.ts';
import { createSlots, type Slots } from '../../machine/slots.ts';
import type { FlexFleet } from '../flex-fleet.ts';
import { type PageQuery, readPageQuery } from '../page-query.ts';
import { refuse, refuseFields } from '../problems.ts';
import { checkEvent, type EventBody, type EventStatus, timeOf } from './event-check.ts';
import type { HeldPrograms } from './programs.ts';

interface HeldEvent {
  readonly body: EventBody;
  readonly isCancelled: boolean;
  readonly modificationNumber: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export interface HeldEvents {
  readonly slots: Slots<HeldEvent>;
  readonly handlers: Handlers;
  lines(): Iterable<object>;
  wipe(): void;
}

/** `/events`: their status follows the clock, unless they are cancelled; each change raises their `modification_number`. */
export function createEvents(manner: Manner, fleet: FlexFleet, programs: HeldPrograms): HeldEvents {
  const { switches } = manner;
  const slots = createSlots<HeldEvent>(switches);
  const get = (n: number) => slots.get(n) as HeldEvent;
  const put = (n: number, body: EventBody, isCancelled: boolean) => {
    const { modificationNumber, createdMs } = get(n);
    const changed = { modificationNumber: modificationNumber + 1, createdMs, modifiedMs: Date.now() };
    slots.replace(n, { body, isCancelled, ...changed });
  };
  const tell = (n: number) => objectOf(slots.idOf(n), get(n));
  const isSeen = ({ action }: Asking<PageQuery>) =>
    !switches.hideEvents || (action !== 'get' && action !== 'list');
  const handlers = createCollection<EventBody, PageQuery>(manner, slots, {
    kind: 'Event',
    // As far as it is known, this VTN gives all events at once.
    query: (text) => readPageQuery(text, ['program_id', 'ven_id', 'status'], Infinity),
    callerFirst: () => true,
    findsFirst: true,
    read(body) {
      refuseFields(checkEvent(body));
      const { program_id, ven_id } = body as EventBody;
      if (programs.slots.find(program_id) === undefined) refuse(404, 'Program not found');
      if (ven_id && fleet.vens.find(ven_id) === undefined) refuse(404, 'VEN not found');
      return body as EventBody;
    },
    reaches: isSeen,
    narrow(asking, { filters: { program_id, ven_id, status } }) {
      if (!isSeen(asking)) return { among: [] };
      const isWanted = (wanted: string | undefined, value: unknown) =>
        wanted === undefined || wanted === value;
      return {
        fits(n) {
          const { body } = get(n);
          const fitsBody = isWanted(program_id, body.program_id) && isWanted(ven_id, body.ven_id);
          return fitsBody && isWanted(status, statusOf(get(n)));
        },
      };
    },
    add(body) {
      const now = Date.now();
      const dated = { modificationNumber: 0, createdMs: now, modifiedMs: now };
      return slots.add({ body, isCancelled: body.status === 'cancelled', ...dated });
    },
    replace: (n, body) => put(n, body, body.status === 'cancelled'),
    remove(n) {
      if (switches.deletedEvents === 'gone') slots.remove(n);
      else put(n, get(n).body, true);
    },
    json: (n) => JSON.stringify(tell(n)),
  });
  return {
    slots,
    handlers,
    *lines() {
      for (const n of slots.numbers()) yield tell(n);
    },
    wipe: slots.wipe,
  };
}

function statusOf({ body, isCancelled }: HeldEvent): EventStatus {
  if (isCancelled) return 'cancelled';
  const now = Date.now();
  if (now < (timeOf(body.start_date) as number)) return 'scheduled';
  return now < (timeOf(body.end_date) ?? Infinity) ? 'active' : 'completed';
}

function objectOf(id: string, event: HeldEvent): object {
  const { body, modificationNumber, createdMs, modifiedMs } = event;
  return {
    id,
    event_name: body.event_name,
    program_id: body.program_id,
    start_date: body.start_date,
    end_date: body.end_date ?? null,
    status: statusOf(event),
    modification_number: modificationNumber,
    priority: body.priority ?? null,
    event_targets: body.event_targets ?? [],
    ven_id: body.ven_id ?? null,
    notification_period: body.notification_period ?? null,
    intervals: body.intervals ?? [],
    created_date: new Date(createdMs).toISOString(),
    modification_date: new Date(modifiedMs).toISOString(),
  };
}
