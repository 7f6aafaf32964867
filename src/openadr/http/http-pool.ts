import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { type Clock, systemClock } from '../../core/clock.ts';
import { parseBaseUrl } from './base-url.ts';
import { type Clean, Exchange, type ExchangeLimits } from './exchange.ts';
import { type HttpProxy, proxyFor } from './proxy.ts';
import { type TlsOptions, tlsConnectOptions } from './tls.ts';
import type { WireRequest, WireResponse } from './transport.ts';

/** How to reach a server over HTTP. */
export interface HttpOptions {
  /** The base URL, http or https, perhaps with a path. */
  readonly url: string;
  /** Connections held open at most; each carries one request at a time. */
  readonly connections: number;
  /** Milliseconds to wait for the head of an answer, and again for its body. Default 30,000. */
  readonly timeoutMs?: number;
  readonly tls?: TlsOptions;
  /** A longer answer is an error. Default 4 MiB. */
  readonly maxAnswerBytes?: number;
  /** For dates in `Retry-After`, and for bodies that trickle. */
  readonly clock?: Clock;
  /** The URL of a proxy, which may hold credentials, or 'none'. Default: HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxy?: string | 'none';
}

/** A connection pool that sends ready-made requests: what is beneath a transport, and beneath OAuth. */
export interface HttpSender {
  readonly url: string;
  /**
   * `headers`: names and values by turns; `clean`: what is done to the answer's body. Throws what Transport says,
   * but for the token.
   */
  send(
    method: WireRequest['method'],
    path: string,
    headers: string[],
    body: WireRequest['body'],
    clean?: Clean,
  ): Promise<WireResponse>;
  /** `abandon`: see Transport. */
  close(how?: { readonly abandon: boolean }): Promise<void>;
}

/** The longest wait for a connection, in milliseconds. */
const longestConnectMs = 10_000;

/**
 * Makes a pool of keep-alive connections to one server. Nothing is sent before the first request.
 * Throws VTN_URL, TLS_INVALID and PROXY_INVALID.
 */
export function createHttpSender(options: HttpOptions): HttpSender {
  const base = parseBaseUrl(options.url);
  const secure = base.origin.startsWith('https:');
  const proxy = proxyFor(new URL(base.origin), options.proxy);
  const limits: ExchangeLimits = {
    url: base.url,
    timeoutMs: options.timeoutMs ?? 30_000,
    maxAnswerBytes: options.maxAnswerBytes ?? 4 * 1024 * 1024,
    clock: options.clock ?? systemClock,
    tls: !secure ? 'none' : options.tls?.cert === undefined ? 'anonymous' : 'certified',
    answered: false,
    proxy: proxy?.shown,
  };
  const connect = {
    ...(secure ? tlsConnectOptions(options.tls) : {}),
    timeout: Math.min(limits.timeoutMs, longestConnectMs),
    // Node allows an address 250 ms before it tries the next; a busy moment at the start takes longer.
    autoSelectFamilyAttemptTimeout: 1_000,
  };
  const poolOptions: Pool.Options = {
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: limits.timeoutMs,
    bodyTimeout: limits.timeoutMs,
    maxResponseSize: limits.maxAnswerBytes,
  };
  const pool = proxy
    ? proxyAgent(proxy, poolOptions, connect, options.tls)
    : new Pool(base.origin, { ...poolOptions, connect });
  return {
    url: base.url,
    // dispatch, as it costs least: measured on one core against a server of its own, 1.3 × undici's request.
    send: (method, path, headers, body, clean) =>
      new Promise((resolve, reject) => {
        pool.dispatch(
          { origin: base.origin, method, path: base.prefix + path, ...contentOf(headers, body) },
          new Exchange(limits, clean, resolve, reject),
        );
      }),
    close: ({ abandon } = { abandon: false }) => (abandon ? pool.destroy() : pool.close()),
  };
}

/** Of a body in pieces undici does not know the length: without it, it would be sent in chunks, which not every server takes. */
function contentOf(headers: string[], body: WireRequest['body']): Pick<ToSend, 'headers' | 'body'> {
  if (typeof body !== 'object' || body instanceof Uint8Array) return { headers, body: body ?? null };
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  // undici sends whatever can be gone through, piece by piece; its types know only streams of it.
  return { headers: [...headers, 'content-length', `${length}`], body: body as unknown as Uint8Array };
}

type ToSend = Dispatcher.DispatchOptions;

/**
 * The same pool behind a proxy: a tunnel (CONNECT) for https, requests that name the whole address for http. undici
 * would take neither our connections nor our time limits for it.
 */
function proxyAgent(
  proxy: HttpProxy,
  options: Pool.Options,
  connect: Readonly<Record<string, unknown>> & { timeout: number },
  tls: TlsOptions | undefined,
): Dispatcher {
  const { timeout } = connect;
  const { ca } = tls ?? {};
  // Our own certificate is for the server, not for the proxy.
  const proxyTls = proxy.url.startsWith('https:') ? tlsConnectOptions(ca === undefined ? {} : { ca }) : {};
  return new ProxyAgent({
    uri: proxy.url,
    connectTimeout: timeout,
    requestTls: connect,
    proxyTls: { ...proxyTls, timeout },
    factory: (origin, given) => new Pool(origin, { ...(given as Pool.Options), ...options }),
    clientFactory: (origin, given) =>
      new Pool(origin, { ...(given as Pool.Options), headersTimeout: timeout, bodyTimeout: timeout }),
  });
}
