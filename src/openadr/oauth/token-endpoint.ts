import { VenfleetError } from '../../core/errors.ts';
import { describeIssue } from '../call.ts';
import { parseBaseUrl } from '../http/base-url.ts';
import { checkToken } from '../http/http.ts';
import { createHttpSender } from '../http/http-pool.ts';
import { fieldsOf, parseJson } from '../http/json.ts';
import { redactor } from '../http/redact.ts';
import type { TlsOptions } from '../http/tls.ts';
import type { WireResponse } from '../http/transport.ts';
import { clientCredentialResponse } from '../schemas/common.ts';
import { authServerInfo } from '../schemas/v31.ts';
import type { AuthStyle } from './auth-styles.ts';

/** Where and how a client's credentials become a token. */
export interface TokenEndpointOptions {
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
  readonly tls?: TlsOptions;
  /** Milliseconds for each request. Default 30,000. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
}

export interface Grant {
  readonly token: string;
  /** Milliseconds; undefined where the endpoint does not say. */
  readonly expiresInMs: number | undefined;
}

/**
 * Makes the function that fetches a token (operation fetchToken; RFC 6749, sections 4.4 and 5). Once found, the
 * endpoint is kept. Throws VTN_URL, OAUTH_ENDPOINT and TLS_INVALID at once, and later what `oauthTokens` says.
 */
export function tokenFetcher(options: TokenEndpointOptions): () => Promise<Grant> {
  parseBaseUrl(options.vtnUrl);
  let endpoint = options.tokenUrl === undefined ? undefined : parseEndpoint(options.tokenUrl);
  let credentials = encodings(options)[0];
  return async () => {
    endpoint ??= parseEndpoint(await discoverTokenUrl(options));
    let response = await ask(endpoint, options, credentials);
    for (const other of encodings(options)) {
      if (response.status !== 401 || other === credentials) continue;
      const second = await ask(endpoint, options, other);
      if (second.status === 200) credentials = other;
      response = second;
    }
    return readGrant(endpoint.shown, options, response);
  };
}

/**
 * Finds a VTN's token endpoint: operation getAuthServerInfo of OpenADR 3.1; a VTN that has no such operation, as
 * in 3.0, keeps its tokens at `{vtnUrl}/auth/token`. Throws OAUTH_ENDPOINT, OAUTH_UNAVAILABLE, VTN_URL, VTN_TLS.
 */
export async function discoverTokenUrl(
  options: Pick<TokenEndpointOptions, 'vtnUrl' | 'tls' | 'timeoutMs' | 'userAgent'>,
): Promise<string> {
  const { origin, prefix, url } = parseBaseUrl(options.vtnUrl);
  const shown = `${url}/auth/server`;
  const endpoint = { origin, path: `${prefix}/auth/server`, shown };
  const response = await send(endpoint, options, 'GET', ['accept', 'application/json']);
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

interface Endpoint {
  readonly origin: string;
  readonly path: string;
  /** Without its query, for messages. */
  readonly shown: string;
}

/**
 * Unlike a base URL, an endpoint's may end in a slash or have a query (RFC 6749, section 3.2). Throws
 * OAUTH_ENDPOINT.
 */
function parseEndpoint(text: string): Endpoint {
  const query = text.indexOf('?');
  try {
    const { origin } = parseBaseUrl(query < 0 ? text : text.slice(0, query));
    const { pathname, search } = new URL(text);
    return { origin, path: pathname + search, shown: origin + pathname };
  } catch (error) {
    if (!(error instanceof VenfleetError)) throw error;
    const { url = '', problem = '' } = error.details;
    throw new VenfleetError('OAUTH_ENDPOINT', { url, problem });
  }
}

/**
 * The ways to put the credentials. RFC 6749, section 2.3.1, has them form-encoded within HTTP Basic, but many
 * servers take them as they are; the second is tried where the two differ and the first was refused.
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
  const headers = ['accept', 'application/json', 'content-type', 'application/x-www-form-urlencoded'];
  if (authorization === undefined) {
    form.set('client_id', options.clientId);
    form.set('client_secret', options.clientSecret);
  } else {
    headers.push('authorization', authorization);
  }
  return send(endpoint, options, 'POST', headers, form.toString());
}

/** Sends over a connection of its own: tokens are too rare to hold one open for them. */
async function send(
  endpoint: Endpoint,
  options: Pick<TokenEndpointOptions, 'tls' | 'timeoutMs' | 'userAgent'>,
  method: 'GET' | 'POST',
  headers: string[],
  body?: string,
): Promise<WireResponse> {
  const { tls, timeoutMs, userAgent = 'venfleet' } = options;
  const sender = createHttpSender({
    url: endpoint.origin,
    connections: 1,
    ...(tls && { tls }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  try {
    return await sender.send(method, endpoint.path, [...headers, 'user-agent', userAgent], body);
  } catch (error) {
    // To the VTN itself nothing was sent, however far this one came: never VTN_NO_ANSWER.
    if (!(error instanceof VenfleetError) || !error.retryable) throw error;
    const problem = String(error.details.problem);
    throw new VenfleetError('OAUTH_UNAVAILABLE', { url: endpoint.shown, problem }, { cause: error });
  } finally {
    await sender.close();
  }
}

function readGrant(url: string, options: TokenEndpointOptions, response: WireResponse): Grant {
  if (response.status !== 200) throw refusal(url, options, response);
  const answer = clientCredentialResponse.safeParse(parseJson(response.body));
  if (!answer.success && typeof fieldsOf(parseJson(response.body)).error === 'string')
    throw refusal(url, options, response);
  if (!answer.success)
    throw new VenfleetError('OAUTH_ENDPOINT', {
      url,
      problem: `its answer holds no token (${describeIssue(answer.error)})`,
    });
  const { access_token: token, expires_in: seconds } = answer.data;
  checkToken(token);
  return { token, expiresInMs: seconds !== null && seconds > 0 ? seconds * 1000 : undefined };
}

/** RFC 6749, section 5.2, says what an endpoint answers to whom it refuses; many keep to it only roughly. */
function refusal(url: string, options: TokenEndpointOptions, { status, body }: WireResponse): VenfleetError {
  const { clientId, scope = '' } = options;
  const { error, error_description: description, detail, title } = fieldsOf(parseJson(body));
  const texts = [error, description ?? detail ?? title].filter(
    (text) => typeof text === 'string' && text !== '',
  );
  const problem = withoutSecrets(texts.join(': ') || `status ${status}`, options).slice(0, 300);
  if (status === 429 || (status >= 500 && status !== 501))
    return new VenfleetError('OAUTH_UNAVAILABLE', { url, problem });
  if (error === 'invalid_scope') return new VenfleetError('OAUTH_SCOPE', { url, clientId, scope, problem });
  if (error === undefined && [404, 405, 501].includes(status))
    return new VenfleetError('OAUTH_ENDPOINT', { url, problem });
  if (error === undefined && status < 400) return new VenfleetError('OAUTH_ENDPOINT', { url, problem });
  return new VenfleetError('OAUTH_REFUSED', { url, clientId, status, problem });
}

/** An endpoint may quote what it was sent, in whichever style. */
function withoutSecrets(text: string, options: TokenEndpointOptions): string {
  const pairs = encodings({ ...options, style: 'basic' }).map((basic = '') =>
    basic.slice('Basic '.length).replace(/=+$/, ''),
  );
  return redactor([...pairs, options.clientSecret])(text);
}
