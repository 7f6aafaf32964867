import { VenfleetError } from '../../core/errors.ts';

/** An option, switch or request of the simulator's own pages that is wrong. */
export function badOption(problem: string, options?: ErrorOptions): VenfleetError {
  return new VenfleetError('BAD_OPTION', { problem, command: 'vtn' }, options);
}
