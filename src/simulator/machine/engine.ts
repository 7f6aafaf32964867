import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReceivedCall, UnreadableBody } from './call.ts';
import type { Call, Dialect, Reply } from './dialect.ts';
import type { Faults } from './faults.ts';
import { readBody, send } from './http-messages.ts';
import type { Spoilt } from './nonsense.ts';
import { Refusal } from './refusal.ts';
import type { Counters } from './stats.ts';
import type { SimulatorSwitches } from './switches.ts';
import type { Auth } from './tokens.ts';
import type { Workers } from './workers.ts';

/** All that one running simulator consists of. */
export interface Engine {
  readonly auth: Auth;
  readonly dialect: Dialect;
  readonly switches: SimulatorSwitches;
  readonly counters: Counters;
  readonly faults: Faults;
  readonly workers: Workers;
  /** Draws the jitter of the latency. */
  readonly jitter: () => number;
  readonly withinRate: () => boolean;
  readonly basePath: string;
}

/** Reads one request to the VTN and answers it. */
export function receive(engine: Engine, request: IncomingMessage, response: ServerResponse): void {
  const { basePath, faults } = engine;
  engine.counters.arrived();
  response.on('close', engine.counters.left);
  readBody(request, (body, tooLong) => {
    if (tooLong) deliver(engine, 'too long', engine.dialect.problem(413, 'Payload Too Large'), response);
    else handle(engine, new ReceivedCall(request, body, { basePath, befalls: faults.befalls }), response);
  });
}

/** The way of one request: rate, fate, workers, the VTN itself, latency, answer. */
function handle(engine: Engine, call: Call, response: ServerResponse): void {
  const { dialect, counters, switches } = engine;
  const { kind, handle: carryOut, params } = dialect.route(call.method, call.path);
  if (!engine.withinRate()) {
    counters.fault('throttled');
    const headers: Record<string, string> = {};
    if (switches.retryAfterS > 0) headers['retry-after'] = String(switches.retryAfterS);
    deliver(engine, kind, { ...dialect.problem(429, 'Too Many Requests'), headers }, response);
    return;
  }
  const fate = engine.faults.plan(kind);
  if (fate.instead) {
    deliver(engine, kind, fate.instead, response);
    return;
  }
  const points = switches.pointsPerSecond > 0 ? pointsIn(dialect, kind, call) : 0;
  engine.workers.submit(() => {
    const answerWith = (reply: Reply) =>
      deliver(engine, kind, fate.after ? fate.after(reply) : reply, response);
    let reply: Reply | Promise<Reply>;
    try {
      demandKnownEncoding(call, switches);
      reply = carryOut(call, params);
    } catch (error) {
      reply = failed(engine, error);
    }
    if (reply instanceof Promise) reply.catch((error) => failed(engine, error)).then(answerWith);
    else answerWith(reply);
  }, points);
}

/** The answer where a request was not carried out. */
function failed(engine: Engine, error: unknown): Reply {
  if (error instanceof Refusal) return error.reply;
  if (error instanceof UnreadableBody) return engine.dialect.problem(error.status, error.why);
  return bug(engine, error);
}

function pointsIn(dialect: Dialect, kind: string, call: Call): number {
  try {
    return dialect.pointsIn(kind, call);
  } catch (error) {
    // It will be refused when it is its turn.
    if (error instanceof UnreadableBody) return 0;
    throw error;
  }
}

function demandKnownEncoding({ encoding }: Call, { acceptGzip }: SimulatorSwitches): void {
  if (encoding === 'identity' || (encoding === 'gzip' && acceptGzip)) return;
  throw new UnreadableBody(415, 'Unsupported Content-Encoding');
}

/** A fault of the simulator itself: told apart from those that it plays. */
function bug({ counters, dialect }: Engine, error: unknown): Reply {
  counters.fault('simulator-bug');
  return dialect.problem(500, `simulator: ${error instanceof Error ? error.stack : error}`);
}

function deliver(engine: Engine, kind: string, spoilt: Spoilt, response: ServerResponse): void {
  const { latencyMs, latencyJitterMs } = engine.switches;
  const wait = latencyMs + (latencyJitterMs > 0 ? engine.jitter() * latencyJitterMs : 0);
  // Unref'd: answers that are still due do not hold up a process whose simulator was closed.
  if (wait > 0) setTimeout(answer, wait, engine, kind, spoilt, response).unref();
  else answer(engine, kind, spoilt, response);
}

function answer(engine: Engine, kind: string, spoilt: Spoilt, response: ServerResponse): void {
  if (response.destroyed || response.socket === null) engine.counters.abandoned();
  else if (spoilt === 'drop') response.socket.destroy();
  else if (spoilt !== 'silence') {
    engine.counters.answered(kind, spoilt.status);
    send(response, spoilt);
  }
}
