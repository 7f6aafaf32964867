import { type Asking, createCollection, type Handlers, type Rules } from '../machine/collection.ts';
import type { Dialect } from '../machine/dialect.ts';
import { createRouter, type RouteTable } from '../machine/router.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Auth } from '../machine/tokens.ts';
import { countWord } from '../points/count-word.ts';
import { bulkHandler } from './bulk.ts';
import { createEvents, type HeldEvents } from './events/events.ts';
import { createPrograms, type HeldPrograms } from './events/programs.ts';
import { createResponses } from './events/responses.ts';
import { createFlexFleet, type FlexFleet } from './flex-fleet.ts';
import { mannerOf } from './manner.ts';
import { createMeterData } from './meter-data.ts';
import { type PageQuery, readPageQuery } from './page-query.ts';
import { problem, refuse, refuseFields } from './problems.ts';
import { checkResource, checkVen, type ResourceBody, type VenBody } from './resource-check.ts';
import { singleReportHandler } from './single-reports.ts';

/** The `flex-gateway` VTN: plain REST in snake_case, with the error bodies of FastAPI. */
export function createFlexGateway(switches: SimulatorSwitches, auth: Auth): Dialect {
  const fleet = createFlexFleet(switches);
  const meterData = createMeterData(fleet.resources);
  const manner = mannerOf(switches, auth);
  const vens = createCollection(manner, fleet.vens, venRules(fleet, switches, auth));
  const programs: HeldPrograms = createPrograms(manner, fleet, (id) => isInUse(events, id));
  const events: HeldEvents = createEvents(manner, fleet, programs);
  const responses = createResponses(manner, fleet, events);
  const forget = (n: number) => {
    meterData.forget(n);
    programs.forgetResource(n);
  };
  const resources = createCollection(manner, fleet.resources, resourceRules(fleet, switches, forget));
  const route = createRouter(
    {
      '/resources': { GET: resources.list, POST: resources.add },
      '/vens': { GET: vens.list, POST: vens.add },
      '/resources/{id}': { GET: resources.get, PUT: resources.edit, DELETE: resources.remove },
      '/vens/{id}': { GET: vens.get, DELETE: vens.remove },
      '/report_data/bulk': { POST: bulkHandler(manner, fleet, meterData) },
      '/reports': { POST: singleReportHandler(manner, fleet, meterData) },
      '/programs': collectionRoutes(programs.handlers),
      '/programs/{id}': memberRoutes(programs.handlers),
      '/programs/{id}/resources': programs.enrolment,
      '/events': collectionRoutes(events.handlers),
      '/events/{id}': memberRoutes(events.handlers),
      '/events/{id}/responses': responses.handlers,
      '/auth/token': { POST: auth.issue },
    },
    problem,
  );
  return {
    route,
    problem,
    ...fleet.dialect,
    counts: () => ({
      ...fleet.dialect.counts(),
      programs: programs.slots.size,
      events: events.slots.size,
      points: meterData.total(),
    }),
    pages: {
      programs: programs.lines,
      events: events.lines,
      responses: responses.lines,
      enrolments: programs.enrolments,
    },
    points: () => meterData.held(fleet.describe),
    pointsIn: (kind, call) =>
      kind === 'POST /report_data/bulk' ? countWord(call.content(), '"interval_start"') : 0,
    wipe() {
      fleet.dialect.wipe();
      for (const { wipe } of [meterData, programs, events, responses]) wipe();
    },
    loseEvents: events.wipe,
  };
}

function collectionRoutes({ list, add }: Handlers): RouteTable[string] {
  return { GET: list, POST: add };
}

function memberRoutes({ get, edit, remove }: Handlers): RouteTable[string] {
  return { GET: get, PUT: edit, DELETE: remove };
}

function isInUse({ slots }: HeldEvents, programId: string): boolean {
  for (const n of slots.numbers()) if (slots.get(n)?.body.program_id === programId) return true;
  return false;
}

