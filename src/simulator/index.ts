import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '../core/random.ts';
import { createFlexGateway } from './flex/gateway.ts';
import { badOption } from './machine/bad-option.ts';
import { answerControl, controlPrefix } from './machine/control.ts';
import type { Dialect } from './machine/dialect.ts';
import { type Engine, receive } from './machine/engine.ts';
import { createFaults } from './machine/faults.ts';
import { readBody } from './machine/http-messages.ts';
import { type MqttBroker, startMqttBroker } from './machine/mqtt-broker.ts';
import { createRateLimit } from './machine/rate-limit.ts';
import {
  type DialectName,
  readOptions,
  type SimulatorOptions,
  type SimulatorSettings,
} from './machine/settings.ts';
import type { Simulator } from './machine/simulator.ts';
import { createCounters } from './machine/stats.ts';
import { changeSwitches, type SimulatorSwitches } from './machine/switches.ts';
import { type Auth, createAuth } from './machine/tokens.ts';
import { createWorkers } from './machine/workers.ts';
import { createOpenAdr30 } from './openadr/v30/openadr30.ts';
import { createOpenAdr31 } from './openadr/v31/openadr31.ts';

export type { HeldPoints, HeldResource } from './machine/dialect.ts';
export type { ScriptedAnswer } from './machine/faults.ts';
export type { DialectName, SimulatorClient, SimulatorOptions } from './machine/settings.ts';
export { dialectNames } from './machine/settings.ts';
export type { Simulator } from './machine/simulator.ts';
export type { SimulatorStats } from './machine/stats.ts';
export type { DuplicateAnswer, NonsenseKind, SimulatorSwitches } from './machine/switches.ts';
export { duplicateAnswers, nonsenseKinds, serviceLocations, switchTable } from './machine/switches.ts';

type DialectMaker = (
  switches: SimulatorSwitches,
  auth: Auth,
  seed: number,
  broker: MqttBroker | undefined,
) => Dialect;

const dialects: Readonly<Record<DialectName, DialectMaker>> = {
  'flex-gateway': createFlexGateway,
  'openadr-3.0': createOpenAdr30,
  'openadr-3.1': createOpenAdr31,
};

/**
 * Starts a VTN simulator. It is strict about every field of the protocol that it plays, counts what it sees,
 * and is as awkward as it is told to be. Throws BAD_OPTION; rejects with BAD_OPTION where it cannot listen.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { settings, switches } = readOptions(options);
  const { seed, host } = settings;
  const auth = createAuth(settings, switches);
  const broker = await brokerOf(settings, switches, auth);
  const dialect = dialects[settings.dialect](switches, auth, seed, broker);
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
    basePath: settings.basePath.replace(/\/+$/, ''),
  };
  const server = createServer({ keepAliveTimeout: 120_000, noDelay: true });
  await listen(server, host, settings.port).catch(async (error) => {
    await broker?.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const simulator = simulatorOf({ engine, server, broker, authority, port });
  server.on('request', (request, response) => {
    const target = request.url as string;
    if (!target.startsWith(controlPrefix)) return receive(engine, request, response);
    // The simulator's own pages are not counted, and nothing slows or spoils them.
    const method = request.method as string;
    readBody(request, (body) => answerControl(simulator, method, target, body.toString(), response));
  });
  return simulator;
}

async function brokerOf(
  settings: SimulatorSettings,
  switches: SimulatorSwitches,
  auth: Auth,
): Promise<MqttBroker | undefined> {
  const { mqttPort, dialect } = settings;
  if (mqttPort === undefined) return undefined;
  if (dialect === 'openadr-3.1') return startMqttBroker(mqttPort, settings, switches, auth);
  throw badOption(`only openadr-3.1 has notifiers over MQTT, and not ${dialect}.`);
}

/** What runs, and where. */
interface Running {
  readonly engine: Engine;
  readonly server: Server;
  readonly broker: MqttBroker | undefined;
  readonly authority: string;
  readonly port: number;
}

function simulatorOf({ engine, server, broker, authority, port }: Running): Simulator {
  const { switches, workers, faults, counters, dialect } = engine;
  const atStart = { ...switches };
  const set = (changes: Partial<SimulatorSwitches>) => {
    changeSwitches(switches, changes);
    workers.changed();
  };
  return {
    url: `http://${authority}${engine.basePath}`,
    port,
    mqttUrl: broker?.url,
    stats: () => counters.read(dialect),
    resources: () => dialect.held(),
    points: () => dialect.points(),
    pages: () => dialect.pages,
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
    loseEvents: dialect.loseEvents,
    dropMqttClients: () => dialect.dropMqttClients?.(),
    async close() {
      workers.close();
      await dialect.close?.();
      await broker?.close();
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
      reject(badOption(problem, { cause }));
    });
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
}
