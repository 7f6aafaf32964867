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
import { refuseUnknownReference } from '../problem.ts';
import type { Stored } from '../stored-objects.ts';
import type { Vtn } from '../vtn.ts';
import { event, program, report, subscription } from './object-readers.ts';
import { demandScope, hasScope } from './scopes.ts';
import { seenByTargets } from './targets.ts';

/** Programs, events, reports and subscriptions of 3.1. */
export function objects31(vtn: Vtn): Objects {
  const programs: ObjectCollection = objectCollection(vtn, {
    ...targeted(vtn, 'write_programs'),
    objectType: 'PROGRAM',
    read: program,
    matches: () => true,
    nameField: 'programName',
    accept(content, _caller, _before, refuseTaken) {
      refuseTaken();
      return { content };
    },
    release: (id) => demandUnused(events, 'programID', id),
  });
  const events: ObjectCollection = objectCollection(vtn, {
    ...targeted(vtn, 'write_events'),
    objectType: 'EVENT',
    isHidden: () => vtn.switches.hideEvents,
    read: event,
    matches: ({ content }, query) => hasFields(content, query, 'programID'),
    accept: (content) => (referred(programs, content.programID) ? { content } : refuseUnknownReference()),
    release: (id) => demandUnused(reports, 'eventID', id),
    compare: compareEvents,
  });
  const reports: ObjectCollection = objectCollection(vtn, reportRules(vtn, events));
  return { programs, events, reports, subscriptions: objectCollection(vtn, subscriptionRules(vtn)) };
}

function targeted(
  { fleet }: Vtn,
  scope: string,
): Pick<ObjectRules, 'demand' | 'seen' | 'owns' | 'newestFirst'> {
  return {
    demand(caller, action) {
      if (action === 'list' || action === 'get') demandScope(caller, 'read_all', 'read_targets');
      else demandScope(caller, scope);
    },
    seen: (caller, one, query) => seenByTargets(fleet, caller, one, query),
    // BL changes what any BL has made.
    owns: () => true,
    newestFirst: true,
  };
}

/** What its maker sees, and BL. */
const seenByMaker = (caller: Caller, one: Stored) =>
  hasScope(caller, 'read_all') || one.clientId === caller.clientId ? one.content : undefined;

function reportRules({ switches, reports }: Vtn, events: ObjectCollection): ObjectRules {
  return {
    ...reports.rules,
    objectType: 'REPORT',
    programOf: (content) => referred(events, content.eventID)?.content.programID,
    read: report(reports.readResources),
    // As OpenLEADR.
    unchecked: ['skip'],
    demand(caller, action) {
      if (action === 'list' || action === 'get') demandScope(caller, 'read_all', 'read_ven_objects');
      else demandScope(caller, 'write_reports');
    },
    seen: seenByMaker,
    owns: (caller, one) => one.clientId === caller.clientId,
    matches({ content }, query) {
      const { programID } = referred(events, content.eventID)?.content ?? {};
      return (
        hasFields({ programID }, query, 'programID') && hasFields(content, query, 'eventID', 'clientName')
      );
    },
    nameField: 'reportName',
    accept(content, _caller, _before, refuseTaken) {
      if (!referred(events, content.eventID)) refuseUnknownReference();
      if (switches.reportDuplicates !== 'accept') refuseTaken();
      return { content };
    },
    write: (metadata, content, { clientId }) => ({ ...metadata, ...content, clientID: clientId }),
    newestFirst: true,
  };
}

const subscriptionRules = ({ switches, webhooks }: Vtn): ObjectRules => ({
  objectType: 'SUBSCRIPTION',
  read: (body, at) => subscription(switches.noticeWords === 'POST')(body, at),
  confirm: webhooks.confirm,
  demand(caller, action) {
    if (action === 'list' || action === 'get') demandScope(caller, 'read_all', 'read_ven_objects');
    else demandScope(caller, 'write_subscriptions_bl', 'write_subscriptions_ven');
  },
  seen: seenByMaker,
  owns: (caller, one) => hasScope(caller, 'write_subscriptions_bl') || one.clientId === caller.clientId,
  matches: matchesSubscription,
  // As OpenLEADR spells it: `clientId`, and no `objectType`.
  write: (metadata, content, { clientId }) => ({ ...metadata, clientId, ...content }),
  newestFirst: false,
});
