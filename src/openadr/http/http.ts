import { VenfleetError } from '../../core/errors.ts';
import { acceptEncoding } from './answer-body.ts';
import type { Clean } from './exchange.ts';
import { createHttpSender, type HttpOptions, type HttpSender } from './http-pool.ts';
import { redactor } from './redact.ts';
import type { StandAside, TokenSource, Transport, WireRequest, WireResponse } from './transport.ts';

export type { HttpOptions } from './http-pool.ts';

export interface TransportOptions extends HttpOptions {
  readonly tokens: TokenSource;
  /** Default "venfleet". */
  readonly userAgent?: string;
  /** Some servers repeat the token: whether it is taken out of errors (default), or of all answers. */
  readonly hideToken?: 'in-errors' | 'everywhere';
}

/** A transport over HTTP. */
export interface HttpTransport extends Transport {
  /**
   * The same connections under another identity: where each VEN has credentials of its own, one pool serves them
   * all. Closing either closes both.
   */
  withTokens(tokens: TokenSource): HttpTransport;
}

/**
 * Makes a transport to one VTN over HTTP/1.1: a pool of keep-alive connections with the token on every
 * request. `Transport` says which errors `send` throws. Where the token source can renew (`refused`), a 401
 * or 403 is tried once more with its new token. Throws VTN_URL, TLS_INVALID and PROXY_INVALID.
 */
export function createTransport(options: TransportOptions): HttpTransport {
  return transportOver(createHttpSender(options), options.tokens, options);
}

function transportOver(
  sender: HttpSender,
  tokens: TokenSource,
  options: Pick<TransportOptions, 'userAgent' | 'hideToken'>,
): HttpTransport {
  const headers = headerCache(options.userAgent ?? 'venfleet');
  const cleaned = cleanerCache(options.hideToken === 'everywhere');
  const sendWith = (request: WireRequest, token: string | undefined) =>
    sender.send(request.method, request.path, headers(token, request), request.body, cleaned(token));

  async function sendRenewing(
    request: WireRequest,
    standAside: StandAside = (wait) => wait,
  ): Promise<WireResponse> {
    if (request.withoutToken) return sendWith(request, undefined);
    const first = tokens.token();
    let token = typeof first === 'object' ? await standAside(first) : first;
    let response = await sendWith(request, token);
    let isRenewed = false;
    while (token !== undefined && isRefusal(response.status)) {
      const operation = operationOf(request);
      const ripening = callsTokenInvalid(response) ? tokens.calledInvalid?.(token) : undefined;
      let next = ripening && (await standAside(ripening));
      if (next === undefined && isRenewed) {
        tokens.refusedAgain?.(token, response.status, operation);
        break;
      }
      if (next === undefined) {
        const renewing = tokens.refused?.(token, response.status, operation);
        next = renewing && (await standAside(renewing));
        isRenewed = true;
      }
      if (next === undefined) break;
      token = next;
      response = await sendWith(request, token);
    }
    return response;
  }

  /** Without a promise of its own where the token is there: thousands of requests a second pass here. */
  function sendPlain(request: WireRequest): Promise<WireResponse> {
    try {
      const token = request.withoutToken ? undefined : tokens.token();
      if (typeof token === 'object') return token.then((known) => sendWith(request, known));
      return sendWith(request, token);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  return {
    url: sender.url,
    ...(tokens.isEmpty && { sendsNoToken: true }),
    send: tokens.refused === undefined ? sendPlain : sendRenewing,
    close: sender.close,
    withTokens: (others) => transportOver(sender, others, options),
  };
}

/** A token that is known beforehand and never renewed. Throws TOKEN_INVALID. */
export function staticToken(token: string | undefined): TokenSource {
  if (token !== undefined) checkToken(token);
  return { token: () => token, ...(token === undefined && { isEmpty: true }) };
}

/** What needs one scope, about: the method and the kind of thing; `/vens/1/resources` is about resources. */
function operationOf({ method, path }: WireRequest): string {
  const [first = '', , second = ''] = path.replace(/\?.*$/s, '').split('/').slice(1);
  return `${method} /${second || first}`;
}

function isRefusal(status: number): status is 401 | 403 {
  return status === 401 || status === 403;
}

/**
 * Whether the VTN says that the token itself is not valid, or not yet (RFC 6750, section 3.1, or in words of its own
 * of the claims "nbf" and "iat"), and not that something is not allowed.
 */
function callsTokenInvalid({ status, challenge = '', body }: WireResponse): boolean {
  if (status !== 401) return false;
  return /invalid_token|in the future|not yet valid|before its time|\b(nbf|iat)\b/i.test(
    `${challenge} ${body}`,
  );
}

/** Refuses what no header can carry; undici would refuse it too, but only with the first request. */
export function checkToken(token: string): void {
  const problem =
    token === '' ? 'it is empty' : /[^\x21-\x7e]/.test(token) ? 'it holds spaces or other signs' : undefined;
  if (problem !== undefined) throw new VenfleetError('TOKEN_INVALID', { problem });
}

/** A token so short could be part of any text. */
const shortestToken = 8;

/** What takes a token out of answers, kept until the token changes. Successes may be data: they have it as it is. */
function cleanerCache(everywhere: boolean): (token: string | undefined) => Clean | undefined {
  let cachedFor: string | undefined;
  let clean: Clean | undefined;
  return (token) => {
    if (token === cachedFor) return clean;
    cachedFor = token;
    clean = undefined;
    if (token === undefined || token.length < shortestToken) return clean;
    const redact = redactor([token]);
    clean = (status, body) => {
      if (status >= 300) return redact(body);
      return everywhere && body.includes(token) ? redact(body) : body;
    };
    return clean;
  };
}

/** The two header lists of a token, without and with a JSON body, kept until the token changes. */
function headerCache(userAgent: string) {
  const common = ['accept', 'application/json', 'accept-encoding', acceptEncoding, 'user-agent', userAgent];
  let cachedFor: string | undefined;
  let plain = common;
  let json = [...common, 'content-type', 'application/json'];
  return (token: string | undefined, request: WireRequest): string[] => {
    if (token !== cachedFor) {
      if (token !== undefined) checkToken(token);
      plain = token === undefined ? common : [...common, 'authorization', `Bearer ${token}`];
      json = [...plain, 'content-type', 'application/json'];
      cachedFor = token;
    }
    const { body, contentType, contentEncoding } = request;
    if (body === undefined) return plain;
    if (contentType === undefined && contentEncoding === undefined) return json;
    const encoding = contentEncoding === undefined ? [] : ['content-encoding', contentEncoding];
    return [...plain, 'content-type', contentType ?? 'application/json', ...encoding];
  };
}
