import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Identify } from './access.ts';
import type { Packer } from './attributes.ts';
import type { VenStore } from './ven-store.ts';

/** What all handlers of an OpenADR VTN share. */
export interface Vtn {
  readonly switches: SimulatorSwitches;
  readonly identify: Identify;
  readonly store: VenStore;
  readonly pack: Packer;
}
