import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VenfleetError } from '../core/errors.ts';
import { seededRandom } from '../core/random.ts';
import { createDialect } from './dialects.ts';
import { answerControl, controlPrefix } from './machine/control.ts';
import type { Engine } from './machine/engine.ts';
import { receive } from './machine/engine.ts';
import { createFaults } from './machine/faults.ts';
import { readBody } from './machine/http-messages.ts';
import { createRateLimit } from './machine/rate-limit.ts';
import type { Simulator } from './machine/simulator.ts';
import { createCounters } from './machine/stats.ts';
import {
  changeSwitches,
  type SimulatorOptions,
  type SimulatorSwitches,
  switchesOf,
} from './machine/switches.ts';
import { createAuth } from './machine/tokens.ts';
import { createWorkers } from './machine/workers.ts';

export type { HeldResource } from './machine/dialect.ts';
export type { ScriptedAnswer } from './machine/faults.ts';
export type { Simulator } from './machine/simulator.ts';
export type { SimulatorStats } from './machine/stats.ts';
export type {
  DialectName,
  DuplicateAnswer,
  NonsenseKind,
  SimulatorClient,
  SimulatorOptions,
  SimulatorSwitches,
} from './machine/switches.ts';
export { nonsenseKinds } from './machine/switches.ts';

/**
 * Starts a VTN simulator. It is strict about every field of the protocol that it plays, counts what it sees,
 * and is as awkward as it is told to be. Throws BAD_OPTION; rejects with BAD_OPTION where it cannot listen.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const switches = switchesOf(options);
  const seed = options.seed ?? 1;
  const auth = createAuth(options, switches);
  const dialect = createDialect(options, switches, auth);
  const counters = createCounters();
  const engine: Engine = {
    auth,
    dialect,
    switches,
    counters,
    faults: createFaults(switches, seed, dialect, counters),
    workers: createWorkers(switches),
    jitter: seededRandom(seed + 3),
    withinRate: createRateLimit(switches),
    basePath: options.basePath?.replace(/\/+$/, '') ?? '',
  };
  const server = createServer({ keepAliveTimeout: 120_000, noDelay: true });
  const host = options.host ?? '127.0.0.1';
  await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const simulator = simulatorOf(engine, server, port, host, switchesOf(options));
  server.on('request', (request, response) => {
    const target = request.url as string;
    if (!target.startsWith(controlPrefix)) return receive(engine, request, response);
    // The simulator's own pages are not counted, and nothing slows or spoils them.
    const method = request.method as string;
    readBody(request, (body) => answerControl(simulator, method, target, body, response));
  });
  return simulator;
}

function simulatorOf(
  engine: Engine,
  server: Server,
  port: number,
  host: string,
  atStart: SimulatorSwitches,
): Simulator {
  const { switches, workers, faults, counters, dialect } = engine;
  const set = (changes: Partial<SimulatorSwitches>) => {
    changeSwitches(switches, changes);
    workers.changed();
  };
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}${engine.basePath}`,
    port,
    stats: () => counters.read(dialect),
    resources: () => dialect.held(),
    switches: () => switches,
    set,
    stall: workers.stall,
    answerNext: faults.script,
    addClient: engine.auth.addClient,
    tokenFor: engine.auth.tokenFor,
    reset() {
      counters.reset();
      faults.reset();
      set(atStart);
    },
    wipe: dialect.wipe,
    async close() {
      workers.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const problem =
        cause.code === 'EADDRINUSE'
          ? `port ${port} is in use; take another, or --port 0 for any free one.`
          : `cannot listen on ${host}:${port} (${cause.message}).`;
      reject(new VenfleetError('BAD_OPTION', { problem, command: 'vtn' }, { cause }));
    });
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
}
