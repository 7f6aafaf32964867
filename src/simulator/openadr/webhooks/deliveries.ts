import type { SimulatorSwitches } from '../../machine/switches.ts';

/** A notification that is to be sent to a callback URL. */
export interface Delivery {
  /** The ids of the subscription and of the object. */
  readonly subscription: string;
  readonly object: string;
  readonly objectType: string;
  readonly operation: string;
  readonly url: string;
  readonly token: string | undefined;
  readonly body: string;
}

type Outcome = 'delivered' | 'failed' | 'not sent';

export interface Deliveries {
  /** Sends it, again after failures; nobody waits for it. */
  send(delivery: Delivery): void;
  /** What became of the latest, the oldest first; bodies and tokens are not told. */
  latest(): Iterable<object>;
  counts(): Readonly<Record<'delivered' | 'failed' | 'notSent' | 'waiting' | 'attempts', number>>;
  /** Ends all that is under way, and forgets what waits. */
  close(): Promise<void>;
}

interface Job extends Delivery {
  attempts: number;
}

const mostAtOnce = 16;
const mostWaiting = 10_000;
const mostKept = 1000;

export function createDeliveries(switches: SimulatorSwitches): Deliveries {
  const end = new AbortController();
  const underWay = new Set<Promise<void>>();
  const queue: Job[] = [];
  const latest: object[] = [];
  const counts = { delivered: 0, failed: 0, notSent: 0, waiting: 0, attempts: 0 };

  const note = ({ body: _, token: _2, ...job }: Job, outcome: Outcome, answer: number | string) => {
    if (latest.push({ ...job, outcome, answer }) > mostKept) latest.shift();
  };
  const attempt = async (job: Job) => {
    job.attempts += 1;
    counts.attempts += 1;
    const answer = await post(
      job,
      AbortSignal.any([end.signal, AbortSignal.timeout(switches.webhookTimeoutMs)]),
    );
    if (end.signal.aborted) return;
    if (typeof answer === 'number' && answer >= 200 && answer < 300) {
      counts.delivered += 1;
      counts.waiting -= 1;
      note(job, 'delivered', answer);
    } else if (job.attempts >= switches.webhookAttempts) {
      counts.failed += 1;
      counts.waiting -= 1;
      note(job, 'failed', answer);
    } else {
      const again = () => {
        queue.push(job);
        pump();
      };
      setTimeout(again, switches.webhookRetryMs * 2 ** (job.attempts - 1)).unref();
    }
  };
  const pump = () => {
    while (!end.signal.aborted && queue.length > 0 && underWay.size < mostAtOnce) {
      const one: Promise<void> = attempt(queue.shift() as Job).finally(() => {
        underWay.delete(one);
        pump();
      });
      underWay.add(one);
    }
  };
  return {
    send(delivery) {
      const job = { ...delivery, attempts: 0 };
      if (counts.waiting >= mostWaiting) {
        counts.notSent += 1;
        return note(job, 'not sent', 'too many wait');
      }
      counts.waiting += 1;
      queue.push(job);
      pump();
    },
    latest: () => [...latest],
    counts: () => ({ ...counts }),
    async close() {
      queue.length = 0;
      end.abort();
      await Promise.allSettled(underWay);
    },
  };
}

/** The status of the answer, or why there is none. */
async function post({ url, token, body }: Delivery, signal: AbortSignal): Promise<number | string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      // Redirects are not followed (Definition, Webhooks).
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body,
      signal,
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
