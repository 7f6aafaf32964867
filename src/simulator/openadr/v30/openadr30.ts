import type { Dialect } from '../../machine/dialect.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import type { Auth } from '../../machine/tokens.ts';
import { identifying } from '../access.ts';
import { createPacker } from '../attributes.ts';
import { dialectOf, health, methods, tokenEndpoint } from '../openadr-dialect.ts';
import { createVenStore } from '../ven-store.ts';
import { objects30 } from './objects.ts';
import { resources30, vens30 } from './vens.ts';

/** An OpenADR 3.0 VTN that behaves as OpenLEADR 0.1 does. */
export function createOpenAdr30(switches: SimulatorSwitches, auth: Auth): Dialect {
  const identify = identifying(auth, switches, undefined);
  const store = createVenStore('3.0', switches);
  const vtn = { switches, identify, store, pack: createPacker() };
  return dialectOf(store, objects30(vtn), {
    '/vens/{venID}/resources': methods(resources30(vtn)).all,
    '/vens/{venID}/resources/{id}': methods(resources30(vtn)).one,
    '/vens': methods(vens30(vtn)).all,
    '/vens/{id}': methods(vens30(vtn)).one,
    '/auth/token': { POST: tokenEndpoint(auth, 'Basic realm="VTN"') },
    '/health': { GET: health },
  });
}
