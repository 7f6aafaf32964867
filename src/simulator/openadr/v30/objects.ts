import type { Slots } from '../../machine/slots.ts';
import type { Caller } from '../../machine/tokens.ts';
import { rolesOf } from '../access.ts';
import { type Collection, type Content, createCollection, type Rules, type Stored } from '../collection.ts';
import { unknownReference } from '../conflict.ts';
import { schemasOf } from '../object-readers.ts';
import { hasQueryTarget, isForVen, vensOf, withVenNames } from '../privacy.ts';
import { refuse } from '../problem.ts';
import { createStamps } from '../stamps.ts';
import {
  compareEvents,
  demandUnique,
  demandUnused,
  matchesSubscription,
  type Objects,
} from '../v31/objects.ts';
import type { Vtn } from '../vtn.ts';

/** Programs, events, reports and subscriptions of 3.0. */
export function objects30(vtn: Vtn): Objects {
  const { switches, identify } = vtn;
  const stamps = createStamps();
  const make = (rulesOf: (slots: Slots<Stored>) => Rules) =>
    createCollection('3.0', switches, identify, stamps, rulesOf);
  const programs: Collection = make((slots) => programRules(vtn, slots, () => events));
  const events: Collection = make(() => eventRules(vtn, programs, () => reports));
  const reports: Collection = make((slots) => reportRules(vtn, slots, programs, events));
  const subscriptions = make(() => subscriptionRules);
  return { programs, events, reports, subscriptions };
}

const plain = { write: (metadata: Content, content: Content) => ({ ...metadata, ...content }) };

function demandBusiness(caller: Caller): void {
  if (!rolesOf(caller).business) refuse(403, 'User does not have the required role');
}

function programRules({ store }: Vtn, slots: Slots<Stored>, events: () => Collection): Rules {
  return {
    ...plain,
    read: schemasOf('3.0').program,
    demand: (caller, action) => action === 'see' || demandBusiness(caller),
    seen(caller, one, query) {
      const { ven, business } = rolesOf(caller);
      const listed = query === undefined || ven || business;
      // By id also those see it who act for no VEN at all.
      const open = business || (!ven && query === undefined) || isForVen(store, caller, one.vens);
      return listed && open ? withVenNames(store, caller, one) : undefined;
    },
    owns: () => true,
    matches: (one, query) => hasQueryTarget(one.content, query),
    accept(content, _caller, before) {
      demandUnique(slots, 'programName', content.programName, before);
      const all = (content.targets ?? []) as readonly { type: string; values: readonly string[] }[];
      const names = all.filter(({ type }) => type === 'VEN_NAME').map(({ values }) => values[0] ?? '');
      const vens = names.map(
        (name) =>
          store.venByName(name) ??
          refuse(before ? 400 : 409, 'One or multiple VEN names linked in the program do not exist'),
      );
      const targets = all.filter(({ type }) => type !== 'VEN_NAME');
      const { targets: _, ...rest } = content;
      const kept = targets.length > 0 ? { ...rest, targets } : rest;
      // Without VEN names an update leaves the VENs as they were, as OpenLEADR.
      return { content: kept, vens: vens.length > 0 ? vens : (before?.vens ?? []) };
    },
    release: (id) => demandUnused(events().slots, 'programID', id),
    newestFirst: true,
  };
}

function eventRules({ store }: Vtn, programs: Collection, reports: () => Collection): Rules {
  const vensOfProgram = (one: Stored) =>
    programs.slots.get(programs.slots.find(one.content.programID as string) ?? -1)?.vens ?? [];
  return {
    ...plain,
    read: schemasOf('3.0').event,
    demand: (caller, action) => action === 'see' || demandBusiness(caller),
    seen(caller, one) {
      const { ven, business } = rolesOf(caller);
      return business || (ven && isForVen(store, caller, vensOfProgram(one))) ? one.content : undefined;
    },
    owns: () => true,
    matches: (one, query) =>
      (query.filters.programID === undefined || one.content.programID === query.filters.programID) &&
      hasQueryTarget(one.content, query),
    accept(content) {
      const there = programs.slots.find(content.programID as string);
      return there === undefined ? refuse(409, unknownReference) : { content, vens: [] };
    },
    release: (id) => demandUnused(reports().slots, 'eventID', id),
    newestFirst: true,
    compare: compareEvents,
  };
}

function reportRules({ store }: Vtn, slots: Slots<Stored>, programs: Collection, events: Collection): Rules {
  const isOwn = (caller: Caller, one: Stored) => {
    const own = vensOf(store, caller);
    return rolesOf(caller).ven && one.vens.some((ven) => own.has(ven));
  };
  const seen = (caller: Caller, one: Stored) =>
    rolesOf(caller).business || isOwn(caller, one) ? one.content : undefined;
  return {
    ...plain,
    read: schemasOf('3.0').report,
    // As OpenLEADR.
    unchecked: ['skip', 'limit'],
    demand(caller, action) {
      if (action === 'remove') demandBusiness(caller);
      else if (action !== 'see' && !rolesOf(caller).ven) refuse(403, 'User does not have the required role');
    },
    seen,
    matches: ({ content }, { filters }) =>
      ['programID', 'eventID', 'clientName'].every(
        (field) => filters[field] === undefined || content[field] === filters[field],
      ),
    accept(content, caller, before) {
      const program = programs.slots.get(programs.slots.find(content.programID as string) ?? -1);
      const event = events.slots.get(events.slots.find(content.eventID as string) ?? -1);
      if (before === undefined) {
        if ((program && !isForVen(store, caller, program.vens)) || !event) return refuse(404);
        if (event.content.programID !== content.programID) {
          return refuse(400, 'event_id and program_id have to point to the same program');
        }
      } else if (!program || !event) return refuse(409, unknownReference);
      demandUnique(slots, 'reportName', content.reportName, before);
      const [ven] = vensOf(store, caller);
      return { content, vens: before?.vens ?? (ven === undefined ? [] : [ven]) };
    },
    newestFirst: true,
  };
}

/** As the specification has it; OpenLEADR of that generation has no subscriptions. */
const subscriptionRules: Rules = {
  ...plain,
  read: schemasOf('3.0').subscription,
  demand: () => undefined,
  seen: (caller, one) =>
    rolesOf(caller).business || one.clientId === caller.clientId ? one.content : undefined,
  matches: matchesSubscription,
  accept: (content) => ({ content, vens: [] }),
  newestFirst: false,
};
