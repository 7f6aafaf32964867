import { type Dispatcher, errors } from 'undici';
import type { Clock } from '../../core/clock.ts';
import { decodeText, decompress } from './answer-body.ts';
import { exchangeError, type FailedExchange } from './http-errors.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { WireResponse } from './transport.ts';

/** Takes out of an answer's body what nobody is to see. */
export type Clean = (status: number, body: string) => string;

/** What is the same for all exchanges with one server. */
export interface ExchangeLimits {
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
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits;
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
    limits: ExchangeLimits,
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
