import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseIdentity } from '../../../src/cli/options/identity.ts';
import { namesOf } from '../../../src/cli/options/option-spec.ts';
import { options } from '../../../src/cli/options/option-table.ts';
import { identityOptions } from '../../../src/cli/options/token-options.ts';
import { VenfleetError } from '../../../src/core/errors.ts';
import { createLogger } from '../../../src/core/log.ts';
import { resolveOptions } from '../../../src/core/options.ts';

const names = [...namesOf(identityOptions), 'profile'] as const;
const table = Object.fromEntries(names.map((name) => [name, options[name]])) as Pick<
  typeof options,
  (typeof names)[number]
>;

interface Given {
  flags?: Record<string, string>;
  env?: Record<string, string>;
  file?: Record<string, string>;
}

/** The identity that is chosen, or the message that refuses it. */
function chosen({ flags = {}, env = {}, file = {} }: Given): string {
  const command = 'plan';
  const resolved = resolveOptions(table, {
    command,
    flags,
    env,
    file: { path: 'config.json', values: file },
  });
  const { signal } = new AbortController();
  try {
    return chooseIdentity({ ...resolved, command, args: [], log: createLogger('silent'), signal });
  } catch (error) {
    assert.ok(error instanceof VenfleetError && error.code === 'BAD_OPTION');
    assert.equal(error.hint, 'See "venfleet plan --help".');
    return error.message;
  }
}

test('the identity given nearest to the command line counts', () => {
  const profile = 'openadr-3.1';
  const cases: [Given, string][] = [
    [{}, 'none'],
    [{ env: { VENFLEET_TOKEN: 'x' } }, 'token'],
    [{ flags: { clientId: 'x' }, env: { VENFLEET_TOKEN: 'x' } }, 'client'],
    [{ flags: { tokenFile: 'x' }, env: { VENFLEET_CLIENT_ID: 'x', VENFLEET_CLIENT_SECRET: 'x' } }, 'token'],
    [{ flags: { credentialsFile: 'x', profile }, env: { VENFLEET_TOKEN: 'x', VENFLEET_ROLE: 'BL' } }, 'vens'],
    [{ env: { VENFLEET_CLIENT_ID: 'x' }, file: { token: 'x' } }, 'client'],
    // Meant for other runs.
    [{ flags: { token: 'x' }, env: { VENFLEET_SCOPE: 'x', VENFLEET_ROLE: 'VEN' } }, 'token'],
    [{ env: { VENFLEET_TOKEN: 'x', VENFLEET_CLIENT_SECRET: 'x' } }, 'token'],
    [{ flags: { role: 'VEN', profile: 'openadr-3.0', token: 'x' } }, 'token'],
  ];
  for (const [given, identity] of cases) assert.equal(chosen(given), identity, JSON.stringify(given));
});

test('what contradicts, or would do nothing, is refused', () => {
  const [v31, v30] = [{ profile: 'openadr-3.1' }, { profile: 'openadr-3.0' }];
  const cases: [Given, RegExp][] = [
    [{ flags: { token: 'x', clientId: 'x' } }, /^a token and an OAuth2 client .* cannot go together/],
    [{ env: { VENFLEET_TOKEN: 'x', VENFLEET_CLIENT_ID: 'x' } }, /^a token and an OAuth2 client/],
    [{ flags: { ...v31, token: 'x', credentialsFile: 'x' } }, /^a token and a client for each VEN/],
    [
      { flags: { ...v31, clientId: 'x', credentialsFile: 'x' } },
      /^an OAuth2 client .* and a client for each VEN/,
    ],
    [{ flags: { token: 'x', tokenFile: 'x' } }, /^--token and --token-file/],
    [{ flags: { ...v31, credentialsFile: 'x', role: 'BL' } }, /leave --role BL out/],
    [{ flags: { ...v31, role: 'BL' }, env: { VENFLEET_CREDENTIALS_FILE: 'x' } }, /leave --role BL out/],
    [{ flags: { ...v31, credentialsFile: 'x', clientIdTemplate: 'x' } }, /^--client-id-template is for/],
    [{ flags: { ...v30, clientIdTemplate: 'x' } }, /^--client-id-template is for profile openadr-3\.1/],
    [{ flags: { clientIdTemplate: 'x' } }, /^--client-id-template is for profile openadr-3\.1/],
    [{ flags: { role: 'BL' } }, /^--role is for OpenADR/],
    [{ flags: { credentialsFile: 'x' } }, /^--credentials-file is for OpenADR/],
    [{ flags: { clientSecretFile: 'x' } }, /^--client-secret-file .* needs --client-id/],
    [{ flags: { clientSecretFile: 'x', token: 'x' } }, /^--client-secret-file .* needs --client-id/],
    [{ env: { VENFLEET_CLIENT_SECRET: 'x' } }, /name it with --client-id/],
    [{ flags: { token: 'x', scope: 'x' } }, /^--scope is for fetching tokens/],
    [{ flags: { authStyle: 'basic' } }, /^--auth-style is for fetching tokens/],
  ];
  for (const [given, says] of cases) assert.match(chosen(given), says, JSON.stringify(given));
});
