/** The contract that the simulator and the real OpenLEADR (openleadr.interop.ts) keep alike. */
import { simulated } from './simulated.ts';
import { contract } from './suite.ts';

for (const candidate of simulated) contract(candidate);
