import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../../core/clock.ts';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { once } from '../../core/once.ts';
import type { Random } from '../../core/random.ts';
import { type RetryPolicy, retryDelayMs } from '../../core/retry.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { type TlsOptions, tlsConnectOptions } from '../../openadr/http/tls.ts';
import { parseBrokerUrl } from './broker-url.ts';
import { type Link, type MqttVersion, NoLink, openLink } from './link.ts';
import { publishOver } from './publish-all.ts';
import { subscriptionsOf } from './subscriptions.ts';

export interface BrokerOptions {
  /** See `parseBrokerUrl`. */
  readonly url: string;
  /** The same for all connections, so that a new one ends the former. Default: "venfleet-" and something random. */
  readonly clientId?: string | undefined;
  readonly username?: string | undefined;
  /** A function is asked anew for each connection, as for a token that runs out; where it throws, it is asked again later. */
  readonly password?: string | (() => Promise<string> | string) | undefined;
  /** For an encrypted connection alone. */
  readonly tls?: TlsOptions | undefined;
  /** Default: MQTT 5, and 3.1.1 (4) with a broker that does not know it. */
  readonly version?: MqttVersion | undefined;
  /** Milliseconds to wait for a connection, and for what is sent to be acknowledged. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** How long to wait before connecting again. */
  readonly retry?: RetryPolicy | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export type MessageListener = (topic: string, payload: Uint8Array, isRetained: boolean) => void;

/** A connection to an MQTT broker that is made again, after growing waits, whenever it is lost. */
export interface Broker {
  /** Without credentials: for messages. */
  readonly url: string;
  readonly clientId: string;
  /** Of QoS 1: resolves when the broker has it. Throws an Error that says why not; then it is not sent later either. */
  publish(topic: string, payload: string, options?: { readonly retain?: boolean }): Promise<void>;
  /**
   * Publishes these, as many at a time as the broker takes, and calls `failed` for each that it did not acknowledge, with its
   * number and why (no sentence). What is not acknowledged is not sent later. Resolves, and never throws, at the latest after
   * twice the time-out, or a second after `signal` aborts. Without connection it waits for one, as long as the time-out.
   */
  publishAll(
    messages: readonly { readonly topic: string; readonly payload: string }[],
    options: {
      readonly retain: boolean;
      readonly failed: (index: number, problem: string) => void;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<void>;
  /**
   * Has the messages of these topics (also patterns with `+` and `#`; QoS 0) told to `onMessage`, on this connection and all
   * later ones, until the function that it resolves to is called. Resolves when the broker has acknowledged it, however long
   * that takes. Throws an Error where the broker refuses a topic, or this is closed.
   */
  subscribe(topics: readonly string[], onMessage: MessageListener): Promise<() => Promise<void>>;
  /**
   * Tells of each change: null when there is a connection on which all earlier subscriptions have been made again; else why
   * there is none, no sentence, no secret. Nothing before the first connection was tried, and after `close`. `listener` may not
   * throw.
   */
  onState(listener: (problem: string | null) => void): void;
  /** Ends the connection; what is not acknowledged fails. */
  close(): Promise<void>;
}

const defaultTimeoutMs = 10_000;
const defaultRetry: RetryPolicy = { maxAttempts: Number.POSITIVE_INFINITY, baseMs: 250, capMs: 30_000 };
/** A connection that lasted less long was no success: the next one is waited for longer. */
const lastsMs = 5_000;
const keepaliveSeconds = 15;

/**
 * Connects to an MQTT broker, and goes on doing so in the background until `close`: it may be down, and come back. Throws
 * BROKER_INVALID and TLS_INVALID for options that can never work.
 */
export function connectBroker(options: BrokerOptions): Broker {
  const address = parseBrokerUrl(options.url);
  checkOptions(options, address);
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const clientId = options.clientId ?? `venfleet-${randomBytes(6).toString('hex')}`;
  const closing = new AbortController();
  const subscriptions = subscriptionsOf(clock, timeoutMs);
  const changes = stateOf();
  let version: MqttVersion = options.version ?? 5;
  let hasConnected = false;

  /** Resolves with the reason when the connection is over. */
  const holdOne = async (): Promise<string> => {
    const settings = { address, version, clientId, tls: options.tls, connectMs: timeoutMs, keepaliveSeconds };
    const credentials = await credentialsOf(options, closing.signal);
    const link = await openLink(
      { ...settings, ...credentials, onMessage: subscriptions.tell },
      closing.signal,
    );
    hasConnected = true;
    const close = () => void link.close();
    closing.signal.addEventListener('abort', close, { once: true });
    link.lost.then(() => closing.signal.removeEventListener('abort', close));
    const refused = await subscriptions.renew(link);
    if (refused.length === 0) changes.up(link);
    else link.reset(`the broker refuses the topic ${refused[0]}`);
    return link.lost;
  };

  const keepConnected = async () => {
    let attempt = 0;
    while (!closing.signal.aborted) {
      const beganMs = clock.monotonic();
      let otherVersion = false;
      const problem = await holdOne().catch((error: unknown) => {
        otherVersion = options.version === undefined && !hasConnected && wantsOtherVersion(error);
        return describeError(error);
      });
      if (otherVersion) version = version === 5 ? 4 : 5;
      // What the broker does not speak is no state of it.
      if (otherVersion && version === 4) continue;
      if (!closing.signal.aborted) changes.down(problem);
      attempt = clock.monotonic() - beganMs >= lastsMs ? 1 : attempt + 1;
      const waitMs = retryDelayMs(attempt, options.retry ?? defaultRetry, random, undefined);
      await clock.sleep(waitMs, closing.signal);
    }
  };
  const ended = keepConnected();

  const publishAll: Broker['publishAll'] = (messages, how) =>
    publishOver(messages, { ...how, link: changes.link, timeoutMs, clock, closing: closing.signal });
  return {
    url: address.url,
    clientId,
    publishAll,
    publish: (topic, payload, how = {}) => publishOne(publishAll, { topic, payload }, how.retain ?? false),
    subscribe: (topics, onMessage) =>
      subscriptions.add(topics, onMessage, {
        current: changes.current,
        connected: () => changes.link(closing.signal),
      }),
    onState: changes.onState,
    close: once(async () => {
      closing.abort();
      await ended;
    }),
  };
}

async function publishOne(
  publishAll: Broker['publishAll'],
  message: { readonly topic: string; readonly payload: string },
  retain: boolean,
): Promise<void> {
  let problem: string | undefined;
  const failed = (_: number, why: string) => {
    problem = why;
  };
  await publishAll([message], { retain, failed });
  if (problem !== undefined) throw new Error(problem);
}

function wantsOtherVersion(error: unknown): boolean {
  return error instanceof NoLink && error.wantsOtherVersion;
}

async function credentialsOf({ username, password }: BrokerOptions, signal: AbortSignal) {
  const now =
    typeof password === 'function' ? await unlessAborted(Promise.resolve(password()), signal) : password;
  // MQTT 3.1.1 knows no password without a user name.
  return { username: username ?? (now === undefined ? undefined : ''), password: now };
}

function checkOptions({ tls }: BrokerOptions, address: ReturnType<typeof parseBrokerUrl>): void {
  if (tls === undefined || Object.values(tls).every((value) => value === undefined)) return;
  const { url, isSecure } = address;
  if (!isSecure)
    throw new VenfleetError('BROKER_INVALID', {
      url,
      problem: 'certificates are given, but it is not encrypted',
    });
  tlsConnectOptions(tls);
}

/** Whether there is a connection, and who waits for one or wants to know. */
function stateOf() {
  const listeners: ((problem: string | null) => void)[] = [];
  const waiting = new Set<(link: Link) => void>();
  let link: Link | undefined;
  let told: string | null | undefined;
  const tell = (problem: string | null) => {
    if (problem === told) return;
    told = problem;
    for (const listener of listeners) listener(problem);
  };
  return {
    current: () => link,
    up(connected: Link) {
      link = connected;
      for (const go of waiting) go(connected);
      waiting.clear();
      tell(null);
    },
    down(problem: string) {
      link = undefined;
      tell(problem);
    },
    /** The connection, as soon as there is one; a text, why there is none, where `signal` aborts first. */
    link(signal: AbortSignal): Promise<Link | string> {
      if (link) return Promise.resolve(link);
      return new Promise((resolve) => {
        const go = (found: Link | string) => {
          waiting.delete(go);
          signal.removeEventListener('abort', stop);
          resolve(found);
        };
        const stop = () => go(told ?? 'there is no connection to the broker yet');
        waiting.add(go);
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
      });
    },
    onState(listener: (problem: string | null) => void) {
      listeners.push(listener);
    },
  };
}
