import type { MqttBroker } from '../../machine/mqtt-broker.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import type { Caller } from '../../machine/tokens.ts';
import type { Change, Teller } from '../notices.ts';
import type { Ven } from '../openadr-fleet.ts';
import type { Vtn } from '../vtn.ts';
import { hasScope } from './scopes.ts';

/** What the simulator itself sees: all. */
const everything: Caller = { clientId: 'broker', role: 'any', scopes: undefined, venIds: [] };

const plural = {
  PROGRAM: 'programs',
  EVENT: 'events',
  REPORT: 'reports',
  SUBSCRIPTION: 'subscriptions',
  VEN: 'vens',
  RESOURCE: 'resources',
} as const;

/**
 * Publishes what was done on `events/create`, on the topics of a program (`programs/{id}/update`, `events/program/{id}/create`),
 * and on those of each VEN that may see the object (`vens/{id}/events/create`, `vens/{id}/update`), as OpenLEADR lays them out.
 */
export function mqttTeller({ fleet, notices, switches }: Vtn, broker: MqttBroker): Teller {
  const { vens } = fleet;
  return {
    isHeard: () => true,
    prepare(change) {
      const operation = change.operation.toLowerCase();
      const qos = switches.notifiersAs === 'openleadr' ? 0 : 1;
      const ready: (() => void)[] = [];
      const tell = (base: string, caller: Caller) => {
        const topic = `${base}/${operation}`;
        if (!broker.isHeard(topic)) return;
        const object = change.jsonFor(caller);
        if (object === undefined) return;
        const text = notices.text(change, object);
        ready.push(() => broker.publish(topic, text, qos));
      };
      for (const base of topicsOf(change)) tell(base, everything);
      for (const n of vensFor(change, vens)) {
        const ven = vens.get(n) as Ven;
        const own = `vens/${ven.id}`;
        tell(change.objectType === 'VEN' ? own : `${own}/${plural[change.objectType]}`, callerOf(ven));
      }
      return ready;
    },
  };
}

function topicsOf({ objectType, id, programId }: Change): string[] {
  const all = plural[objectType];
  if (objectType === 'PROGRAM') return [all, `${all}/${id}`];
  return objectType === 'EVENT' ? [all, `${all}/program/${programId}`] : [all];
}

/** The numbers of the VENs that have topics for such a thing. */
function vensFor({ objectType, venId }: Change, vens: Vtn['fleet']['vens']): Iterable<number> {
  if (objectType === 'PROGRAM' || objectType === 'EVENT') return vens.numbers();
  return [venId === undefined ? [] : (vens.find(venId) ?? [])].flat();
}

function callerOf({ id, clientId }: Ven): Caller {
  return { clientId, role: 'VEN', scopes: undefined, venIds: [id] };
}

/** Where topics of a VEN are said to be: OpenLEADR says so of topics on which it does not publish. */
export function venTopics(
  venId: string,
  kind: 'events' | 'programs' | 'resources' | undefined,
  { notifiersAs }: SimulatorSwitches,
): string {
  if (kind === undefined) return `vens/${venId}`;
  return notifiersAs === 'openleadr' ? `${kind}/vens/${venId}` : `vens/${venId}/${kind}`;
}

/** Business logic may hear all, a VEN what is for itself. */
export function mayHear({ fleet }: Vtn, caller: Caller, filter: string): boolean {
  if (hasScope(caller, 'read_all')) return true;
  const ven = fleet.vens.get(fleet.venOfClient(caller.clientId) ?? -1);
  if (!ven) return false;
  return [
    `vens/${ven.id}/`,
    ...['events', 'programs', 'resources'].map((kind) => `${kind}/vens/${ven.id}/`),
  ].some((own) => filter.startsWith(own));
}
