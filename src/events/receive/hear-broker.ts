import type { Clock } from '../../core/clock.ts';
import { describeError } from '../../core/errors.ts';
import type { NotifierTopics } from '../../profiles/push-profile.ts';
import { type Broker, type BrokerOptions, connectBroker } from '../mqtt/connection.ts';
import type { Hint } from './hint.ts';
import type { TopicsToHear } from './notifier-topics.ts';
import { readHint } from './read-hint.ts';

interface Hearing {
  readonly broker: BrokerOptions;
  readonly topics: TopicsToHear;
  readonly onHint: (hint: Hint) => void;
  readonly onState: (problem: string | null) => void;
  /** How long it may be down before it is given up, milliseconds; `hasHeard`: whether it was there once. */
  readonly patienceMs: (hasHeard: boolean) => number;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** More than this is no notification of use: it is a hint all the same. */
const mostReadBytes = 256 * 1024;

/**
 * Listens to a broker until `signal` aborts, the connection has been down for too long, or the broker refuses the topics (`problem`).
 * `onState` says null when all topics are heard, on each connection.
 */
export async function hearBroker(hearing: Hearing): Promise<{ readonly problem: string | undefined }> {
  const { topics, onState, patienceMs, clock, signal } = hearing;
  const broker = connectBroker(hearing.broker);
  const done = new AbortController();
  const until = AbortSignal.any([signal, done.signal]);
  let problem: string | undefined;
  let hasHeard = false;
  let recovered = new AbortController();
  const giveUpLater = async () => {
    recovered = new AbortController();
    const { signal: back } = recovered;
    await clock.sleep(patienceMs(hasHeard), AbortSignal.any([until, back]));
    if (!back.aborted) done.abort();
  };
  const firstConnected = async () => {
    problem = await hearAll(broker, topics, hearing.onHint);
    if (problem !== undefined) return done.abort();
    hasHeard = true;
    if (!until.aborted) onState(null);
  };
  let isFirst = true;
  let isDown = true;
  broker.onState((trouble) => {
    if (until.aborted) return;
    if (trouble !== null) {
      onState(trouble);
      if (!isDown) giveUpLater();
      isDown = true;
      return;
    }
    isDown = false;
    recovered.abort();
    if (hasHeard) onState(null);
    if (isFirst) firstConnected();
    isFirst = false;
  });
  giveUpLater();
  await aborted(until);
  await broker.close();
  return { problem };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Subscribes to all of these; why it cannot, where it can to none by which events are told. Those that a broker does not let us
 * hear, one of two that mean the same, are left out.
 */
async function hearAll(
  broker: Broker,
  { events, programs, byProgram }: TopicsToHear,
  onHint: (hint: Hint) => void,
): Promise<string | undefined> {
  const onMessage = (_topic: string, payload: Uint8Array) =>
    onHint(readHint('mqtt', payload.length > mostReadBytes ? '' : Buffer.from(payload).toString()));
  const hear = (topics: NotifierTopics) => hearOne(broker, topics, onMessage);
  const problems = await Promise.all(events.map(hear));
  await Promise.all(programs.map(hear));
  const refused = problems.filter((one) => one !== undefined);
  const isEnough = byProgram ? refused.length === 0 : refused.length < problems.length;
  return isEnough ? undefined : (refused[0] ?? 'the VTN names no topics');
}

/** By one topic for all operations, else by each of them. */
async function hearOne(
  broker: Broker,
  { all, each }: NotifierTopics,
  onMessage: (topic: string, payload: Uint8Array) => void,
): Promise<string | undefined> {
  const tries = [...(all === undefined ? [] : [[all]]), ...(each.length === 0 ? [] : [each])];
  let problem: string | undefined;
  for (const topics of tries) {
    try {
      await broker.subscribe(topics, onMessage);
      return undefined;
    } catch (error) {
      problem ??= describeError(error);
    }
  }
  return problem;
}
