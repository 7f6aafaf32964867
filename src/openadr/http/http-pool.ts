import { type Dispatcher, errors, Pool, ProxyAgent } from 'undici';
import { type Clock, systemClock } from '../../core/clock.ts';
import { decodeText, decompress } from './answer-body.ts';
import { parseBaseUrl } from './base-url.ts';
import { exchangeError, type FailedExchange } from './http-errors.ts';
import { type HttpProxy, proxyFor } from './proxy.ts';
import { parseRetryAfter } from './retry-after.ts';
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

/** Takes out of an answer's body what nobody is to see. */
export type Clean = (status: number, body: string) => string;

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
    body: string | undefined,
    clean?: Clean,
  ): Promise<WireResponse>;
  close(): Promise<void>;
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
  const limits: Limits = {
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
          { origin: base.origin, method, path: base.prefix + path, headers, body: body ?? null },
          new Exchange(limits, clean, resolve, reject),
        );
      }),
    close: () => pool.close(),
  };
}

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

interface Limits {
  readonly url: string;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly clock: Clock;
  readonly tls: FailedExchange['tls'];
  /** Whether the server answered anything so far. */
  answered: boolean;
  readonly proxy: string | undefined;
}

/** One request on its way: collects the answer as undici hands it over. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: Limits;
  readonly #clean: Clean | undefined;
  readonly #resolve: (response: WireResponse) => void;
  readonly #reject: (error: Error) => void;
  #started = false;
  #status = 0;
  #contentType = '';
  #contentEncoding: string | undefined;
  #wwwAuthenticate: string | undefined;
  #location: string | undefined;
  #retryAfterMs: number | undefined;
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #deadline = 0;

  constructor(
    limits: Limits,
    clean: Clean | undefined,
    resolve: (response: WireResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#limits = limits;
    this.#clean = clean;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Called just before the first byte is written: until then the request surely never left. */
  onRequestStart(): void {
    this.#started = true;
  }

  onResponseStart(_: unknown, status: number, headers: Headers): void {
    // 102, 103: the answer itself is still to come.
    if (status < 200) return;
    this.#status = status;
    this.#limits.answered = true;
    this.#contentType = one(headers['content-type']) ?? '';
    this.#contentEncoding = several(headers['content-encoding']);
    const retryAfter = one(headers['retry-after']);
    if (retryAfter !== undefined) this.#retryAfterMs = parseRetryAfter(retryAfter, this.#limits.clock.now());
    if (status < 300) return;
    this.#wwwAuthenticate = several(headers['www-authenticate']);
    this.#location = one(headers.location);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#first === undefined) {
      this.#first = chunk;
      return;
    }
    const now = this.#limits.clock.monotonic();
    if (this.#rest === undefined) {
      this.#rest = [this.#first];
      this.#deadline = now + this.#limits.timeoutMs;
    }
    this.#rest.push(chunk);
    // undici's body time-out begins anew with each chunk; a body that trickles would never end.
    if (now > this.#deadline) controller.abort(new errors.BodyTimeoutError());
  }

  onResponseEnd(): void {
    const bytes = this.#rest === undefined ? this.#first : Buffer.concat(this.#rest);
    if (this.#contentEncoding === undefined || bytes === undefined) {
      this.#answer(bytes);
      return;
    }
    decompress(bytes, this.#contentEncoding, this.#limits.maxAnswerBytes).then(
      (decompressed) => this.#answer(decompressed),
      (error: Error) => {
        // What a server that is busy says besides, nobody needs.
        if (this.#status === 429 || this.#status >= 500) this.#answer(undefined);
        else this.#fail(error);
      },
    );
  }

  #answer(bytes: Buffer | undefined): void {
    const text = bytes === undefined ? '' : decodeText(bytes, this.#contentType);
    const clean = this.#clean;
    const response: WireResponse = {
      status: this.#status,
      contentType: mediaType(this.#contentType),
      retryAfterMs: this.#retryAfterMs,
      body: clean === undefined ? text : clean(this.#status, text),
    };
    if (this.#status < 300) this.#resolve(response);
    else {
      const challenge = cleaned(this.#wwwAuthenticate, this.#status, clean);
      const location = cleaned(this.#location, this.#status, clean);
      this.#resolve({
        ...response,
        ...(challenge !== undefined && { challenge }),
        ...(location !== undefined && { location }),
      });
    }
  }

  #fail(error: Error): void {
    this.#reject(exchangeError(error, { ...this.#limits, started: this.#started }));
  }

  onResponseError(_: unknown, error: Error): void {
    this.#fail(error);
  }
}

type Headers = Record<string, string | string[] | undefined>;

function cleaned(text: string | undefined, status: number, clean: Clean | undefined): string | undefined {
  return text === undefined || clean === undefined ? text : clean(status, text);
}

function several(header: string | string[] | undefined): string | undefined {
  return typeof header === 'object' ? header.join(', ') : header;
}

function one(header: string | string[] | undefined): string | undefined {
  return typeof header === 'object' ? header[0] : header;
}

/** `Application/JSON; charset=utf-8` → `application/json`. */
function mediaType(header: string): string {
  if (header === 'application/json') return header;
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase();
}
