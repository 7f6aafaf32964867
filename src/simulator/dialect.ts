import { VenfleetError } from '../core/errors.ts';
import { createAuth } from './auth.ts';
import type { Dialect } from './exchange.ts';
import { createFlexGateway } from './flex/gateway.ts';
import type { SimulatorOptions, SimulatorSwitches } from './options.ts';

/** Makes the VTN that is to be played. Throws BAD_OPTION for an unknown one. */
export function createDialect(options: SimulatorOptions, switches: SimulatorSwitches): Dialect {
  const auth = createAuth(options, switches);
  switch (options.dialect ?? 'flex-gateway') {
    case 'flex-gateway':
      return createFlexGateway(switches, auth);
    default: {
      const problem = `the VTN simulator does not speak "${options.dialect}"`;
      throw new VenfleetError('BAD_OPTION', { problem, command: 'vtn' });
    }
  }
}
