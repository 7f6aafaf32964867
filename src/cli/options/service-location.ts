import { namesOfProfiles, profileNamed } from '../../api/option-values.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';

type Context = Pick<CommandContext<'profile' | 'serviceLocation'>, 'command' | 'values' | 'sourceOf'>;

/**
 * The form of the service location, where the profile has one. Throws BAD_OPTION where another profile gets one by a flag,
 * which would do nothing; what stands in the environment or in a file may be for other commands.
 */
export function usedServiceLocation({
  command,
  values,
  sourceOf,
}: Context): Partial<Pick<Context['values'], 'serviceLocation'>> {
  const { profile, serviceLocation } = values;
  if (profileNamed(profile).takes.includes('serviceLocation')) return { serviceLocation };
  if (sourceOf('serviceLocation') !== 'flag') return {};
  const having = namesOfProfiles(({ takes }) => takes.includes('serviceLocation'));
  const problem = `--service-location is for profile ${having}; ${profile} has no choice of it.`;
  throw new VenfleetError('BAD_OPTION', { problem, command });
}
