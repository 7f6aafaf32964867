import { VenfleetError } from '../../core/errors.ts';
import { describeIssue } from '../call.ts';
import { parseBaseUrl } from '../http/base-url.ts';
import { checkToken } from '../http/http.ts';
import { fieldsOf, parseJson } from '../http/json.ts';
import type { WireResponse } from '../http/transport.ts';
import { clientCredentialResponse } from '../schemas/common.ts';
import { authServerInfo } from '../schemas/v31.ts';
import type { AuthStyle } from './auth-styles.ts';
import { type Endpoint, type EndpointAccess, parseEndpoint, sendToEndpoint } from './endpoint-request.ts';
import { tokenRefusal } from './token-refusal.ts';

/** Where and how a client's credentials become a token. */
export interface TokenEndpointOptions extends EndpointAccess {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The VTN's base URL: where the token endpoint is looked for when `tokenUrl` is absent. */
  readonly vtnUrl: string;
  /** The token endpoint. Else what `GET {vtnUrl}/auth/server` names (3.1), else `{vtnUrl}/auth/token`. */
  readonly tokenUrl?: string;
  /** Scopes, with spaces in between. */
  readonly scope?: string;
  /** Sent as the parameter `audience`, which some authorization servers ask for. */
  readonly audience?: string;
  /** Credentials in the form body (default, as the OpenADR documents have it), or as HTTP Basic. */
  readonly style?: AuthStyle;
}

export interface Grant {
  readonly token: string;
  /** Milliseconds; undefined where the endpoint does not say. */
  readonly expiresInMs: number | undefined;
}

/**
 * Makes the function that fetches a token (operation fetchToken; RFC 6749, sections 4.4 and 5). Once found, the
 * endpoint is kept. Throws VTN_URL and OAUTH_ENDPOINT at once, and later what `oauthTokens` says.
 */
export function tokenFetcher(options: TokenEndpointOptions): () => Promise<Grant> {
  parseBaseUrl(options.vtnUrl);
  let endpoint = options.tokenUrl === undefined ? undefined : parseEndpoint(options.tokenUrl);
  let credentials = encodings(options)[0];
  return async () => {
    endpoint ??= parseEndpoint(await discoverTokenUrl(options));
    let response = await ask(endpoint, options, credentials);
    for (const other of encodings(options)) {
      if (other === credentials || !isClientRefused(response)) continue;
      const second = await ask(endpoint, options, other);
      if (second.status === 200) credentials = other;
      response = second;
    }
    return readGrant(endpoint.shown, options, response);
  };
}

/** RFC 6749 wants 401 for credentials in a header; 400 is for those in a form, but some servers know only that. */
function isClientRefused({ status, body }: WireResponse): boolean {
  return status === 401 || (status === 400 && fieldsOf(parseJson(body)).error === 'invalid_client');
}

/**
 * Finds a VTN's token endpoint: operation getAuthServerInfo of OpenADR 3.1; a VTN that has no such operation, as
 * in 3.0, has its token endpoint at `{vtnUrl}/auth/token`. Throws OAUTH_ENDPOINT, OAUTH_UNAVAILABLE, VTN_URL, VTN_TLS.
 */
export async function discoverTokenUrl(
  options: EndpointAccess & Pick<TokenEndpointOptions, 'vtnUrl'>,
): Promise<string> {
  const { origin, prefix, url } = parseBaseUrl(options.vtnUrl);
  const shown = `${url}/auth/server`;
  const endpoint = { origin, path: `${prefix}/auth/server`, shown };
  const response = await sendToEndpoint(endpoint, options, 'GET', []);
  if ([400, 401, 403, 404, 405, 501].includes(response.status)) return `${url}/auth/token`;
  if (response.status !== 200)
    throw new VenfleetError('OAUTH_UNAVAILABLE', { url: shown, problem: `status ${response.status}` });
  const info = authServerInfo.safeParse(parseJson(response.body));
  if (!info.success || !URL.canParse(info.data.tokenURL, shown))
    throw new VenfleetError('OAUTH_ENDPOINT', {
      url,
      problem: 'what its /auth/server answers names no "tokenURL"',
    });
  const found = new URL(info.data.tokenURL, shown);
  parseEndpoint(found.href);
  if (origin.startsWith('https:') && found.protocol !== 'https:')
    throw new VenfleetError('OAUTH_ENDPOINT', {
      url,
      problem: `its /auth/server names ${found.origin}, to which the secret would go in the clear`,
    });
  return found.href;
}

/**
 * The ways to write the credentials. RFC 6749, section 2.3.1, has them form-encoded within HTTP Basic, but many
 * servers take them as they are. Where the two differ and the first was refused, the second is tried.
 */
function encodings({ clientId, clientSecret, style }: TokenEndpointOptions): (string | undefined)[] {
  if (style !== 'basic') return [undefined];
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  return [...new Set([basic(encode(clientId), encode(clientSecret)), basic(clientId, clientSecret)])];
}

function ask(
  endpoint: Endpoint,
  options: TokenEndpointOptions,
  authorization: string | undefined,
): Promise<WireResponse> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (options.scope) form.set('scope', options.scope);
  if (options.audience) form.set('audience', options.audience);
  const headers = ['content-type', 'application/x-www-form-urlencoded'];
  if (authorization === undefined) {
    form.set('client_id', options.clientId);
    form.set('client_secret', options.clientSecret);
  } else {
    headers.push('authorization', authorization);
  }
  return sendToEndpoint(endpoint, options, 'POST', headers, form.toString());
}

function readGrant(url: string, options: TokenEndpointOptions, response: WireResponse): Grant {
  const answer = clientCredentialResponse.safeParse(parseJson(response.body));
  const isRefusal = !answer.success && typeof fieldsOf(parseJson(response.body)).error === 'string';
  if (response.status !== 200 || isRefusal) throw tokenRefusal(url, options, secretsOf(options), response);
  if (!answer.success)
    throw new VenfleetError('OAUTH_ENDPOINT', {
      url,
      problem: `its answer holds no token (${describeIssue(answer.error)})`,
    });
  const { access_token: token, expires_in: seconds } = answer.data;
  checkToken(token);
  return { token, expiresInMs: seconds !== null && seconds > 0 ? seconds * 1000 : undefined };
}

/** What an endpoint may repeat and nobody is to see: the secret, and what it is part of in either style. */
function secretsOf(options: TokenEndpointOptions): string[] {
  const pairs = encodings({ ...options, style: 'basic' }).map((basic = '') =>
    basic.slice('Basic '.length).replace(/=+$/, ''),
  );
  return [...pairs, options.clientSecret];
}
