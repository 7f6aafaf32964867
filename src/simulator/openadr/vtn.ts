import type { SimulatorSwitches } from '../options.ts';
import type { Identify } from './access.ts';
import type { Packer } from './packed.ts';
import type { VenStore } from './store.ts';

/** What all handlers of an OpenADR VTN share. */
export interface Vtn {
  readonly switches: SimulatorSwitches;
  readonly identify: Identify;
  readonly store: VenStore;
  readonly pack: Packer;
}
