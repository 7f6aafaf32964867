import { describeError } from '../../core/errors.ts';
import { largestPage, wholeListing } from '../../core/whole-listing.ts';
import type { Sender } from '../../delivery/sender.ts';
import { settle } from '../../delivery/settle.ts';
import type {
  Callback,
  ListedSubscription,
  PushProfile,
  SubscriptionScope,
} from '../../profiles/push-profile.ts';
import type { HintListener } from './hint.ts';
import { hintState } from './hint-state.ts';
import { asked, NotToBeHad, type PushOptionsOfAll, pushSender, repeating } from './push-readers.ts';

export interface SubscriptionsOptions extends PushOptionsOfAll {
  readonly profile: PushProfile;
  readonly callback: Callback;
  /** VENs that subscribe for themselves, where the profile reads as these. */
  readonly vens: readonly string[];
  readonly listener: HintListener;
  /** Told of what could not be removed: the VTN will go on calling, and is refused. */
  readonly onLeft?: ((left: { venName: string | undefined; reason: string }) => void) | undefined;
  /** How often they are looked at again, milliseconds. Default 15 minutes. */
  readonly renewMs?: number | undefined;
}

export interface Subscriptions {
  /** The VTN has other programs than before. */
  programsChanged(): void;
  /** Removes them, as far as the VTN lets us; never throws. */
  close(): Promise<void>;
}

const defaultRenewMs = 15 * 60_000;
/** Milliseconds that removing them may take. */
const closeMs = 10_000;

/**
 * Keeps subscriptions to events and programs on the VTN until it is closed: made, looked at again, made anew where they are gone,
 * replaced where they bring another token than ours. A VTN that refuses is asked again later.
 */
export function keepSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { profile, link, vens, listener, renewMs = defaultRenewMs } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const { clock, random } = link;
  const readers: (string | undefined)[] = profile.readsAs === 'ven' ? [...vens] : [undefined];
  const state = hintState('webhook', readers, listener);
  const loops = readers.map((venName) => {
    const held: Held = { ours: new Set(), touched: false, words: 0 };
    let isWell = false;
    const once = async () => {
      const scopes = scopesOf(options, venName);
      if (scopes === undefined) return renewMs;
      const made = await bringAbout(options, venName, scopes, held, pushSender(options, signal));
      if (made > 0 || !isWell) state.set(venName, null);
      isWell = true;
      return renewMs * (0.9 + random() * 0.2);
    };
    const onProblem = (problem: string) => {
      isWell = false;
      state.set(venName, problem);
    };
    return { venName, held, ...repeating(once, onProblem, { clock, random, signal }) };
  });
  return {
    programsChanged() {
      if (profile.subscriptionIsOf === 'program') for (const { wake } of loops) wake();
    },
    async close() {
      closing.abort();
      await Promise.all(loops.map(({ ended }) => ended));
      const sender = pushSender(options, AbortSignal.timeout(closeMs), false);
      const touched = loops.filter(({ held }) => held.touched);
      await Promise.all(touched.map(({ venName }) => removeAll(options, venName, sender)));
    },
  };
}

/** What is known of a reader's subscriptions. */
interface Held {
  /** Ids of those that bring our token. */
  readonly ours: Set<string>;
  /** There may be some. */
  touched: boolean;
  /** Which words the VTN took. */
  words: number;
}

function scopesOf(
  { profile, programs }: SubscriptionsOptions,
  venName: string | undefined,
): readonly SubscriptionScope[] | undefined {
  if (profile.subscriptionIsOf === 'all') return [{ venName, programId: undefined }];
  return programs(venName)?.map((programId) => ({ venName, programId }));
}

/**
 * Makes the reader's subscriptions be as they should; resolves to how many had to be made. Throws NotToBeHad where some could not,
 * when the others have been.
 */
async function bringAbout(
  options: SubscriptionsOptions,
  venName: string | undefined,
  scopes: readonly SubscriptionScope[],
  held: Held,
  sender: Sender,
): Promise<number> {
  const ours = await listOurs(options, venName, sender);
  if (ours.length > 0) held.touched = true;
  const isRight = ({ id, isRight: shown }: ListedSubscription) => shown ?? held.ours.has(id);
  const kept = scopes.map(({ programId }) => ours.find((one) => one.programId === programId && isRight(one)));
  held.ours.clear();
  for (const one of kept) if (one) held.ours.add(one.id);
  for (const { id } of ours) {
    // Once it is closed, all of them are removed.
    if (!held.ours.has(id) && !sender.signal.aborted) await remove(options, venName, id, sender);
  }
  let made = 0;
  let problem: unknown;
  for (const [index, scope] of scopes.entries()) {
    if (kept[index]) continue;
    try {
      held.ours.add(await make(options, scope, held, sender));
      made++;
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  return made;
}

/** Makes one; where the VTN takes it for a bad request, in other words. Resolves to its id. */
async function make(
  { profile, callback }: SubscriptionsOptions,
  scope: SubscriptionScope,
  held: Held,
  sender: Sender,
): Promise<string> {
  held.touched = true;
  const settled = await settle(profile.subscription(scope, callback, held.words), sender);
  if (settled.at === 'mapped') return settled.id;
  if (settled.at === 'stopped') throw new NotToBeHad('it was stopped');
  const isBadRequest = settled.status === 400 || settled.status === 422;
  for (let words = 0; isBadRequest && words < profile.wordings; words++) {
    if (words === held.words) continue;
    const again = await settle(profile.subscription(scope, callback, words), sender);
    if (again.at !== 'mapped') continue;
    held.words = words;
    return again.id;
  }
  throw new NotToBeHad(settled.reason, settled.status);
}

async function listOurs(
  { profile, callback }: SubscriptionsOptions,
  venName: string | undefined,
  sender: Sender,
): Promise<ListedSubscription[]> {
  const { pageSize, page, readPage } = profile.subscriptions(venName, callback);
  const { end, items } = await wholeListing<ListedSubscription>({
    limit: pageSize ?? largestPage,
    fetchPage: (skip) => asked({ request: page(skip), read: readPage }, sender),
  });
  if (end !== 'whole') throw new NotToBeHad('the VTN does not list subscriptions to their end');
  return [...items.values()].filter(({ isOurs }) => isOurs);
}

async function removeAll(
  options: SubscriptionsOptions,
  venName: string | undefined,
  sender: Sender,
): Promise<void> {
  const ours = await listOurs(options, venName, sender).catch((error) => {
    options.onLeft?.({ venName, reason: describeError(error) });
    return [];
  });
  for (const { id } of ours) await remove(options, venName, id, sender);
}

async function remove(
  { profile, onLeft }: SubscriptionsOptions,
  venName: string | undefined,
  id: string,
  sender: Sender,
): Promise<void> {
  try {
    await asked(profile.unsubscribe(id, venName), sender);
  } catch (error) {
    onLeft?.({ venName, reason: describeError(error) });
  }
}
