import type { WireRequest } from '../openadr/http/transport.ts';
import type { Waiter } from './give-up.ts';
import type { Entrance, Traffic } from './pacing/gate.ts';
import type { VtnLink } from './vtn-link.ts';

/** One job that sends over a link: a registration, a listing. It ends; the link stays. */
export interface Sender extends Waiter {
  readonly link: VtnLink;
  readonly transport: VtnLink['transport'];
  readonly entrance: Entrance;
  /** Aborts when the job is to stop, whoever asked for it. */
  readonly signal: AbortSignal;
  /** Requests that change nothing and should be answered with success, by which to see how the VTN is; may be none. */
  harmless(): readonly WireRequest[];
  /** Its requests change nothing: once the job ends, their answers are not waited for. */
  readonly onlyLooks: boolean;
  /** Stops the job: what failed concerns all of it. */
  stop(): void;
}

export interface SenderOptions {
  /** What its requests have in common: see `Traffic`. */
  readonly kind: Traffic['kind'];
  /** See `Traffic`. Default: as many as the pacing allows. */
  readonly most?: Traffic['most'];
  /** Default `usual`. */
  readonly lane?: Traffic['lane'];
  /** Whether it waits for a VTN that is silent or busy, however long that lasts. Default: it gives up. */
  readonly whenDown?: Waiter['whenDown'];
  /** See `Sender`; without it, refusals of the token are counted instead. */
  readonly harmless?: Sender['harmless'] | undefined;
  /** See `Sender`. Default: false. */
  readonly onlyLooks?: boolean;
  /** Stops the job from outside. */
  readonly signal?: AbortSignal | undefined;
}

export function createSender(
  link: VtnLink,
  {
    kind,
    most,
    lane = 'usual',
    whenDown = 'give-up',
    harmless,
    onlyLooks = false,
    signal: from,
  }: SenderOptions,
): Sender {
  const own = new AbortController();
  const signal = from ? AbortSignal.any([from, own.signal]) : own.signal;
  return {
    link,
    transport: link.transport,
    entrance: link.pacing.gate.entrance({ lane, kind, most, signal }),
    signal,
    startedAt: link.clock.monotonic(),
    whenDown,
    canLook: harmless !== undefined,
    harmless: harmless ?? (() => []),
    onlyLooks,
    stop: () => own.abort(),
  };
}

/** Waits for `work`; an error in it is not one thing's own, and stops the whole job. */
export function guarded<T>(sender: Sender, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    sender.stop();
    throw error;
  });
}

/** Does `work` on each item, at the link's pace; the first error in it stops the job, and is thrown at the end. */
export function driveAll<T>(
  sender: Sender,
  items: AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  return sender.link.pacing.drive(items, (item) => guarded(sender, work(item)), sender.entrance);
}
