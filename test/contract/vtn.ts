import type { Generation, OpenLeadr } from '../interop/openleadr.ts';

/**
 * A VTN that the contract is held against: what the simulator and the real OpenLEADR have in common. `clear` deletes
 * everything but the clients. `createClient` takes scopes on 3.1, and on 3.0 roles: `{ role: 'VenManager' }`.
 */
export type ContractVtn = Pick<
  OpenLeadr,
  | 'generation'
  | 'url'
  | 'tokenUrl'
  | 'bl'
  | 'createClient'
  | 'createVenClient'
  | 'token'
  | 'signToken'
  | 'call'
  | 'clear'
  | 'stop'
>;

export interface ContractCandidate {
  readonly generation: Generation;
  readonly title: string;
  /** For `skip` of node:test: the reason, or false. */
  readonly skip: string | false;
  start(): Promise<ContractVtn>;
}

/** One part of the contract: declares its tests. `vtn` is for use within them, where it runs and is empty. */
export type Part = (vtn: () => ContractVtn, generation: Generation) => void;

let clients = 0;

/** An id that no client had before: clients outlive a test. */
export function newClientId(): string {
  return `client-${++clients}`;
}
