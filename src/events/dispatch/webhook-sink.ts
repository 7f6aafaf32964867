import { createHash, createHmac } from 'node:crypto';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { createHttpSender, type HttpSender } from '../../openadr/http/http-pool.ts';
import type { TlsOptions } from '../../openadr/http/tls.ts';
import { dispatchMessage } from './message.ts';
import type { Dispatch, Sink } from './sink.ts';

export interface WebhookSinkOptions {
  readonly name: string;
  /** http or https, without query. */
  readonly url: string;
  /** What the requests are signed with. */
  readonly secret: string;
  /** Dispatches in a request at most. Default 500. */
  readonly batchSize?: number | undefined;
  /** Requests under way at most. Default 4. */
  readonly inFlight?: number | undefined;
  /** Milliseconds to wait for an answer. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  readonly tls?: TlsOptions | undefined;
  /** See `HttpOptions.proxy`. */
  readonly proxy?: string | undefined;
  readonly lateAfterMs?: number | undefined;
}

/**
 * Hands dispatches to a web address: signed requests with many of them (docs/dispatch.md). An answer of 200 to 299 is for all
 * that a request held. Throws VTN_URL, TLS_INVALID and PROXY_INVALID.
 */
export function createWebhookSink(options: WebhookSinkOptions): Sink {
  const { name, url, batchSize = 500, inFlight = 4, timeoutMs = 10_000 } = options;
  const { tls, proxy } = options;
  const sender = createHttpSender({
    url,
    connections: inFlight,
    timeoutMs,
    ...(tls && { tls }),
    ...(proxy !== undefined && { proxy }),
  });
  const path = pathBelow(sender, url);
  const post = async (some: readonly Dispatch[], atMs: number): Promise<string | undefined> => {
    const body = `{"dispatches":[${some.map((dispatch) => dispatchMessage(dispatch, atMs, options.lateAfterMs)).join(',')}]}`;
    try {
      const { status } = await sender.send('POST', path, headersOf(some, body, atMs, options.secret), body);
      return status >= 200 && status < 300 ? undefined : `the answer was ${status}`;
    } catch (error) {
      return problemOf(error);
    }
  };
  return {
    name,
    batchSize: batchSize * inFlight,
    async handOver(batch, atMs, signal) {
      const failed = new Map<string, string>();
      const handSome = async (some: readonly Dispatch[]) => {
        const problem = signal.aborted
          ? stopped
          : await unlessAborted(post(some, atMs).then(resultOf), signal);
        const why = typeof problem === 'string' ? problem : problem === undefined ? stopped : problem.why;
        if (why !== undefined) for (const { id } of some) failed.set(id, why);
      };
      await eachAtMost(inFlight, portions(batch, batchSize), handSome);
      return { failed };
    },
    // Who gets a batch again knows it by its key, and each dispatch by its id.
    whichArrived: async () => new Set(),
    close: () => sender.close({ abandon: true }),
  };
}

const stopped = 'it was stopped';

/** So that no problem, and none awaited, are two things. */
function resultOf(why: string | undefined) {
  return { why };
}

/** The address itself is called, also where it ends in a slash, which a base URL does not keep. */
function pathBelow({ url }: HttpSender, given: string): string {
  return new URL(given).pathname.slice(new URL(url).pathname.replace(/\/$/, '').length);
}

/** docs/dispatch.md tells receivers how to check these. */
function headersOf(some: readonly Dispatch[], body: string, atMs: number, secret: string): string[] {
  const seconds = Math.floor(atMs / 1_000);
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  const ids = createHash('sha256');
  for (const { id } of some) ids.update(`${id}\n`);
  return [
    'content-type',
    'application/json',
    'user-agent',
    'venfleet',
    'idempotency-key',
    ids.digest('hex').slice(0, 32),
    'venfleet-signature',
    `t=${seconds},v1=${signature}`,
  ];
}

/** Without the sentence about a VTN that the errors of HTTP have. */
function problemOf(error: unknown): string {
  const problem = error instanceof VenfleetError ? error.details.problem : undefined;
  return problem === undefined ? describeError(error) : String(problem);
}

function* portions<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let begin = 0; begin < all.length; begin += size) yield all.slice(begin, begin + size);
}

/** So many at a time. */
async function eachAtMost<T>(most: number, all: Iterator<T>, work: (one: T) => Promise<void>): Promise<void> {
  const worker = async () => {
    for (let next = all.next(); !next.done; next = all.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: most }, worker));
}
