import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { describeError, VenfleetError } from '../../core/errors.ts';
import type { HintListener, HintSource } from './hint.ts';
import { readHint } from './read-hint.ts';
import { type WebhookAddress, webhookAddress, withoutSlash } from './webhook-address.ts';
import { answer, readBody, refuse } from './webhook-answers.ts';

export interface WebhookReceiverOptions {
  /** Under which the VTN reaches it: its path is the only one that is answered. */
  readonly publicUrl: string;
  /** HOST:PORT; port 0: any that is free. Default `127.0.0.1:0`. */
  readonly listen?: string | undefined;
  /** What calls must bring as bearer token. Default: a random one. */
  readonly token?: string | undefined;
  /** PEM. Without them it speaks plain HTTP, for a proxy before it that speaks HTTPS. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  /** How long a call may take to arrive, milliseconds. Default 10,000. */
  readonly patienceMs?: number | undefined;
  readonly listener: Pick<HintListener, 'onHint'>;
  /** Told of calls without the token: of the first, and then once a minute at most how many came since. */
  readonly onRefused?: ((refused: { readonly calls: number; readonly from: string }) => void) | undefined;
  readonly clock: Clock;
}

/** What came in so far. */
export interface WebhookCounts {
  /** Authorised calls, each of which was a hint. */
  readonly hints: number;
  /** Of these, the ones that were too large or broke off: of them is not known what they are about. */
  readonly unread: number;
  readonly refused: number;
  /** Connections closed to make room for others. */
  readonly crowdedOut: number;
}

export interface WebhookReceiver extends HintSource {
  readonly via: 'webhook';
  /** What a subscription tells the VTN. */
  readonly callbackUrl: string;
  readonly token: string;
  /** Where it listens. */
  readonly listensOn: { readonly host: string; readonly port: number };
  counts(): WebhookCounts;
}

/** Beyond it the oldest connections make room: whoever holds connections open cannot keep the VTN out. */
const mostConnections = 512;
/** Notifications hold whole objects; an event of more is read from the VTN, as any. */
const mostBodyBytes = 256 * 1024;
const longestEcho = 1_024;
const tellRefusedEveryMs = 60_000;

/**
 * Listens for a VTN's calls to a subscription's callbackUrl. Whatever brings the token is a hint, even where it cannot be read; the
 * rest is refused. Answers `?echo=` as OpenADR 3.1 wants it (Definition, webhooks). Throws WEBHOOK_INVALID, WEBHOOK_LISTEN.
 */
export async function listenForWebhooks(options: WebhookReceiverOptions): Promise<WebhookReceiver> {
  const address = webhookAddress(options);
  const counts = { hints: 0, unread: 0, refused: 0, crowdedOut: 0 };
  const refusals = refusalTeller(options);
  const server = serverOf(options, (request, response) => {
    // A client that is gone is nobody's trouble.
    response.on('error', () => undefined);
    const { path, echo } = targetOf(request);
    if (path !== address.path) return refuse(request, response, 404, 'not found');
    if (request.method === 'GET' && echo !== null) {
      if (echo.length > longestEcho) return refuse(request, response, 400, 'echo is too long');
      return answer(response, 200, echo);
    }
    if (request.method !== 'POST') return refuse(request, response, 405, 'POST, or GET with echo');
    if (!isAuthorised(request, address.token)) {
      counts.refused++;
      refusals.add(request.socket.remoteAddress ?? 'unknown');
      return refuse(request, response, 401, 'unauthorized');
    }
    readBody(request, mostBodyBytes).then((body) => {
      counts.hints++;
      if (body.kind !== 'whole') counts.unread++;
      if (body.kind === 'whole') answer(response, 200, '');
      else if (body.kind === 'too-large') refuse(request, response, 413, 'too large; taken as a hint');
      options.listener.onHint(readHint('webhook', body.kind === 'whole' ? body.text : ''));
    });
  });
  crowdOut(server, () => counts.crowdedOut++);
  await listening(server, address);
  return {
    via: 'webhook',
    callbackUrl: address.callbackUrl,
    token: address.token,
    listensOn: { host: address.host, port: (server.address() as AddressInfo).port },
    counts: () => ({ ...counts }),
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      refusals.tellRest();
    },
  };
}

function serverOf({ tls, patienceMs = 10_000 }: WebhookReceiverOptions, onRequest: RequestListener): Server {
  const limits = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: patienceMs,
    requestTimeout: patienceMs,
    handshakeTimeout: patienceMs,
    keepAliveTimeout: patienceMs,
    connectionsCheckingInterval: Math.min(1_000, patienceMs),
  };
  if (!tls) return createServer(limits, onRequest);
  try {
    return createTlsServer({ ...limits, cert: tls.cert, key: tls.key }, onRequest);
  } catch (error) {
    const problem = `its certificate or key cannot be used (${describeError(error)})`;
    throw new VenfleetError('WEBHOOK_INVALID', { problem }, { cause: error });
  }
}

async function listening(server: Server, { host, port }: WebhookAddress): Promise<void> {
  try {
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(port, host, () => {
        server.off('error', fail);
        done();
      });
    });
  } catch (error) {
    const details = { address: `${host}:${port}`, problem: describeError(error) };
    throw new VenfleetError('WEBHOOK_LISTEN', details, { cause: error });
  }
}

function targetOf(request: IncomingMessage): { path: string | undefined; echo: string | null } {
  const url = URL.parse(request.url ?? '', 'http://receiver');
  return { path: url ? withoutSlash(url.pathname) : undefined, echo: url?.searchParams.get('echo') ?? null };
}

/** Compared by their digests, which are of one length: how long it takes says nothing of the token. */
function isAuthorised({ headers: { authorization = '' } }: IncomingMessage, token: string): boolean {
  const [, given = ''] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();

function crowdOut(server: Server, onCrowdedOut: () => void): void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    if (sockets.size >= mostConnections) {
      const [oldest] = sockets;
      if (oldest) sockets.delete(oldest);
      oldest?.destroy();
      onCrowdedOut();
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
}

/** Whoever calls without the token, however often, fills no log. */
function refusalTeller({ onRefused, clock }: Pick<WebhookReceiverOptions, 'onRefused' | 'clock'>) {
  let calls = 0;
  let last = '';
  let toldAt: number | undefined;
  const tell = () => {
    toldAt = clock.monotonic();
    onRefused?.({ calls, from: last });
    calls = 0;
  };
  return {
    add(from: string) {
      calls++;
      last = from;
      if (toldAt === undefined || clock.monotonic() - toldAt >= tellRefusedEveryMs) tell();
    },
    tellRest() {
      if (calls > 0) tell();
    },
  };
}
