import { type Handler, json } from '../../machine/dialect.ts';
import type { MqttBroker } from '../../machine/mqtt-broker.ts';
import type { RouteTable } from '../../machine/router.ts';
import type { Caller } from '../../machine/tokens.ts';
import type { ObjectCollection } from '../objects.ts';
import { refuse } from '../problem.ts';
import type { Vtn } from '../vtn.ts';
import { venTopics } from './mqtt-topics.ts';
import { demandScope, hasScope } from './scopes.ts';

/** `GET /notifiers`, and where there is a broker `/notifiers/mqtt/topics/…`; without one these paths are unknown. */
export function notifierRoutes(
  vtn: Vtn,
  programs: ObjectCollection,
  broker: MqttBroker | undefined,
): RouteTable {
  const list: Handler = (call) => {
    vtn.manner.identify(call);
    return json(200, notifiers(vtn, broker));
  };
  return { '/notifiers': { GET: list }, ...(broker && topicRoutes(vtn, programs, broker)) };
}

function notifiers({ switches }: Vtn, broker: MqttBroker | undefined): object {
  const isOpenLeadr = switches.notifiersAs === 'openleadr';
  return {
    // As OpenLEADR, which has nothing to say of webhooks.
    WEBSOCKET: true,
    ...(switches.webhooks && !isOpenLeadr && { WEBHOOK: true }),
    ...(broker && {
      MQTT: {
        URIS: [broker.url],
        serialization: 'JSON',
        authentication: authenticationOf(broker, isOpenLeadr),
      },
    }),
  };
}

function authenticationOf({ authentication: method }: MqttBroker, isOpenLeadr: boolean): object {
  if (method === 'ANONYMOUS') return { method };
  return { method: isOpenLeadr ? 'OAUTH2BEARERTOKEN' : method, username: '{clientID}' };
}

type Demand = (caller: Caller, id: string) => void;

function topicRoutes(vtn: Vtn, programs: ObjectCollection, { topicPrefix }: MqttBroker): RouteTable {
  const { fleet, switches, manner } = vtn;
  const topics = (base: (id: string) => string, demand: Demand): RouteTable[string] => ({
    GET(call, [id = '']) {
      // OpenLEADR asks nobody who he is.
      if (switches.notifiersAs !== 'openleadr') demand(manner.identify(call), id);
      const at = `${topicPrefix}${base(id)}`;
      const names = {
        CREATE: `${at}/create`,
        UPDATE: `${at}/update`,
        DELETE: `${at}/delete`,
        ALL: `${at}/+`,
      };
      return json(200, { topics: names });
    },
  });
  const forBusiness: Demand = (caller) => demandScope(caller, 'read_all');
  const forProgram: Demand = (caller, id) => {
    forBusiness(caller, id);
    if (programs.slots.find(id) === undefined) refuse(404);
  };
  const forVen: Demand = (caller, id) => {
    demandScope(caller, 'read_all', 'read_ven_objects');
    const n = fleet.vens.find(id);
    if (n === undefined || (!hasScope(caller, 'read_all') && fleet.venOfClient(caller.clientId) !== n))
      refuse(404);
  };
  const root = '/notifiers/mqtt/topics';
  const ofAll = ['programs', 'events', 'reports', 'subscriptions', 'vens', 'resources'];
  const ofVen = ['events', 'programs', 'resources'] as const;
  return {
    ...Object.fromEntries(ofAll.map((kind) => [`${root}/${kind}`, topics(() => kind, forBusiness)])),
    [`${root}/programs/{id}`]: topics((id) => `programs/${id}`, forProgram),
    [`${root}/programs/{id}/events`]: topics((id) => `events/program/${id}`, forProgram),
    [`${root}/vens/{id}`]: topics((id) => venTopics(id, undefined, switches), forVen),
    ...Object.fromEntries(
      ofVen.map((kind) => [
        `${root}/vens/{id}/${kind}`,
        topics((id) => venTopics(id, kind, switches), forVen),
      ]),
    ),
  };
}
