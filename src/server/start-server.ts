import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { FleetKeeper } from '../api/keep/fleet-keeper.ts';
import type { FleetViews } from '../api/views/fleet-views.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { describeError, VenfleetError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { type AccessRules, createAccess } from './access.ts';
import { compressAnswer } from './compress.ts';
import { createFactsReader } from './fleet-facts.ts';
import { createLiveUpdates } from './live-updates.ts';
import { overviewOf } from './overview.ts';
import { builtPage, servePage } from './page-files.ts';
import { answerProblem } from './problems.ts';
import { actionRoutes } from './routes/action-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { fleetRoutes } from './routes/fleet-routes.ts';
import { liveRoutes } from './routes/live-routes.ts';
import { loadRoutes } from './routes/load-routes.ts';
import { type Operation, operationRoutes } from './routes/operation-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { securityHeaders } from './security-headers.ts';
import { type App, api, type ServerContext } from './server-context.ts';

export interface ServerOptions extends Pick<AccessRules, 'pageToken' | 'behindProxy' | 'allowActions'> {
  readonly keeper: FleetKeeper;
  readonly views: FleetViews;
  /** What `/metrics` answers. Default: there is no such path. */
  readonly metrics?: Operation['metrics'];
  /** Any but loopback needs a token, or a proxy. Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** 0: any that is free. */
  readonly port: number;
  readonly version: string;
  /** The database as it is shown: a file's folder is left out. */
  readonly databaseName: string;
  /** Where the page was built. Default: in the package. */
  readonly pageFolder?: string | undefined;
  /** Readings of another time are reported. Default: they are of now, and may be late. */
  readonly isReplay?: boolean | undefined;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
}

export interface RunningServer {
  /** Where it listens. */
  readonly url: string;
  /** Ends live updates, answers what was asked, within 5 seconds. */
  close(): Promise<void>;
}

const mostBodyBytes = 256 * 1024;
const mostConnections = 2_000;
/** From one address, in a minute: a hundred people behind one address who open the page. */
const mostRequests = 1_500;
const closeWithinMs = 5_000;

/** Begins to answer over HTTP: the page, its API, health and metrics. Throws PAGE_OPEN, PAGE_TOKEN and PAGE_LISTEN. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port, behindProxy = false, log, clock = systemClock } = options;
  const { keeper, views, version, databaseName, allowActions = false, isReplay = false } = options;
  const access = createAccess({ ...options, host }, clock);
  const facts = createFactsReader(views, clock);
  const overview: ServerContext['overview'] = (known, unreadable = null) => {
    const watched = { facts: known, unreadable, state: keeper.state(), plan: keeper.lastPlan(), isReplay };
    return overviewOf({ ...watched, nowMs: clock.now() }, { version, databaseName, allowActions });
  };
  const live = createLiveUpdates({ facts, overview, clock, log });
  const context: ServerContext = { keeper, views, facts, overview, live, access, clock, log };
  let isClosing = false;
  const app = createApp(behindProxy, log);
  await addPlugins(app, version);
  addHooks(app, context, () => isClosing);
  fleetRoutes(app, context);
  loadRoutes(app, context);
  eventRoutes(app, context);
  actionRoutes(app, context);
  sessionRoutes(app, context, behindProxy);
  liveRoutes(app, context);
  operationRoutes(app, context, { metrics: options.metrics, isClosing: () => isClosing });
  servePage(app, options.pageFolder ?? builtPage);
  await listen(app, host, port);
  // Before anybody looks: the first reading begins a thread. Who looks is told what keeps it from being read.
  facts.latest().catch(() => undefined);
  return {
    url: urlOf(host, (app.server.address() as AddressInfo).port),
    async close() {
      isClosing = true;
      live.close();
      const force = setTimeout(() => app.server.closeAllConnections(), closeWithinMs);
      await app.close();
      clearTimeout(force);
    },
  };
}

function createApp(behindProxy: boolean, log: Logger): App {
  const app = fastify({
    logger: false,
    bodyLimit: mostBodyBytes,
    // The address that the proxy says it was called from; what others said before it is not believed.
    trustProxy: behindProxy ? (_address, hop) => hop === 0 : false,
    routerOptions: { maxParamLength: 1_000 },
    genReqId: () => randomUUID(),
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 15_000 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // An address that cannot be read comes to no route, and so to no hook.
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...securityHeaders, 'x-request-id': request.id });
      answerProblem(error, request as FastifyRequest, reply as unknown as FastifyReply, log);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.server.maxConnections = mostConnections;
  // JSON is all that is read; none at all is as good as none of its fields.
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {});
    else parse(request, body as string, done);
  });
  return app;
}

async function addPlugins(app: App, version: string): Promise<void> {
  await app.register(cookie);
  await app.register(rateLimit, {
    max: mostRequests,
    timeWindow: '1 minute',
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: () => new VenfleetError('API_TOO_MANY', { what: 'requests' }),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'venfleet serve', description: 'A fleet, and how it stands to its VTN.', version },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { token: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

/** What holds for every request. */
function addHooks(app: App, { access, log }: ServerContext, isClosing: () => boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...securityHeaders, 'x-request-id': request.id });
    if (request.url.startsWith(api)) reply.header('cache-control', 'no-store');
    const kind = request.routeOptions.config.access ?? 'look';
    if (isClosing() && kind !== 'open')
      throw new VenfleetError('API_UNAVAILABLE', { problem: 'The server is closing' });
    access.check(request, kind);
  });
  app.addHook('onSend', compressAnswer);
  app.addHook('onResponse', async (request, reply) => {
    const [path] = request.url.split('?');
    const { id: requestId, method, ip } = request;
    const elapsedMs = Math.round(reply.elapsedTime);
    log.debug({ requestId, method, path, status: reply.statusCode, elapsedMs, ip }, 'request answered');
  });
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => {
    const [path] = request.url.split('?');
    const problem = new VenfleetError('API_UNKNOWN', { what: `${request.method} ${path}` });
    return answerProblem(problem, request, reply, log);
  });
}

async function listen(app: App, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port, exclusive: true });
  } catch (error) {
    await app.close();
    const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new VenfleetError(
      'PAGE_LISTEN',
      { address: `${host}:${port}`, problem: inUse ? 'another program does' : describeError(error) },
      { cause: error },
    );
  }
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
