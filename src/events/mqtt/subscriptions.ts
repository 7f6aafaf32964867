import type { Clock } from '../../core/clock.ts';
import type { Link } from './link.ts';

type Listener = (topic: string, payload: Uint8Array, isRetained: boolean) => void;

interface Subscription {
  readonly topics: readonly string[];
  readonly exact: ReadonlySet<string>;
  readonly patterns: readonly string[];
  readonly onMessage: Listener;
}

interface Links {
  current(): Link | undefined;
  /** The connection, as soon as there is one; a text, why there is none, where this is closed first. */
  connected(): Promise<Link | string>;
}

/** A packet with more topics could be longer than a broker takes. */
export const topicsAtOnce = 200;

/** What is subscribed to, for all connections that follow each other. */
export function subscriptionsOf(clock: Clock, timeoutMs: number) {
  const all = new Set<Subscription>();
  const acknowledged = new Set<Subscription>();
  /** Resolves to the topics that the broker refuses. A connection on which it does not answer is of no use. */
  const ask = async (link: Link, topics: readonly string[]): Promise<string[]> => {
    const answered = new AbortController();
    clock.sleep(timeoutMs, answered.signal).then(() => {
      if (!answered.signal.aborted) link.reset('the broker did not acknowledge a subscription in time');
    });
    const refused: string[] = [];
    try {
      for (const some of portions(topics)) refused.push(...(await link.subscribe(some)));
    } finally {
      answered.abort();
    }
    return refused;
  };
  return {
    tell(topic: string, payload: Uint8Array, isRetained: boolean) {
      for (const { exact, patterns, onMessage } of all) {
        if (exact.has(topic) || patterns.some((pattern) => topicMatches(pattern, topic)))
          onMessage(topic, payload, isRetained);
      }
    },
    /** On a new connection; those that were not acknowledged yet ask for themselves. Resolves to the topics that are refused. */
    renew: (link: Link) => ask(link, [...new Set([...acknowledged].flatMap(({ topics }) => topics))]),
    /** See `Broker.subscribe`. */
    async add(topics: readonly string[], onMessage: Listener, { current, connected }: Links) {
      const patterns = topics.filter((topic) => /[+#]/.test(topic));
      const subscription = { topics, exact: new Set(topics), patterns, onMessage };
      all.add(subscription);
      const end = async () => {
        if (!all.delete(subscription)) return;
        acknowledged.delete(subscription);
        const link = current();
        const shared = new Set([...all].flatMap((other) => other.topics));
        const own = topics.filter((topic) => !shared.has(topic));
        // Without a connection there is nothing to take back.
        if (link) await takeBack(link, own);
      };
      for (;;) {
        const link = await connected();
        if (typeof link === 'string') {
          all.delete(subscription);
          throw new Error(link);
        }
        const refused = await ask(link, topics).catch(() => undefined);
        // The connection was lost: with the next one it is asked for again.
        if (refused === undefined) continue;
        if (refused.length === 0) {
          acknowledged.add(subscription);
          return end;
        }
        await end();
        throw new Error(`the broker refuses the topic ${refused[0]}`);
      }
    },
  };
}

function* portions(topics: readonly string[]): Iterable<readonly string[]> {
  for (let begin = 0; begin < topics.length; begin += topicsAtOnce)
    yield topics.slice(begin, begin + topicsAtOnce);
}

async function takeBack(link: Link, topics: readonly string[]): Promise<void> {
  for (const some of portions(topics)) await link.unsubscribe(some).catch(() => undefined);
}

/** Whether a topic is one of those that a pattern means (MQTT 5, section 4.7). */
export function topicMatches(pattern: string, topic: string): boolean {
  const levels = topic.split('/');
  const wanted = pattern.split('/');
  // Topics of the broker itself are none of those that a wildcard at the beginning means.
  if (topic.startsWith('$') && /^[+#]/.test(pattern)) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return levels.length === wanted.length;
}
