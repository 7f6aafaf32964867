import type { Caller } from '../../machine/tokens.ts';
import {
  compareEvents,
  demandUnused,
  hasFields,
  matchesSubscription,
  type ObjectCollection,
  type ObjectRules,
  type Objects,
  objectCollection,
  referred,
} from '../objects.ts';
import { refuse, refuseUnknownReference } from '../problem.ts';
import type { Stored } from '../stored-objects.ts';
import type { Vtn } from '../vtn.ts';
import { event, program, report, subscription } from './object-readers.ts';
import { isForVen, ownVens, withVenNames } from './privacy.ts';
import { demandRole, rolesOf } from './roles.ts';
import { hasTarget } from './targets.ts';

/** Programs, events, reports and subscriptions of 3.0. */
export function objects30(vtn: Vtn): Objects {
  const programs: ObjectCollection = objectCollection(
    vtn,
    programRules(vtn, () => events),
  );
  const events: ObjectCollection = objectCollection(
    vtn,
    eventRules(vtn, programs, () => reports),
  );
  const reports: ObjectCollection = objectCollection(vtn, reportRules(vtn, programs, events));
  return { programs, events, reports, subscriptions: objectCollection(vtn, subscriptionRules(vtn)) };
}

function programRules({ fleet }: Vtn, events: () => ObjectCollection): ObjectRules {
  return {
    objectType: 'PROGRAM',
    read: program,
    demand: (caller, action) => action === 'list' || action === 'get' || demandRole(caller, 'business'),
    seen(caller, one, query) {
      const { ven, business } = rolesOf(caller);
      const listed = query === undefined || ven || business;
      // By id also those see it who act for no VEN at all.
      const open = business || (!ven && query === undefined) || isForVen(fleet, caller, one.vens);
      return listed && open ? withVenNames(fleet, caller, one) : undefined;
    },
    owns: () => true,
    matches: (one, query) => hasTarget(one.content.targets, query),
    nameField: 'programName',
    accept(content, _caller, before, refuseTaken) {
      refuseTaken();
      const asked = (content.targets ?? []) as readonly { type: string; values: readonly string[] }[];
      const names = asked.filter(({ type }) => type === 'VEN_NAME').map(({ values }) => values[0] ?? '');
      const vens = names.map(
        (name) =>
          fleet.venNamed(name) ??
          refuse(before ? 400 : 409, 'One or multiple VEN names linked in the program do not exist'),
      );
      const targets = asked.filter(({ type }) => type !== 'VEN_NAME');
      const { targets: _, ...rest } = content;
      const kept = targets.length > 0 ? { ...rest, targets } : rest;
      // Without VEN names an update leaves the VENs as they were, as OpenLEADR.
      return { content: kept, vens: vens.length > 0 ? vens : (before?.vens ?? []) };
    },
    release: (id) => demandUnused(events(), 'programID', id),
    newestFirst: true,
  };
}

function eventRules(
  { fleet, switches }: Vtn,
  programs: ObjectCollection,
  reports: () => ObjectCollection,
): ObjectRules {
  return {
    objectType: 'EVENT',
    isHidden: () => switches.hideEvents,
    read: event,
    demand: (caller, action) => action === 'list' || action === 'get' || demandRole(caller, 'business'),
    seen(caller, { content }) {
      const { ven, business } = rolesOf(caller);
      const vens = referred(programs, content.programID)?.vens ?? [];
      return business || (ven && isForVen(fleet, caller, vens)) ? content : undefined;
    },
    owns: () => true,
    matches: ({ content }, query) =>
      hasFields(content, query, 'programID') && hasTarget(content.targets, query),
    accept: (content) => (referred(programs, content.programID) ? { content } : refuseUnknownReference()),
    release: (id) => demandUnused(reports(), 'eventID', id),
    newestFirst: true,
    compare: compareEvents,
  };
}

function reportRules(
  { fleet, switches, reports }: Vtn,
  programs: ObjectCollection,
  events: ObjectCollection,
): ObjectRules {
  const isOwn = (caller: Caller, one: Stored) => {
    const own = ownVens(fleet, caller);
    return rolesOf(caller).ven && one.vens.some((ven) => own.has(ven));
  };
  return {
    ...reports.rules,
    objectType: 'REPORT',
    read: report(reports.readResources),
    // As OpenLEADR.
    unchecked: ['skip', 'limit'],
    demand(caller, action) {
      if (action === 'remove') demandRole(caller, 'business');
      else if (action === 'add' || action === 'edit') demandRole(caller, 'ven');
    },
    seen: (caller, one) => (rolesOf(caller).business || isOwn(caller, one) ? one.content : undefined),
    matches: ({ content }, query) => hasFields(content, query, 'programID', 'eventID', 'clientName'),
    nameField: 'reportName',
    accept(content, caller, before, refuseTaken) {
      const program = referred(programs, content.programID);
      const event = referred(events, content.eventID);
      if (before === undefined) {
        if ((program && !isForVen(fleet, caller, program.vens)) || !event) return refuse(404);
        if (event.content.programID !== content.programID) {
          return refuse(400, 'event_id and program_id have to point to the same program');
        }
      } else if (!program || !event) return refuseUnknownReference();
      if (switches.reportDuplicates !== 'accept') refuseTaken();
      const [ven] = ownVens(fleet, caller);
      return { content, vens: before?.vens ?? (ven === undefined ? [] : [ven]) };
    },
    newestFirst: true,
  };
}

/** As the specification has it; OpenLEADR of that generation has no subscriptions. */
const subscriptionRules = ({ switches, webhooks }: Vtn): ObjectRules => ({
  objectType: 'SUBSCRIPTION',
  read: (body, at) => subscription(switches.noticeWords === 'POST')(body, at),
  confirm: webhooks.confirm,
  demand: () => undefined,
  seen: (caller, one) =>
    rolesOf(caller).business || one.clientId === caller.clientId ? one.content : undefined,
  matches: matchesSubscription,
  newestFirst: false,
});
