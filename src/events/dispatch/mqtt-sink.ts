import { type Clock, systemClock } from '../../core/clock.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { parseJson } from '../../openadr/http/json.ts';
import { type Broker, type BrokerOptions, connectBroker } from '../mqtt/connection.ts';
import { topicsAtOnce } from '../mqtt/subscriptions.ts';
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
    // After a crash so many, times those under way, must be asked for.
    batchSize: 1_000,
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

/** A broker drops retained messages where more of them wait than it likes (Mosquitto: 1,000). With the fence, one packet. */
const askedAtOnce = topicsAtOnce - 1;

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
  // The last of the topics that are asked for has a retained message for sure: when that is here, so are the others'. Were it
  // merely sent to ourselves, it could overtake them in brokers that look these up at leisure.
  const fence = { topic: `venfleet-asking/${broker.clientId}`, text: `before ${topics[0]}` };
  const passed = Promise.withResolvers<true>();
  const onMessage = (topic: string, payload: Uint8Array) => {
    const text = Buffer.from(payload).toString();
    if (topic !== fence.topic) answers.set(topic, dispatchIdOf(text) ?? '');
    else if (text === fence.text) passed.resolve(true);
  };
  const asking = broker
    .publish(fence.topic, fence.text, { retain: true })
    .then(() => broker.subscribe([...topics, fence.topic], onMessage));
  const cleared = asking
    .then((unsubscribe) => passed.promise.then(unsubscribe))
    .then(() => broker.publish(fence.topic, '', { retain: true }));
  cleared.catch(() => undefined);
  try {
    await unlessAborted(asking, stop);
    const isAnswered = await unlessAborted(passed.promise, stop);
    return isAnswered && answers;
  } catch {
    return undefined;
  } finally {
    passed.resolve(true);
    await unlessAborted(cleared, stop).catch(() => undefined);
    ended.abort();
  }
}

function dispatchIdOf(text: string): string | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('dispatch' in value)) return undefined;
  return typeof value.dispatch === 'string' ? value.dispatch : undefined;
}
