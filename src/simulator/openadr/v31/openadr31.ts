import { type Dialect, json } from '../../machine/dialect.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import type { Auth } from '../../machine/tokens.ts';
import { openAdrDialect, tokenEndpoint } from '../openadr-dialect.ts';
import { resourceCollection } from '../resources.ts';
import { venCollection } from '../vens.ts';
import { createVtn } from '../vtn.ts';
import { objects31 } from './objects.ts';
import { resources31 } from './resources.ts';
import { vens31 } from './vens.ts';

const challenge = 'Bearer realm="VTN"';

/** An OpenADR 3.1 VTN that behaves as OpenLEADR 0.2 does. */
export function createOpenAdr31(switches: SimulatorSwitches, auth: Auth): Dialect {
  const vtn = createVtn('3.1', switches, auth, challenge);
  const collections = {
    '/vens': venCollection(vtn, vens31(vtn)),
    '/resources': resourceCollection(vtn, resources31(vtn)),
  };
  return openAdrDialect(vtn, objects31(vtn), collections, {
    '/auth/token': { POST: tokenEndpoint(auth, challenge) },
    '/auth/server': {
      GET: (call) => json(200, { tokenURL: `http://${call.headers.host}${call.basePath}/auth/token` }),
    },
    // As OpenLEADR without a broker, which says nothing of webhooks; topics are unknown paths.
    '/notifiers': {
      GET(call) {
        vtn.manner.identify(call);
        return json(200, { WEBSOCKET: true });
      },
    },
  });
}
