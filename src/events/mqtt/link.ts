import type { Socket } from 'node:net';
import type { IClientOptions, MqttClient } from 'mqtt';
import { describeError } from '../../core/errors.ts';
import type { TlsOptions } from '../../openadr/http/tls.ts';
import { tlsConnectOptions } from '../../openadr/http/tls.ts';
import type { BrokerAddress } from './broker-url.ts';

/** 4 is MQTT 3.1.1. */
export type MqttVersion = 4 | 5;

/** What one connection needs. */
export interface LinkOptions {
  readonly address: BrokerAddress;
  readonly version: MqttVersion;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: TlsOptions | undefined;
  readonly connectMs: number;
  readonly keepaliveSeconds: number;
  readonly onMessage: (topic: string, payload: Uint8Array, isRetained: boolean) => void;
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** Sends a message with QoS 1. `done` is called once: without a problem when the broker has it, or with why not (no sentence). */
export type Publish = (message: Message, done: (problem: string | undefined) => void) => void;
type Acknowledged = Parameters<Publish>[1];

/** Publishes its next message, if it has one; returns whether to ask it again. */
export type Feeder = (publish: Publish) => boolean;

/** One connection to a broker, from its greeting to its loss. Nothing outlives it: what was not acknowledged has failed. */
export interface Link {
  /** Asks for messages whenever the broker takes more of them, of several feeders by turns. */
  feed(feeder: Feeder): void;
  /** Resolves to those of these topics that the broker refuses; rejects where the connection is lost. */
  subscribe(topics: readonly string[]): Promise<readonly string[]>;
  unsubscribe(topics: readonly string[]): Promise<void>;
  /** Resolves with the reason when the connection is over. */
  readonly lost: Promise<string>;
  /** Ends it at once: what is still on its way to the broker is thrown away as far as that is possible. */
  reset(reason: string): void;
  /** Ends it in good order. */
  close(): Promise<void>;
}

/** Why there is no connection. */
export class NoLink extends Error {
  /** The broker does not speak this version of MQTT, or, as it said nothing, perhaps does not. */
  readonly wantsOtherVersion: boolean;

  constructor(problem: string, wantsOtherVersion: boolean) {
    super(problem);
    this.wantsOtherVersion = wantsOtherVersion;
  }
}

/** Connects once. Throws NoLink, and TLS_INVALID. */
export async function openLink(options: LinkOptions, signal: AbortSignal): Promise<Link> {
  const settings = clientOptions(options);
  // Loaded when first needed: commands that know no broker do without.
  const { connect } = await import('mqtt');
  if (signal.aborted) throw new NoLink('it was closed', false);
  const client = connect(settings);
  let problem: string | undefined;
  let refusal: number | undefined;
  client.on('error', (error) => {
    problem ??= describeError(error);
    refusal ??= typeof error === 'object' && 'code' in error ? Number(error.code) : undefined;
  });
  client.on('disconnect', (packet) => {
    problem ??= `the broker ended the connection (reason ${packet.reasonCode ?? 0})`;
  });
  client.on('message', (topic, payload, packet) => options.onMessage(topic, payload, packet.retain));
  return new Promise((resolve, reject) => {
    const abandon = () => client.end(true);
    const closed = () => {
      signal.removeEventListener('abort', abandon);
      client.end(true);
      const isSilent = problem === undefined && options.version === 5;
      reject(new NoLink(problem ?? 'the broker closed the connection', isSilent || isOtherVersion(refusal)));
    };
    signal.addEventListener('abort', abandon, { once: true });
    client.once('close', closed);
    client.once('connect', () => {
      signal.removeEventListener('abort', abandon);
      client.removeListener('close', closed);
      resolve(linkOf(client, options, () => problem));
    });
  });
}

/** The refusals by which a broker says so: of MQTT 3.1.1 and of 5. */
function isOtherVersion(refusal: number | undefined): boolean {
  return refusal === 1 || refusal === 0x84;
}

function clientOptions(options: LinkOptions): IClientOptions {
  const { address, version, clientId, username, password } = options;
  const tls = address.isSecure ? tlsConnectOptions(options.tls) : {};
  return {
    protocol: address.protocol,
    hostname: address.hostname,
    port: address.port,
    path: address.path,
    protocolVersion: version,
    clientId,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...tls,
    wsOptions: tls,
    // One client for each connection, so that it can hold nothing back for a later one.
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: options.connectMs,
    keepalive: options.keepaliveSeconds,
    // Its own log shows passwords where DEBUG is set.
    log: () => undefined,
  };
}

/** The most messages without acknowledgement at a time: more would gain nothing, and each waits longer. */
const widest = 2_000;

function linkOf(client: MqttClient, { address }: LinkOptions, problem: () => string | undefined): Link {
  const window = Math.min(client.serverProperties?.receiveMaximum ?? widest, widest);
  const open = new Set<Acknowledged>();
  const feeders: Feeder[] = [];
  let isOver = false;
  let willFill = false;
  let over: (reason: string) => void = () => undefined;
  const lost = new Promise<string>((resolve) => {
    over = resolve;
  });
  const publish: Publish = ({ topic, payload, retain }, done) => {
    if (isOver) return done('the connection was lost');
    open.add(done);
    client.publish(topic, payload, { qos: 1, retain }, (error) => {
      if (!open.delete(done)) return;
      done(error ? describeError(error) : undefined);
      fillSoon();
    });
  };
  const fill = () => {
    willFill = false;
    while (open.size < window) {
      const feeder = feeders.shift();
      if (!feeder) return;
      if (feeder(publish)) feeders.push(feeder);
    }
  };
  // Once for all acknowledgements that are there: what is written in one go is sent in one go.
  const fillSoon = () => {
    if (willFill || feeders.length === 0) return;
    willFill = true;
    setImmediate(fill);
  };
  const end = (reason: string) => {
    if (isOver) return;
    isOver = true;
    over(reason);
    for (const done of open) done(reason);
    open.clear();
    fill();
    client.end(true);
  };
  client.on('close', () => end(problem() ?? 'the connection was lost'));
  return {
    lost,
    feed(feeder) {
      feeders.push(feeder);
      if (!willFill) fill();
    },
    subscribe: (topics) => subscribe(client, topics),
    unsubscribe: async (topics) => {
      await client.unsubscribeAsync([...topics]);
    },
    reset(reason) {
      // Only bare TCP can throw away what the system has not sent yet.
      if (address.protocol === 'mqtt') (client.stream as unknown as Socket).resetAndDestroy();
      end(reason);
    },
    close: () => closeInOrder(client, lost),
  };
}

async function subscribe(client: MqttClient, topics: readonly string[]): Promise<string[]> {
  // An error is said of the whole packet; which topics are meant stands in its answer.
  const granted = await client
    .subscribeAsync([...topics], { qos: 0 })
    .then((subscriptions) => subscriptions.map(({ qos }) => qos))
    .catch((error: Error & { packet?: { granted?: number[] } }) => {
      if (error.packet?.granted === undefined) throw error;
      return error.packet.granted;
    });
  return topics.filter((_, index) => ((granted[index] ?? 0) & 0x80) !== 0);
}

/** Says goodbye; but a broker that does not listen is not waited for. */
async function closeInOrder(client: MqttClient, lost: Promise<string>): Promise<void> {
  if (client.connected) client.end(false);
  else client.end(true);
  const drop = setTimeout(() => client.stream.destroy(), 1_000);
  await lost;
  clearTimeout(drop);
}
