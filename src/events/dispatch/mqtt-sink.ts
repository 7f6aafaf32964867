import { type Clock, systemClock } from '../../core/clock.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { parseJson } from '../../openadr/http/json.ts';
import { type Broker, type BrokerOptions, connectBroker } from '../mqtt/connection.ts';
import { dispatchMessage } from './message.ts';
import type { Dispatch, Sink } from './sink.ts';
import type { TopicOf } from './topic.ts';

export interface MqttSinkOptions extends BrokerOptions {
  readonly name: string;
  readonly lateAfterMs?: number | undefined;
  /** Called when the connection is lost, and why (no sentence), and with null when it is there. */
  readonly onState?: ((problem: string | null) => void) | undefined;
}

/**
 * Hands dispatches to an MQTT broker: QoS 1, retained, so that a device that comes back knows. Throws BROKER_INVALID and
 * TLS_INVALID for options that can never work.
 */
export function createMqttSink(options: MqttSinkOptions, topicOf: TopicOf): Sink {
  const { name, lateAfterMs, timeoutMs = 10_000, clock = systemClock } = options;
  const broker = connectBroker(options);
  if (options.onState) broker.onState(options.onState);
  return {
    name,
    batchSize: 5_000,
    async handOver(batch, atMs, signal) {
      const failed = new Map<string, string>();
      const messages: { topic: string; payload: string; id: string }[] = [];
      for (const dispatch of batch) {
        const found = topicOf(dispatch.load);
        if ('problem' in found) failed.set(dispatch.id, found.problem);
        else
          messages.push({ ...found, payload: dispatchMessage(dispatch, atMs, lateAfterMs), id: dispatch.id });
      }
      await broker.publishAll(messages, {
        retain: true,
        failed: (index, problem) => failed.set(messages[index]?.id as string, problem),
        signal,
      });
      return { failed };
    },
    whichArrived: (inDoubt, signal) => askRetained(broker, topicOf, inDoubt, { timeoutMs, clock, signal }),
    close: broker.close,
  };
}

/** A broker drops retained messages where more of them wait than it likes (Mosquitto: 1,000). */
const askedAtOnce = 200;

interface Asking {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Which of these the broker has as a load's retained message. One that was not found may have been there all the same. */
async function askRetained(
  broker: Broker,
  topicOf: TopicOf,
  inDoubt: readonly Dispatch[],
  asking: Asking,
): Promise<ReadonlySet<string>> {
  const arrived = new Set<string>();
  const wanted = new Map<string, Set<string>>();
  for (const { id, load } of inDoubt) {
    const found = topicOf(load);
    if ('problem' in found) continue;
    const ids = wanted.get(found.topic);
    if (ids) ids.add(id);
    else wanted.set(found.topic, new Set([id]));
  }
  const topics = [...wanted.keys()];
  for (let begin = 0; begin < topics.length; begin += askedAtOnce) {
    const answers = await retainedOf(broker, topics.slice(begin, begin + askedAtOnce), asking);
    // A broker that does not answer is not asked for all the others.
    if (!answers) break;
    for (const [topic, id] of answers) if (wanted.get(topic)?.has(id)) arrived.add(id);
  }
  return arrived;
}

/** The ids of the dispatches that are retained under these topics; undefined where the broker does not answer in time. */
async function retainedOf(
  broker: Broker,
  topics: readonly string[],
  { timeoutMs, clock, signal }: Asking,
): Promise<Map<string, string> | undefined> {
  const answers = new Map<string, string>();
  const ended = new AbortController();
  const patience = new AbortController();
  clock.sleep(timeoutMs, ended.signal).then(() => patience.abort());
  const stop = AbortSignal.any([signal, patience.signal]);
  const fence = fenceOf(broker, topics[0] ?? '');
  const all = Promise.withResolvers<void>();
  const subscribing = broker.subscribe([...topics, fence.topic], (topic, payload) => {
    const text = Buffer.from(payload).toString();
    if (topic === fence.topic) return fence.heard(text);
    answers.set(topic, dispatchIdOf(text) ?? '');
    if (answers.size === topics.length) all.resolve();
  });
  subscribing.catch(() => undefined);
  try {
    const unsubscribe = await unlessAborted(subscribing, stop);
    if (!unsubscribe) return undefined;
    const isAnswered = await unlessAborted(
      Promise.race([all.promise, fence.passed()]).then(() => true),
      stop,
    );
    await unlessAborted(unsubscribe(), stop);
    return isAnswered ? answers : undefined;
  } catch {
    return undefined;
  } finally {
    ended.abort();
    subscribing.then(
      (unsubscribe) => unsubscribe(),
      () => undefined,
    );
  }
}

/**
 * A message to ourselves: the broker sends it after the retained messages, of which some may not be there. Twice, as some
 * begin to send these a little later.
 */
function fenceOf(broker: Broker, about: string) {
  const waiting = new Map<string, () => void>();
  const topic = `venfleet-asking/${broker.clientId}`;
  const once = (text: string) =>
    new Promise<void>((resolve, reject) => {
      waiting.set(text, resolve);
      broker.publish(topic, text).catch(reject);
    });
  return {
    topic,
    heard: (text: string) => waiting.get(text)?.(),
    async passed() {
      await once(`1 ${about}`);
      await once(`2 ${about}`);
    },
  };
}

function dispatchIdOf(text: string): string | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('dispatch' in value)) return undefined;
  return typeof value.dispatch === 'string' ? value.dispatch : undefined;
}
