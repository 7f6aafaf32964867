import type { Clock } from '../../core/clock.ts';
import { describeError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import { createSender, type Sender } from '../../delivery/sender.ts';
import type { VtnLink } from '../../delivery/vtn-link.ts';
import type { Question } from '../../profiles/push-profile.ts';

/** What asking a VTN to tell of changes needs, by whichever way. */
export interface PushOptionsOfAll {
  readonly link: VtnLink;
  /** See `Sender`. */
  readonly harmless?: Sender['harmless'] | undefined;
  /**
   * The VTN's ids of the programs that a reader sees (`venName` undefined: the one that sees all); undefined: not known yet.
   * Where it changes, `programsChanged` is to be called.
   */
  programs(venName: string | undefined): readonly string[] | undefined;
}

/** A VTN's no: what was asked for cannot be had now. The message is no sentence. */
export class NotToBeHad extends Error {
  readonly status: number | null;

  constructor(reason: string, status: number | null = null) {
    super(reason);
    this.status = status;
  }
}

/** `waits`: for a VTN that is down, however long that lasts. */
export function pushSender({ link, harmless }: PushOptionsOfAll, signal: AbortSignal, waits = true): Sender {
  return createSender(link, {
    kind: 'push',
    most: 4,
    whenDown: waits ? 'wait' : 'give-up',
    harmless,
    signal,
  });
}

/** What the VTN answers; throws NotToBeHad where it refuses, and where the job was aborted first. */
export async function asked<T>({ request, read }: Question<T>, sender: Sender): Promise<T> {
  const answered = await sendUntilAnswered(request, read, sender);
  if (answered.at === 'done') return answered.value;
  if (answered.at === 'stopped') throw new NotToBeHad('it was stopped');
  throw new NotToBeHad(answered.reason, answered.status);
}

/** A refusal may be for ever, or for as long as a VTN takes to start: asked again after half a minute, and ever less often. */
const againMs = { first: 30_000, longest: 3_600_000 };

/**
 * Does `once` again and again until `signal` aborts. It resolves to how long to wait, milliseconds; what it throws is told to
 * `onProblem`, and it is done again after growing waits. `wake` ends a wait.
 */
export function repeating(
  once: () => Promise<number>,
  onProblem: (problem: string) => void,
  { clock, random, signal }: { clock: Clock; random: Random; signal: AbortSignal },
): { readonly ended: Promise<void>; wake(): void } {
  let waiting = new AbortController();
  let failures = 0;
  const nextWait = async (): Promise<number> => {
    try {
      const ms = await once();
      failures = 0;
      return ms;
    } catch (error) {
      if (signal.aborted) return 0;
      onProblem(describeError(error));
      const bound = Math.min(againMs.longest, againMs.first * 2 ** failures++);
      return bound / 2 + (random() * bound) / 2;
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      waiting = new AbortController();
      const { signal: woken } = waiting;
      await clock.sleep(await nextWait(), AbortSignal.any([signal, woken]));
    }
  };
  return { ended: run(), wake: () => waiting.abort() };
}
