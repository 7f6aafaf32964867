import { VenfleetError } from '../../core/errors.ts';
import { once } from '../../core/once.ts';
import type { RetryPolicy } from '../../core/retry.ts';
import type { TlsOptions } from '../../openadr/http/tls.ts';
import type { BrokerOffer, PushNotifiers } from '../../profiles/push-profile.ts';
import { parseBrokerUrl } from '../mqtt/broker-url.ts';
import type { BrokerOptions } from '../mqtt/connection.ts';
import { hearBroker } from './hear-broker.ts';
import type { HintListener, HintSource } from './hint.ts';
import { type HintState, hintState } from './hint-state.ts';
import { findTopics, type MqttReader } from './notifier-topics.ts';
import { asked, NotToBeHad, type PushOptionsOfAll, pushSender, repeating } from './push-readers.ts';

export interface MqttHintsOptions extends PushOptionsOfAll {
  readonly notifiers: PushNotifiers;
  /** VENs that listen for themselves, or `[{ venName: undefined }]`. */
  readonly readers: readonly MqttReader[];
  readonly listener: HintListener;
  /** The bearer token of a reader, good for now: the password where the broker wants it. Asked anew for each connection. */
  token(venName: string | undefined): Promise<string | undefined>;
  /** The OAuth client's id of a reader: the user name where the broker wants that. */
  clientId?(venName: string | undefined): string | undefined;
  /** For encrypted connections, where the VTN names no certificates of its own. */
  readonly tls?: TlsOptions | undefined;
  /** How long to wait before connecting again. */
  readonly retry?: RetryPolicy | undefined;
  /** After an outage of so many milliseconds the VTN is asked anew for broker and topics. Default 5 minutes. */
  readonly askAgainMs?: number | undefined;
}

export interface MqttHints extends HintSource {
  /** The VTN has other programs than before. */
  programsChanged(): void;
}

const defaultAskAgainMs = 5 * 60_000;
/** Of several addresses, the next is tried when one has not answered for so long. */
const nextUrlMs = 20_000;

/**
 * Listens to the broker of an OpenADR 3.1 VTN, one connection for each reader, until it is closed. Broker and topics are what the
 * VTN says they are. `onState` says null after each connection, for all may have been missed meanwhile. Never throws what the VTN or the broker says.
 */
export function startMqttHints(options: MqttHintsOptions): MqttHints {
  const { link, readers, listener } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const { clock, random } = link;
  const names = readers.map(({ venName }) => venName);
  const state = hintState('mqtt', names, listener);
  const loops = readers.map((reader) => {
    const session: Session = { urls: 0, restart: new AbortController(), byProgram: false };
    const loop = repeating(
      () => listenOnce(options, reader, session, state, signal),
      (problem) => state.set(reader.venName, problem),
      { clock, random, signal },
    );
    return { session, ...loop };
  });
  return {
    via: 'mqtt',
    programsChanged() {
      for (const { session, wake } of loops) {
        if (session.byProgram) session.restart.abort();
        wake();
      }
    },
    close: once(async () => {
      closing.abort();
      await Promise.all(loops.map(({ ended }) => ended));
    }),
  };
}

interface Session {
  /** Addresses tried so far. */
  urls: number;
  restart: AbortController;
  byProgram: boolean;
}

/** Asks for broker and topics, and listens until the connection has been down for too long. Throws NotToBeHad. */
async function listenOnce(
  options: MqttHintsOptions,
  reader: MqttReader,
  session: Session,
  state: HintState,
  signal: AbortSignal,
): Promise<number> {
  const { notifiers, listener, link, programs, askAgainMs = defaultAskAgainMs } = options;
  const { venName } = reader;
  session.restart = new AbortController();
  const sender = pushSender(options, signal);
  const offer = await asked(notifiers.broker(venName), sender);
  if (offer === null) throw new NotToBeHad('the VTN has no broker');
  const topics = await findTopics(notifiers, reader, programs(venName), sender);
  session.byProgram = topics.byProgram;
  const choices = connectionsOf(options, offer, venName);
  const broker = choices[session.urls++ % choices.length] as BrokerOptions;
  const ending = await hearBroker({
    broker: { ...broker, clock: link.clock, random: link.random, retry: options.retry },
    topics,
    onHint: listener.onHint,
    onState: (problem) => state.set(venName, problem),
    patienceMs: (hasHeard) =>
      choices.length > 1 && !hasHeard ? Math.min(nextUrlMs, askAgainMs) : askAgainMs,
    clock: link.clock,
    signal: AbortSignal.any([signal, session.restart.signal]),
  });
  if (ending.problem !== undefined) throw new NotToBeHad(ending.problem);
  return 0;
}

/** How to connect, at each address that can be used. Throws NotToBeHad where there is none. */
function connectionsOf(
  options: MqttHintsOptions,
  { urls, authentication }: BrokerOffer,
  venName: string | undefined,
): BrokerOptions[] {
  const usable: BrokerOptions[] = [];
  let problem = 'the VTN names no address of its broker';
  for (const url of urls) {
    try {
      usable.push({ url, ...credentialsAt(url, options, authentication, venName) });
    } catch (error) {
      if (!(error instanceof NotToBeHad || error instanceof VenfleetError)) throw error;
      problem = error.message;
    }
  }
  if (usable.length === 0) throw new NotToBeHad(problem);
  return usable;
}

function credentialsAt(
  url: string,
  { token, clientId, tls, link }: MqttHintsOptions,
  authentication: BrokerOffer['authentication'],
  venName: string | undefined,
): Omit<BrokerOptions, 'url'> {
  const { isSecure, url: shown } = parseBrokerUrl(url);
  const usual = isSecure && tls ? { tls } : {};
  switch (authentication.method) {
    case 'anonymous':
      return usual;
    case 'certificate': {
      const { ca, cert, key } = authentication;
      if (!isSecure) throw new NotToBeHad(`the broker at ${shown} wants a certificate, and is not encrypted`);
      return { tls: { cert, key, ...(ca !== '' && { ca }) } };
    }
    default:
      // The token opens the VTN: it goes nowhere less guarded than to the VTN itself.
      if (!isSecure && link.transport.url.startsWith('https:'))
        throw new NotToBeHad(`the broker at ${shown} wants the token, and is not encrypted as the VTN is`);
      return {
        ...usual,
        username: authentication.username ?? clientId?.(venName) ?? 'venfleet',
        password: async () => (await token(venName)) ?? '',
      };
  }
}
