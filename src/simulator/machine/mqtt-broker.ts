import { createServer, type Server, type Socket } from 'node:net';
import type { AuthenticateError, Client } from 'aedes';
import { badOption } from './bad-option.ts';
import type { SimulatorSettings } from './settings.ts';
import type { SimulatorSwitches } from './switches.ts';
import type { Auth, Caller } from './tokens.ts';

/** An MQTT broker to which the VTN alone publishes. */
export interface MqttBroker {
  readonly url: string;
  readonly authentication: SimulatorSettings['mqttAuthentication'];
  readonly topicPrefix: string;
  /** Publishes on a topic, the prefix before it; never retained. */
  publish(topic: string, payload: string, qos: 0 | 1): void;
  /** Whether anybody has ever subscribed to this topic: what is for no ears need not be worked out. */
  isHeard(topic: string): boolean;
  /** Who may subscribe to what (a filter without the prefix), where tokens are asked for. */
  allow(rule: (caller: Caller, filter: string) => boolean): void;
  counts(): { readonly published: number; readonly clients: number; readonly refused: number };
  /** Cuts off all that are connected. */
  drop(): void;
  close(): Promise<void>;
}

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
const serverUnavailable = 3;
const badUserNameOrPassword = 4;

type BrokerSettings = Pick<SimulatorSettings, 'host' | 'mqttAuthentication' | 'mqttTopicPrefix'>;

/** Starts a broker on a port; 0: any free one. Rejects with BAD_OPTION where it cannot listen. */
export async function startMqttBroker(
  port: number,
  { host, mqttAuthentication: authentication, mqttTopicPrefix: topicPrefix }: BrokerSettings,
  switches: SimulatorSwitches,
  auth: Auth,
): Promise<MqttBroker> {
  // Few simulators have one, and it is large.
  const { Aedes } = await import('aedes');
  const callers = new WeakMap<Client, Caller>();
  const filters = new Set<string>();
  let allowed: (caller: Caller, filter: string) => boolean = () => true;
  let published = 0;
  let refused = 0;

  const refuse = (returnCode: number) => {
    refused += 1;
    return Object.assign(new Error('refused'), { returnCode }) as AuthenticateError;
  };
  const aedes = await Aedes.createBroker({
    authenticate(client, username, password, done) {
      if (switches.mqttRefuse) return done(refuse(serverUnavailable), false);
      if (authentication === 'ANONYMOUS') return done(null, true);
      const holder = auth.holderOf(password?.toString() ?? '');
      const isSelf = holder?.caller.role === 'any' || holder?.caller.clientId === username;
      if (!holder || !isSelf) return done(refuse(badUserNameOrPassword), false);
      callers.set(client, holder.caller);
      // A session lives no longer than its token; no timer is that long for one that never expires.
      if (holder.livesMs < longestTimer) setTimeout(() => client.close(), holder.livesMs).unref();
      done(null, true);
    },
    authorizeSubscribe(client, subscription, done) {
      const { topic } = subscription;
      const caller = callers.get(client);
      const within = topic.startsWith(topicPrefix) ? topic.slice(topicPrefix.length) : topic;
      if (caller && !allowed(caller, within)) return done(null, null);
      filters.add(topic);
      done(null, subscription);
    },
    authorizePublish: (_client, _packet, done) => done(new Error('only the VTN publishes')),
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Who goes away without a word is no concern of the broker's.
    socket.on('error', () => undefined);
    aedes.handle(socket);
  });
  await listen(server, host, port);
  const address = server.address() as { readonly port: number };
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    authentication,
    topicPrefix,
    publish(topic, payload, qos) {
      published += 1;
      const packet = { cmd: 'publish', topic: topicPrefix + topic, payload, qos, retain: false, dup: false };
      aedes.publish(packet as Parameters<typeof aedes.publish>[0], () => undefined);
    },
    isHeard: (topic) => isAnyFor([...filters], topicPrefix + topic),
    allow(rule) {
      allowed = rule;
    },
    counts: () => ({ published, clients: aedes.connectedClients, refused }),
    drop,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      drop();
      await closed;
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

/** What `setTimeout` takes at most, in milliseconds. */
const longestTimer = 2 ** 31;

/** Whether a topic fits one of these filters (MQTT 3.1.1, section 4.7). */
function isAnyFor(filters: readonly string[], topic: string): boolean {
  const levels = topic.split('/');
  return filters.some((filter) => {
    if (filter === topic) return true;
    if (!/[+#]/.test(filter)) return false;
    const parts = filter.split('/');
    const isOpen = parts.at(-1) === '#';
    if (isOpen) parts.pop();
    if (isOpen ? parts.length > levels.length : parts.length !== levels.length) return false;
    return parts.every((part, at) => part === '+' || part === levels[at]);
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(badOption(`the MQTT broker cannot listen on ${host}:${port} (${cause.message}).`, { cause })),
    );
    server.listen({ host, port }, resolve);
  });
}
