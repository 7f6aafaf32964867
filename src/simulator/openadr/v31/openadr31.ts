import { type Dialect, json } from '../../machine/dialect.ts';
import type { MqttBroker } from '../../machine/mqtt-broker.ts';
import type { RouteTable } from '../../machine/router.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import type { Auth } from '../../machine/tokens.ts';
import { openAdrDialect, tokenEndpoint } from '../openadr-dialect.ts';
import { resourceCollection } from '../resources.ts';
import { venCollection } from '../vens.ts';
import { createVtn } from '../vtn.ts';
import { mayHear, mqttTeller } from './mqtt-topics.ts';
import { notifierRoutes } from './notifiers.ts';
import { objects31 } from './objects.ts';
import { resources31 } from './resources.ts';
import { vens31 } from './vens.ts';

const challenge = 'Bearer realm="VTN"';

/** An OpenADR 3.1 VTN that behaves as OpenLEADR 0.2 does. */
export function createOpenAdr31(
  switches: SimulatorSwitches,
  auth: Auth,
  seed: number,
  broker?: MqttBroker,
): Dialect {
  const vtn = createVtn('3.1', switches, auth, { challenge, seed });
  const collections = {
    '/vens': venCollection(vtn, vens31(vtn)),
    '/resources': resourceCollection(vtn, resources31(vtn)),
  };
  const objects = objects31(vtn);
  if (broker) {
    vtn.notices.add(mqttTeller(vtn, broker));
    broker.allow((caller, filter) => mayHear(vtn, caller, filter));
  }
  const more = {
    '/auth/token': { POST: tokenEndpoint(auth, challenge) },
    '/auth/server': {
      GET: (call) => json(200, { tokenURL: `http://${call.headers.host}${call.basePath}/auth/token` }),
    },
    ...notifierRoutes(vtn, objects.programs, broker),
  } satisfies RouteTable;
  return openAdrDialect(vtn, objects, collections, more, broker);
}
