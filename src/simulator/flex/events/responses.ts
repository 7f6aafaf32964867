import { randomUUID } from 'node:crypto';
import type { Manner } from '../../machine/collection.ts';
import { type Handler, json } from '../../machine/dialect.ts';
import type { Caller } from '../../machine/tokens.ts';
import type { FlexFleet } from '../flex-fleet.ts';
import { refuse, refuseFields } from '../problems.ts';
import { checkResponse, type ResponseBody } from './event-check.ts';
import type { HeldEvents } from './events.ts';

/** What a VEN said of an event the last time. */
interface HeldResponse {
  readonly id: string;
  readonly event_id: string;
  readonly ven_id: string | null;
  readonly response_type: ResponseBody['response_type'];
  /** How often it has answered. */
  readonly times: number;
  readonly created_date: string;
}

export interface Responses {
  /** `/events/{id}/responses` */
  readonly handlers: Readonly<Record<'GET' | 'POST', Handler>>;
  /** All that came, also on events that are gone. */
  lines(): Iterable<object>;
  wipe(): void;
}

/** Answers to events: a VEN, which is known by its token, has one for each event. */
export function createResponses(manner: Manner, fleet: FlexFleet, events: HeldEvents): Responses {
  /** By event, then by VEN. */
  const held = new Map<string, Map<string, HeldResponse>>();
  const demandEvent = (id: string) => {
    if (events.slots.find(id) === undefined) refuse(404, 'Event not found');
  };
  const venOf = ({ venIds: [own] }: Caller, named: string | null | undefined): string | null => {
    if (own !== undefined && named && named !== own) refuse(403, 'Not the VEN of this token');
    const ven = own ?? named ?? null;
    if (ven !== null && fleet.vens.find(ven) === undefined) refuse(404, 'VEN not found');
    return ven;
  };
  return {
    handlers: {
      GET(call, [id = '']) {
        manner.identify(call);
        demandEvent(id);
        return json(200, [...(held.get(id)?.values() ?? [])]);
      },
      POST(call, [id = '']) {
        const caller = manner.identify(call);
        demandEvent(id);
        const body = manner.body(call);
        refuseFields(checkResponse(body));
        const { event_id, response_type, ven_id: named } = body as ResponseBody;
        if (event_id !== id)
          refuseFields([{ loc: ['body', 'event_id'], msg: 'Should be the id of the event' }]);
        const ven_id = venOf(caller, named);
        const ofEvent = held.get(id) ?? new Map<string, HeldResponse>();
        held.set(id, ofEvent);
        const key = ven_id ?? `client ${caller.clientId}`;
        const before = ofEvent.get(key);
        const response = {
          ...{ id: before?.id ?? randomUUID(), event_id, ven_id, response_type },
          times: (before?.times ?? 0) + 1,
          created_date: new Date().toISOString(),
        };
        ofEvent.set(key, response);
        return json(201, response);
      },
    },
    *lines() {
      for (const ofEvent of held.values()) {
        for (const response of ofEvent.values()) {
          const n = response.ven_id === null ? undefined : fleet.vens.find(response.ven_id);
          yield { ...response, ven_name: n === undefined ? null : fleet.vens.get(n)?.name };
        }
      }
    },
    wipe: () => held.clear(),
  };
}