function venRules(fleet: FlexFleet, switches: SimulatorSwitches, auth: Auth): Rules<VenBody, PageQuery> {
  return {
    kind: 'VEN',
    query: (text) => readPageQuery(text, ['ven_name']),
    callerFirst: () => true,
    read(body) {
      refuseFields(checkVen(body));
      return body as VenBody;
    },
    reaches: () => true,
    narrow(_, { filters: { ven_name } }) {
      return ven_name === undefined ? undefined : { among: [fleet.venWith(ven_name) ?? []].flat() };
    },
    duplicates: () => switches.venDuplicates,
    add({ ven_name, client_name }) {
      const there = fleet.venWith(ven_name);
      return there === undefined ? fleet.addVen({ name: ven_name, clientName: client_name }) : { there };
    },
    remove(n) {
      if (fleet.vens.get(n)?.resources.length) refuse(409, 'VEN has resources');
      fleet.removeVen(n);
    },
    json: (n) => fleet.venJson(n),
    created(n, { ven_name, client_name }) {
      const id = fleet.vens.idOf(n);
      const auth_token = `ven-${id}`;
      auth.accept(auth_token, id);
      return JSON.stringify({ id, ven_name, client_name, auth_token });
    },
  };
}

function resourceRules(
  fleet: FlexFleet,
  switches: SimulatorSwitches,
  forget: (resource: number) => void,
): Rules<ResourceBody, PageQuery> {
  const venOf = ({ ven_name }: ResourceBody): number => {
    const ven = fleet.venWith(ven_name);
    if (ven === undefined && switches.unknownVenStatus === 422) {
      refuseFields([{ loc: ['body', 'ven_name'], msg: 'VEN not found' }]);
    }
    return ven ?? refuse(404, 'VEN not found');
  };
  return {
    kind: 'Resource',
    query: (text) => readPageQuery(text, ['external_resource_id', 'ven_name']),
    callerFirst: () => true,
    findsFirst: true,
    read(body) {
      refuseFields(checkResource(body, switches.serviceLocation));
      return body as ResourceBody;
    },
    reaches: () => true,
    narrow(_: Asking<PageQuery>, { filters }) {
      const { external_resource_id: externalId, ven_name: venName } = filters;
      const ofVen = venName === undefined ? undefined : fleet.vens.get(fleet.venWith(venName) ?? -1);
      const inVen = venName === undefined ? undefined : (ofVen?.resources ?? []);
      if (externalId === undefined) return inVen && { among: inVen };
      const ofBoth = inVen && new Set(inVen);
      return { among: fleet.resourcesWith(externalId), fits: (n) => ofBoth?.has(n) ?? true };
    },
    duplicates: () => switches.duplicates,
    add(body) {
      const ven = venOf(body);
      const [there] = fleet.resourcesWith(body.external_resource_id);
      return there === undefined || switches.duplicates === 'accept' ? fleet.add(ven, body) : { there };
    },
    replace(n, body) {
      const ven = venOf(body);
      const there = fleet.resourcesWith(body.external_resource_id);
      if (there.length > 0 && !there.includes(n)) refuse(409, 'Resource already exists');
      fleet.replace(n, ven, body);
    },
    remove(n) {
      fleet.removeResource(n);
      forget(n);
    },
    json: (n) => fleet.resourceJson(n),
    created: (n, body, call) => echo(call.text(), body, fleet.resources.idOf(n)),
  };
}

/** The body with another id: put into the text where it is written as usual, since that is much faster. */
function echo(text: string, resource: ResourceBody, id: string): string {
  const before = '"id":"';
  const at = text.indexOf(`${before}${resource.id}"`);
  if (at < 0) return JSON.stringify({ ...resource, id });
  const from = at + before.length;
  return text.slice(0, from) + id + text.slice(from + resource.id.length);
}
