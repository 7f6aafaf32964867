import { type Clock, systemClock } from '../../core/clock.ts';
import { VenfleetError } from '../../core/errors.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { acceptEncoding } from '../http/answer-body.ts';
import { parseBaseUrl } from '../http/base-url.ts';
import { createHttpSender } from '../http/http-pool.ts';
import type { TlsOptions } from '../http/tls.ts';
import type { WireResponse } from '../http/transport.ts';
import { type OnPause, paceOf } from './token-request-pace.ts';

/** A request to a token endpoint that has ended: with an answer, or with the code of an error. */
export interface EndpointRequest {
  readonly method: 'GET' | 'POST';
  /** Without its query. */
  readonly url: string;
  readonly ms: number;
  readonly status?: number;
  readonly code?: string;
}

/** How the token endpoint, and what names it, is reached. */
export interface EndpointAccess {
  readonly tls?: TlsOptions;
  /** Milliseconds for each request. Default 30,000. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  /** The URL of a proxy, which may hold credentials, or 'none'. Default: HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxy?: string | 'none';
  readonly clock?: Clock;
  /** Ends what is under way, also the waiting for an endpoint that asked to be left alone, with OAUTH_UNAVAILABLE. */
  readonly signal?: AbortSignal;
  /** Told of each request when it has ended; never of a secret. */
  readonly onRequest?: (request: EndpointRequest) => void;
  readonly onPause?: OnPause;
}

/** An address taken apart. */
export interface Endpoint {
  readonly origin: string;
  readonly path: string;
  /** Without its query, for messages. */
  readonly shown: string;
}

/**
 * Unlike a base URL, an endpoint's may end in a slash or have a query (RFC 6749, section 3.2). Throws
 * OAUTH_ENDPOINT.
 */
export function parseEndpoint(text: string): Endpoint {
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
 * Sends when the endpoint has room, over a connection of its own: tokens are too rare to hold one open for them.
 * Throws OAUTH_UNAVAILABLE, never VTN_NO_ANSWER: however far this came, to the VTN itself nothing was sent.
 */
export async function sendToEndpoint(
  endpoint: Endpoint,
  access: EndpointAccess,
  method: 'GET' | 'POST',
  headers: string[],
  body?: string,
): Promise<WireResponse> {
  const { clock = systemClock, signal, onPause } = access;
  const url = endpoint.shown;
  try {
    const once = () => sendOnce(endpoint, access, method, headers, body);
    const response = await paceOf(url, clock).send(once, signal, onPause);
    if (response) return response;
    throw stopped(url);
  } catch (error) {
    if (!(error instanceof VenfleetError)) throw error;
    if (error.code === 'VTN_ENCODING') {
      const problem = `it answers in the content encoding "${error.details.encoding}", which cannot be read`;
      throw new VenfleetError('OAUTH_ENDPOINT', { url, problem }, { cause: error });
    }
    if (!error.retryable || error.code === 'OAUTH_UNAVAILABLE') throw error;
    const problem = String(error.details.problem);
    throw new VenfleetError('OAUTH_UNAVAILABLE', { url, problem }, { cause: error });
  }
}

async function sendOnce(
  { origin, path, shown: url }: Endpoint,
  { tls, timeoutMs, userAgent = 'venfleet', proxy, clock, signal, onRequest }: EndpointAccess,
  method: 'GET' | 'POST',
  headers: string[],
  body: string | undefined,
): Promise<WireResponse> {
  const sender = createHttpSender({
    url: origin,
    connections: 1,
    ...(tls && { tls }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(proxy !== undefined && { proxy }),
    ...(clock && { clock }),
  });
  const common = ['accept', 'application/json', 'accept-encoding', acceptEncoding, 'user-agent', userAgent];
  const startedAt = performance.now();
  const tell = (ended: { status: number } | { code: string }) =>
    onRequest?.({ method, url, ms: Math.round(performance.now() - startedAt), ...ended });
  try {
    const response = await unlessAborted(sender.send(method, path, [...headers, ...common], body), signal);
    if (!response) throw stopped(url);
    tell({ status: response.status });
    return response;
  } catch (error) {
    tell({ code: error instanceof VenfleetError ? error.code : 'unexpected' });
    throw error;
  } finally {
    await sender.close({ abandon: signal?.aborted ?? false });
  }
}

function stopped(url: string): VenfleetError {
  return new VenfleetError('OAUTH_UNAVAILABLE', { url, problem: 'what waited for one was stopped' });
}
