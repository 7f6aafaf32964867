/** The contract that the real OpenLEADR and the simulator (simulator.test.ts) keep alike: see docs/interop.md. */
import { openLeadrs } from '../interop/openleadr.ts';
import { sameAsSimulator } from './same-answers.ts';
import { contract } from './suite.ts';

for (const candidate of await openLeadrs()) {
  contract(candidate, { 'the simulator': sameAsSimulator });
}
