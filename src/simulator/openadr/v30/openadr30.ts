import type { Dialect } from '../../machine/dialect.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import type { Auth } from '../../machine/tokens.ts';
import { openAdrDialect, tokenEndpoint } from '../openadr-dialect.ts';
import { resourceCollection } from '../resources.ts';
import { venCollection } from '../vens.ts';
import { createVtn } from '../vtn.ts';
import { objects30 } from './objects.ts';
import { resources30 } from './resources.ts';
import { vens30 } from './vens.ts';

/** An OpenADR 3.0 VTN that behaves as OpenLEADR 0.1 does. */
export function createOpenAdr30(switches: SimulatorSwitches, auth: Auth, seed: number): Dialect {
  const vtn = createVtn('3.0', switches, auth, { challenge: undefined, seed });
  const collections = {
    '/vens': venCollection(vtn, vens30(vtn)),
    '/vens/{venID}/resources': resourceCollection(vtn, resources30(vtn)),
  };
  return openAdrDialect(vtn, objects30(vtn), collections, {
    '/auth/token': { POST: tokenEndpoint(auth, 'Basic realm="VTN"') },
  });
}
