import { z } from 'zod';
import type { ClientCredentials, VtnOptions } from '../../api/connect-vtn.ts';
import { profileNamed } from '../../api/option-values.ts';
import { describeError, type ErrorCode, VenfleetError } from '../../core/errors.ts';
import { nameKey, spelledTwice } from '../../core/same-name.ts';
import type { CommandContext } from '../command.ts';
import { readPemFile, readTextFile } from '../text-file.ts';
import { chooseIdentity } from './identity.ts';
import { namesOf } from './option-spec.ts';
import { usedServiceLocation } from './service-location.ts';
import { certificateOptions, identityOptions } from './token-options.ts';

/** The options that say which VTN, how it speaks and who we are to it. */
export const vtnAccessNames = [
  'vtnUrl',
  'profile',
  'serviceLocation',
  ...namesOf(identityOptions),
  ...namesOf(certificateOptions),
  'proxy',
] as const;

type VtnAccessContext = CommandContext<(typeof vtnAccessNames)[number]>;

/** What the options say of the VTN, with files read. Throws BAD_OPTION, TOKEN_FILE, CREDENTIALS_FILE, FILE_UNREADABLE. */
export function vtnAccess(context: VtnAccessContext): VtnOptions {
  const { values } = context;
  const { vtnUrl, profile, authStyle, tokenUrl, scope, audience, role, clientIdTemplate } = values;
  const identity = chooseIdentity(context);
  const { takes } = profileNamed(profile);
  return {
    vtnUrl,
    profile,
    ...usedServiceLocation(context),
    authStyle,
    tokenUrl,
    oauthScope: scope,
    audience,
    // A role farther away than the credentials of VENs is not meant for them.
    role: identity === 'vens' || !takes.includes('role') ? undefined : role,
    clientIdTemplate: takes.includes('clientIdTemplate') ? clientIdTemplate : undefined,
    ...(identity === 'token' && { bearerToken: bearerToken(context) }),
    ...(identity === 'client' && { credentials: clientCredentials(context) }),
    ...(identity === 'vens' && { venCredentials: venCredentials(values.credentialsFile) }),
    tls: tlsFiles(values),
    proxy: values.proxy,
  };
}

/** The same for what is business logic's alone: what VENs have is not asked for, and may stand in a file for other commands. */
export const businessAccessNames = [
  'vtnUrl',
  'profile',
  'token',
  'tokenFile',
  'clientId',
  'clientSecret',
  'clientSecretFile',
  'authStyle',
  'tokenUrl',
  'scope',
  'audience',
  ...namesOf(certificateOptions),
  'proxy',
] as const satisfies readonly (typeof vtnAccessNames)[number][];

/** As `vtnAccess`. */
export function businessAccess(context: CommandContext<(typeof businessAccessNames)[number]>) {
  // The options that are missing were not given.
  const access = vtnAccess(context as VtnAccessContext);
  const { role: _, venCredentials: _2, clientIdTemplate: _3, serviceLocation: _4, ...own } = access;
  return own;
}

function clientCredentials(context: VtnAccessContext): ClientCredentials | undefined {
  const { clientId } = context.values;
  if (clientId === undefined) return undefined;
  const clientSecret = nearer(context, 'clientSecret', 'clientSecretFile');
  if (clientSecret === undefined) {
    const problem = '--client-id needs its secret, in VENFLEET_CLIENT_SECRET or --client-secret-file.';
    throw new VenfleetError('BAD_OPTION', { problem, command: context.command });
  }
  return { clientId, clientSecret };
}

/** The token; that of a file is read anew when it is asked for, since others may renew it. */
function bearerToken(context: VtnAccessContext): string | (() => string) | undefined {
  const token = nearer(context, 'token', 'tokenFile');
  const path = context.values.tokenFile;
  if (path === undefined || context.nearest('token', 'tokenFile').has('token')) return token;
  return () => secretIn(path, 'token');
}

/** A secret itself, or that in its file; the one given nearer to the command line. */
function nearer(
  { values, nearest }: VtnAccessContext,
  name: 'token' | 'clientSecret',
  fileName: 'tokenFile' | 'clientSecretFile',
): string | undefined {
  const path = values[fileName];
  if (path === undefined || nearest(name, fileName).has(name)) return values[name];
  return secretIn(path, name === 'token' ? 'token' : 'client secret');
}

function secretIn(path: string, what: string): string {
  const content = readText(path, 'TOKEN_FILE', what).trim();
  if (content === '') throw new VenfleetError('TOKEN_FILE', { path, problem: 'it is empty', what });
  return content;
}

const credentialsShape = z.record(
  z.string(),
  z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
);

function venCredentials(path: string | undefined): Record<string, ClientCredentials> | undefined {
  if (path === undefined) return undefined;
  const content = readText(path, 'CREDENTIALS_FILE');
  const bad = (problem: string) => new VenfleetError('CREDENTIALS_FILE', { path, problem });
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    // The parser's own words could quote a secret.
    throw bad('it is not JSON');
  }
  const parsed = credentialsShape.safeParse(json);
  if (parsed.success) {
    const [twice] = spelledTwice(Object.keys(parsed.data));
    if (twice === undefined) return parsed.data;
    throw bad(
      `it names VEN "${nameKey(twice[0] ?? '')}" ${twice.length} times, in other spellings of Unicode or with spaces at the ends`,
    );
  }
  const [issue] = parsed.error.issues;
  throw bad(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
}

function tlsFiles({ caFile, certFile, keyFile }: VtnAccessContext['values']): VtnOptions['tls'] {
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return undefined;
  return {
    ...(caFile !== undefined && { ca: readText(caFile, 'FILE_UNREADABLE', '', readPemFile) }),
    ...(certFile !== undefined && { cert: readText(certFile, 'FILE_UNREADABLE', '', readPemFile) }),
    ...(keyFile !== undefined && { key: readText(keyFile, 'FILE_UNREADABLE', '', readPemFile) }),
  };
}

export function readText(path: string, code: ErrorCode, what = '', read = readTextFile): string {
  try {
    return read(path);
  } catch (error) {
    throw new VenfleetError(code, { path, problem: describeError(error), what }, { cause: error });
  }
}
