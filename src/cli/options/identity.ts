import { namesOfProfiles, profileNamed } from '../../api/option-values.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import type { identityOptions } from './token-options.ts';

type IdentityOption = keyof typeof identityOptions;
export type IdentityContext = CommandContext<IdentityOption | 'profile'>;

/** As whom to speak: with a token, as an OAuth2 client, with one for each VEN; or with nothing. */
export type Identity = 'token' | 'client' | 'vens' | 'none';

const optionsOf: Readonly<Record<Exclude<Identity, 'none'>, readonly IdentityOption[]>> = {
  token: ['token', 'tokenFile'],
  client: ['clientId'],
  vens: ['credentialsFile'],
};

/**
 * The identity that is given nearest to the command line. Throws BAD_OPTION where two are equally near, and where
 * others are given as flags that it has no use for: what stands in the environment or in a file may be for other
 * commands.
 */
export function chooseIdentity(context: IdentityContext): Identity {
  const { values, nearest } = context;
  const refuse = (problem: string) => new VenfleetError('BAD_OPTION', { problem, command: context.command });
  const kinds = ['token', 'client', 'vens'] as const;
  const given = nearest(...kinds.flatMap((kind) => optionsOf[kind]));
  const chosen = kinds.filter((kind) => optionsOf[kind].some((name) => given.has(name)));
  if (chosen.length > 1) {
    const names = chosen.map((kind) => ways[kind]);
    throw refuse(
      `${names.join(' and ')} cannot go together; leave ${names.length > 2 ? 'all but one' : 'one'} out.`,
    );
  }
  const [identity = 'none'] = chosen;
  const useless = uselessFlag(identity, context);
  if (useless !== undefined) throw refuse(useless);
  if (identity === 'none' && (values.clientSecret ?? values.clientSecretFile) !== undefined)
    throw refuse('the secret of an OAuth2 client is given, but not the client: name it with --client-id.');
  return identity;
}

const ways = {
  token: 'a token',
  client: 'an OAuth2 client (--client-id)',
  vens: 'a client for each VEN (--credentials-file)',
};

/** What is said of a flag that would do nothing. */
function uselessFlag(identity: Identity, { values, sourceOf, nearest }: IdentityContext): string | undefined {
  const isFlag = (name: IdentityOption) => sourceOf(name) === 'flag';
  const { profile, role } = values;
  if (isFlag('token') && isFlag('tokenFile')) return '--token and --token-file cannot go together.';
  if (isFlag('clientSecretFile') && identity !== 'client')
    return '--client-secret-file is the secret of one OAuth2 client: it needs --client-id.';
  for (const name of ['authStyle', 'tokenUrl', 'scope', 'audience'] as const) {
    if (isFlag(name) && identity !== 'client' && identity !== 'vens')
      return `${flags[name]} is for fetching tokens: it needs --client-id or --credentials-file.`;
  }
  const { takes } = profileNamed(profile);
  if (isFlag('role') && !takes.includes('role'))
    return `--role is for OpenADR; profile ${profile} has no roles.`;
  if (identity === 'vens' && !takes.includes('venCredentials'))
    return `--credentials-file is for OpenADR; profile ${profile} knows one client.`;
  const speaksAsVens = identity === 'vens' || role === 'VEN';
  if (isFlag('clientIdTemplate') && (speaksAsVens || !takes.includes('clientIdTemplate'))) {
    const names = namesOfProfiles((one) => one.takes.includes('clientIdTemplate'));
    return `--client-id-template is for profile ${names} as business logic (--role BL).`;
  }
  if (identity === 'vens' && role === 'BL' && nearest('role', 'credentialsFile').has('role'))
    return 'with --credentials-file, VENs speak for themselves: leave --role BL out.';
  return undefined;
}

const flags = {
  authStyle: '--auth-style',
  tokenUrl: '--token-url',
  scope: '--scope',
  audience: '--audience',
};
