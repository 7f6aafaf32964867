import { VenfleetError } from '../core/errors.ts';
import { createFlexGateway } from './flex/gateway.ts';
import type { Dialect } from './machine/dialect.ts';
import type { SimulatorOptions, SimulatorSwitches } from './machine/switches.ts';
import type { Auth } from './machine/tokens.ts';
import { createOpenAdr30 } from './openadr/v30/openadr30.ts';
import { createOpenAdr31 } from './openadr/v31/openadr31.ts';

/** Makes the VTN that is to be played. Throws BAD_OPTION for an unknown one. */
export function createDialect(options: SimulatorOptions, switches: SimulatorSwitches, auth: Auth): Dialect {
  switch (options.dialect ?? 'flex-gateway') {
    case 'flex-gateway':
      return createFlexGateway(switches, auth);
    case 'openadr-3.0':
      return createOpenAdr30(switches, auth);
    case 'openadr-3.1':
      return createOpenAdr31(switches, auth);
    default: {
      const problem = `the VTN simulator does not speak "${options.dialect}"`;
      throw new VenfleetError('BAD_OPTION', { problem, command: 'vtn' });
    }
  }
}
