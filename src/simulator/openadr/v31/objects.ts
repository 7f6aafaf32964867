import type { Slots } from '../../machine/slots.ts';
import { demandScope, hasScope } from '../access.ts';
import { type Collection, createCollection, type Rules, type Stored } from '../collection.ts';
import { unknownReference } from '../conflict.ts';
import { schemasOf } from '../object-readers.ts';
import { seenByTargets } from '../privacy.ts';
import { refuse } from '../problem.ts';
import { createStamps } from '../stamps.ts';
import type { Vtn } from '../vtn.ts';

export interface Objects {
  readonly programs: Collection;
  readonly events: Collection;
  readonly reports: Collection;
  readonly subscriptions: Collection;
}

/** Refuses (409) a name that another object has; no name is no other's. */
export function demandUnique(slots: Slots<Stored>, field: string, value: unknown, before?: Stored): void {
  if (value === undefined) return;
  for (const n of slots.numbers()) {
    const one = slots.get(n) as Stored;
    if (one !== before && one.content[field] === value) refuse(409, 'Conflict');
  }
}

/** Refuses (409) to delete what another object refers to. */
export function demandUnused(slots: Slots<Stored>, field: string, id: string): void {
  for (const n of slots.numbers()) {
    if (slots.get(n)?.content[field] === id) refuse(409, unknownReference);
  }
}

/** Events by priority, those without one last, and then the newest first. */
export function compareEvents(a: Stored, b: Stored): number {
  const rank = ({ content }: Stored) => (content.priority as number | null) ?? Infinity;
  return rank(a) === rank(b) ? b.created - a.created : rank(a) - rank(b);
}

/** Programs, events, reports and subscriptions of 3.1. */
export function objects31(vtn: Vtn): Objects {
  const { switches, identify } = vtn;
  const schemas = schemasOf('3.1');
  const stamps = createStamps();
  const make = (rulesOf: (slots: Slots<Stored>) => Rules) =>
    createCollection('3.1', switches, identify, stamps, rulesOf);
  const programs: Collection = make((slots) => ({
    ...targeted(vtn, 'write_programs'),
    read: schemas.program,
    matches: () => true,
    accept(content, _caller, before) {
      demandUnique(slots, 'programName', content.programName, before);
      return { content, vens: [] };
    },
    release: (id) => demandUnused(events.slots, 'programID', id),
  }));
  const events: Collection = make(() => ({
    ...targeted(vtn, 'write_events'),
    read: schemas.event,
    matches: ({ content }, { filters }) =>
      filters.programID === undefined || content.programID === filters.programID,
    accept(content) {
      const there = programs.slots.find(content.programID as string);
      return there === undefined ? refuse(409, unknownReference) : { content, vens: [] };
    },
    release: (id) => demandUnused(reports.slots, 'eventID', id),
    compare: compareEvents,
  }));
  const programOf = (report: Stored) =>
    events.slots.get(events.slots.find(report.content.eventID as string) ?? -1)?.content.programID;
  const reports: Collection = make((slots) => ({
    ...reportRules,
    read: schemas.report,
    // As OpenLEADR.
    unchecked: ['skip'],
    matches: (one, { filters }) =>
      (filters.programID === undefined || programOf(one) === filters.programID) &&
      (filters.eventID === undefined || one.content.eventID === filters.eventID) &&
      (filters.clientName === undefined || one.content.clientName === filters.clientName),
    accept(content, _caller, before) {
      const there = events.slots.find(content.eventID as string);
      if (there === undefined) return refuse(409, unknownReference);
      demandUnique(slots, 'reportName', content.reportName, before);
      return { content, vens: [] };
    },
  }));
  const subscriptions = make(() => ({ ...subscriptionRules, read: schemas.subscription }));
  return { programs, events, reports, subscriptions };
}

function targeted(
  { store }: Vtn,
  scope: string,
): Pick<Rules, 'demand' | 'seen' | 'owns' | 'write' | 'newestFirst'> {
  return {
    demand(caller, action) {
      if (action === 'see') demandScope(caller, 'read_all', 'read_targets');
      else demandScope(caller, scope);
    },
    seen: (caller, one, query) => seenByTargets(store, caller, one, query),
    // BL changes what any BL has made.
    owns: () => true,
    write: (metadata, content) => ({ ...metadata, ...content }),
    newestFirst: true,
  };
}

const reportRules: Pick<Rules, 'demand' | 'seen' | 'owns' | 'write' | 'newestFirst'> = {
  demand(caller, action) {
    if (action === 'see') demandScope(caller, 'read_all', 'read_ven_objects');
    else demandScope(caller, 'write_reports');
  },
  seen: (caller, one) =>
    hasScope(caller, 'read_all') || one.clientId === caller.clientId ? one.content : undefined,
  owns: (caller, one) => one.clientId === caller.clientId,
  write: (metadata, content, { clientId }) => ({ ...metadata, ...content, clientID: clientId }),
  newestFirst: true,
};

const subscriptionRules: Omit<Rules, 'read'> = {
  demand(caller, action) {
    if (action === 'see') demandScope(caller, 'read_all', 'read_ven_objects');
    else demandScope(caller, 'write_subscriptions_bl', 'write_subscriptions_ven');
  },
  seen: (caller, one) =>
    hasScope(caller, 'read_all') || one.clientId === caller.clientId ? one.content : undefined,
  owns: (caller, one) => hasScope(caller, 'write_subscriptions_bl') || one.clientId === caller.clientId,
  matches: matchesSubscription,
  accept: (content) => ({ content, vens: [] }),
  // As OpenLEADR spells it: `clientId`, and no `objectType`.
  write: (metadata, content, { clientId }) => ({ ...metadata, clientId, ...content }),
  newestFirst: false,
};

/** The filters of a listing of subscriptions; one without a program is for every program. */
export function matchesSubscription(
  { content }: Stored,
  { filters }: { filters: Readonly<Record<string, string>> },
): boolean {
  const { programID, clientName, objects } = filters;
  const operations = content.objectOperations as readonly { objects: readonly string[] }[];
  return (
    (clientName === undefined || content.clientName === clientName) &&
    (programID === undefined || content.programID === undefined || content.programID === programID) &&
    (objects === undefined || operations.some((one) => one.objects.includes(objects)))
  );
}
