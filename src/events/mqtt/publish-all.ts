import type { Clock } from '../../core/clock.ts';
import { unlessAborted } from '../../core/unless-aborted.ts';
import type { Feeder, Link, Message } from './link.ts';

type OwnMessage = Omit<Message, 'retain'>;

interface PublishOptions {
  readonly retain: boolean;
  readonly failed: (index: number, problem: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** The connection, as soon as there is one; or why there is none, where the signal aborts first. */
  readonly link: (signal: AbortSignal) => Promise<Link | string>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly closing: AbortSignal;
}

/** How long what is under way is waited for when nobody wants the result any more, milliseconds. */
const lastWordsMs = 1_000;

/** See `Broker.publishAll`. */
export async function publishOver(messages: readonly OwnMessage[], options: PublishOptions): Promise<void> {
  if (messages.length === 0) return;
  const { signal, closing, clock, timeoutMs } = options;
  const timeUp = new AbortController();
  const stop = AbortSignal.any([timeUp.signal, closing, ...(signal ? [signal] : [])]);
  const finished = new AbortController();
  clock.sleep(timeoutMs, finished.signal).then(() => timeUp.abort());
  try {
    const link = await options.link(stop);
    if (typeof link === 'string') {
      for (const index of messages.keys()) options.failed(index, link);
      return;
    }
    const pump = pumpOver(messages, options);
    const abort = () => pump.stop(timeUp.signal.aborted ? tooSlow : 'it was stopped');
    stop.addEventListener('abort', abort, { once: true });
    // Else it lives, with all messages, as long as the broker's link.
    pump.done.then(() => stop.removeEventListener('abort', abort));
    if (stop.aborted) abort();
    link.feed(pump.feed);
    await unlessAborted(pump.done, stop);
    if (!pump.isDone()) {
      // A second time-out for what is under way; none where the broker has not said a word in the first.
      const wait = timeUp.signal.aborted ? timeoutMs : Math.min(timeoutMs, lastWordsMs);
      if (!timeUp.signal.aborted || pump.acknowledged() > 0)
        await Promise.race([pump.done, clock.sleep(wait, finished.signal)]);
      // Else it could be delivered at any later time, after what comes next.
      if (!pump.isDone()) link.reset(noAcknowledgement);
    }
    await pump.done;
  } finally {
    finished.abort();
  }
}

const tooSlow = 'the broker did not take it in time';
const noAcknowledgement = 'the broker did not acknowledge it in time';

/** Hands messages to a connection, and knows what became of them. */
function pumpOver(
  messages: readonly OwnMessage[],
  { retain, failed }: Pick<PublishOptions, 'retain' | 'failed'>,
) {
  let next = 0;
  let underWay = 0;
  let acknowledged = 0;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const isDone = () => next >= messages.length && underWay === 0;
  const feed: Feeder = (publish) => {
    const index = next++;
    const message = messages[index];
    if (!message) return false;
    underWay++;
    publish({ ...message, retain }, (problem) => {
      underWay--;
      if (problem === undefined) acknowledged++;
      else failed(index, problem);
      if (isDone()) finish();
    });
    return next < messages.length;
  };
  return {
    done,
    isDone,
    feed,
    acknowledged: () => acknowledged,
    /** Nothing more is sent; what was not sent has failed. */
    stop(problem: string) {
      while (next < messages.length) failed(next++, problem);
      if (isDone()) finish();
    },
  };
}
