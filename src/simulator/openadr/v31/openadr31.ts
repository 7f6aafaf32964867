import { type Dialect, json } from '../../machine/dialect.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import type { Auth } from '../../machine/tokens.ts';
import { identifying } from '../access.ts';
import { createPacker } from '../attributes.ts';
import { dialectOf, health, methods, tokenEndpoint } from '../openadr-dialect.ts';
import { createVenStore } from '../ven-store.ts';
import { objects31 } from './objects.ts';
import { resources31 } from './resources.ts';
import { vens31 } from './vens.ts';

/** An OpenADR 3.1 VTN that behaves as OpenLEADR 0.2 does. */
export function createOpenAdr31(switches: SimulatorSwitches, auth: Auth): Dialect {
  const identify = identifying(auth, switches, 'Bearer realm="VTN"');
  const store = createVenStore('3.1', switches);
  const vtn = { switches, identify, store, pack: createPacker() };
  const objects = objects31(vtn);
  return dialectOf(store, objects, {
    '/resources': methods(resources31(vtn)).all,
    '/resources/{id}': methods(resources31(vtn)).one,
    '/vens': methods(vens31(vtn)).all,
    '/vens/{id}': methods(vens31(vtn)).one,
    '/auth/token': { POST: tokenEndpoint(auth, 'Bearer realm="VTN"') },
    '/auth/server': {
      GET: (call) => json(200, { tokenURL: `http://${call.headers.host}${call.basePath}/auth/token` }),
    },
    // As OpenLEADR without a broker, which says nothing of webhooks; topics are unknown paths.
    '/notifiers': {
      GET(call) {
        identify(call);
        return json(200, { WEBSOCKET: true });
      },
    },
    '/health': { GET: health },
  });
}
