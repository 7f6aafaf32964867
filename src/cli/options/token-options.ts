import { authStyles, namesOfProfiles, openAdrRoles } from '../../api/option-values.ts';
import { oneOf, text } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** Who we are to the VTN. */
export const identityOptions = {
  token: spec({
    flags: '--token <token>',
    env: 'VENFLEET_TOKEN',
    help: 'bearer token; others on this machine may see it, so prefer VENFLEET_TOKEN or --token-file',
    helpOf: { vtn: 'the only bearer token to accept (default: any); prefer VENFLEET_TOKEN' },
    check: text(),
  }),
  tokenFile: spec({
    flags: '--token-file <file>',
    env: 'VENFLEET_TOKEN_FILE',
    help: 'file that holds the bearer token alone',
    check: text(),
    isPath: true,
  }),
  clientId: spec({
    flags: '--client-id <id>',
    env: 'VENFLEET_CLIENT_ID',
    help: 'OAuth2 client that fetches tokens; its secret is VENFLEET_CLIENT_SECRET or in --client-secret-file',
    check: text(),
  }),
  clientSecret: spec({
    env: 'VENFLEET_CLIENT_SECRET',
    help: 'secret of the OAuth2 client; has no flag, since others on this machine could see it',
    check: text(),
  }),
  clientSecretFile: spec({
    flags: '--client-secret-file <file>',
    env: 'VENFLEET_CLIENT_SECRET_FILE',
    help: "file that holds the client's secret alone",
    check: text(),
    isPath: true,
  }),
  credentialsFile: spec({
    flags: '--credentials-file <file>',
    env: 'VENFLEET_CREDENTIALS_FILE',
    help: 'JSON file with an OAuth2 client for each VEN: {"<VEN>": {"clientId", "clientSecret"}}; implies --role VEN',
    check: text(),
    isPath: true,
  }),
  authStyle: spec({
    flags: '--auth-style <style>',
    env: 'VENFLEET_AUTH_STYLE',
    help: `how the token endpoint takes the client: ${authStyles.join(', ')} (default: basic for ${namesOfProfiles(({ authStyle }) => authStyle === 'basic')}, else form)`,
    check: oneOf(authStyles),
  }),
  tokenUrl: spec({
    flags: '--token-url <url>',
    env: 'VENFLEET_TOKEN_URL',
    help: 'token endpoint (default: what the VTN names, else <vtn-url>/auth/token)',
    check: text(),
  }),
  scope: spec({
    flags: '--scope <scopes>',
    env: 'VENFLEET_SCOPE',
    help: 'scopes to ask for, with spaces in between',
    check: text(),
  }),
  audience: spec({
    flags: '--audience <audience>',
    env: 'VENFLEET_AUDIENCE',
    help: 'audience to ask for, where the authorization server wants one',
    check: text(),
  }),
  role: spec({
    flags: '--role <role>',
    env: 'VENFLEET_ROLE',
    help: 'OpenADR: speak as the business (BL, the default) or as the VENs themselves (VEN)',
    check: oneOf(openAdrRoles),
  }),
  clientIdTemplate: spec({
    flags: '--client-id-template <text>',
    env: 'VENFLEET_CLIENT_ID_TEMPLATE',
    help: 'OpenADR 3.1 as BL: clientID of VENs that are created; {ven} stands for the name (default: {ven})',
    check: text(),
  }),
} as const;

/** Whom we trust, and the client certificate. */
export const certificateOptions = {
  caFile: spec({
    flags: '--ca-file <file>',
    env: 'VENFLEET_CA_FILE',
    help: "PEM file with the certificate authorities to trust, in place of the system's",
    check: text(),
    isPath: true,
  }),
  certFile: spec({
    flags: '--cert-file <file>',
    env: 'VENFLEET_CERT_FILE',
    help: 'PEM file with the client certificate',
    check: text(),
    isPath: true,
  }),
  keyFile: spec({
    flags: '--key-file <file>',
    env: 'VENFLEET_KEY_FILE',
    help: "PEM file with the client certificate's key",
    check: text(),
    isPath: true,
  }),
} as const;
