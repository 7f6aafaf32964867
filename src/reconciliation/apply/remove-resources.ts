import { each } from '../../core/async-iterables.ts';
import { VenfleetError } from '../../core/errors.ts';
import { type Answered, sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import { driveAll, type Sender } from '../../delivery/sender.ts';
import type { ReconciliationProfile } from '../../profiles/reconciliation-profile.ts';
import type { RegisteredVen } from '../../profiles/registration-profile.ts';
import { findResource } from '../../registration/find-resource.ts';
import type { Removed } from '../../store/sent-store.ts';
import { listVtn } from '../listing/list-vtn.ts';
import { type Plan, venOf } from '../make-plan.ts';
import type { Changing } from './update-resources.ts';

/** A resource to be removed, and what to forget then. */
interface Removal extends Removed {
  readonly resourceId: string;
  readonly name: string;
  readonly ven: RegisteredVen;
  /** It is created under another VEN next. */
  readonly moves: boolean;
}

/** Looks that may still find a resource after the VTN said that it removed it: it may take its time. */
const mostLooks = 5;

/**
 * Removes resources as planned, and forgets them. A VTN is not believed at once: a missing route says 404 as well, and
 * a gateway in front of the VTN may say 200 to anything. So each "not there" is looked up, and each success until one
 * look-up confirmed it; a move's always. The other successes are held against one more listing at the end, and are
 * remembered until then. Returns the ids of loads that should move and are still where they were. Throws VTN_NOT_REMOVED.
 */
export async function removeResources(
  plan: Plan,
  { store, profile, sender, counts }: Changing,
): Promise<ReadonlySet<string>> {
  const removals = removalsOf(plan);
  const kept = new Set(removals.flatMap(({ moves, loadId }) => (moves && loadId !== null ? [loadId] : [])));
  const unconfirmed: Removal[] = [];
  let done: { removal: Removal; isConfirmed: boolean }[] = [];
  let isTrusted = false;
  const flush = async () => {
    const batch = done;
    done = [];
    const of = (confirmed: boolean) =>
      batch.filter(({ isConfirmed }) => isConfirmed === confirmed).map(({ removal }) => removal);
    await store.forget(of(true));
    // Not registered any more, but perhaps still there.
    await store.unmap(of(false).flatMap(({ loadId }) => loadId ?? []));
    unconfirmed.push(...of(false));
    if (batch.length > 0) counts.succeed('remove', batch.length);
  };
  try {
    await driveAll(sender, each(removals), async (removal) => {
      const ended = await remove(removal, profile, sender, isTrusted);
      if (ended.at === 'stopped') return;
      if (ended.at === 'failed') {
        const { venName, externalResourceId } = removal;
        counts.fail('remove', { venName, externalResourceId, status: ended.status, reason: ended.reason });
        return;
      }
      isTrusted ||= ended.value === 'confirmed';
      done.push({ removal, isConfirmed: ended.value !== 'answered' });
      if (removal.loadId !== null) kept.delete(removal.loadId);
      if (done.length >= 200) await flush();
    });
  } finally {
    await flush();
  }
  await confirm(unconfirmed, plan, { store, profile, sender });
  return kept;
}

/**
 * Removes one. `confirmed`: the VTN said so, and a look-up as well; `gone`: it was not there; `answered`: the VTN said
 * so.
 */
async function remove(
  removal: Removal,
  profile: ReconciliationProfile,
  sender: Sender,
  isTrusted: boolean,
): Promise<Answered<'confirmed' | 'gone' | 'answered'>> {
  const request = profile.removeResource(removal.resourceId, removal.ven);
  const ended = await sendUntilAnswered(request, profile.readRemoveResource, sender);
  if (ended.at !== 'done') return ended;
  const saysGone = ended.value === 'gone';
  if (!saysGone && !removal.moves && isTrusted) return { at: 'done', value: 'answered' };
  const looked = await look(removal, profile, sender, saysGone ? 1 : mostLooks);
  if (looked.at === 'stopped') return looked;
  if (looked.at === 'failed') return { ...looked, reason: `removed, but not confirmed: ${looked.reason}` };
  if (looked.value === 'gone') return { at: 'done', value: saysGone ? 'gone' : 'confirmed' };
  if (saysGone) return { at: 'failed', status: 404, reason: stillListed, isRefusal: true };
  throw notRemoved(removal, sender);
}

/** Forgets those that a listing does not show any more; one that stays there ends the job. */
async function confirm(
  removals: readonly Removal[],
  plan: Plan,
  { store, profile, sender }: Omit<Changing, 'counts'>,
): Promise<void> {
  if (removals.length === 0) return;
  const names = new Set(removals.map(({ venName }) => venName));
  const vens = [...names].map((venName) => ({ venName, expected: 0, storedId: plan.vens.get(venName)?.id }));
  const listed = await listVtn(vens, { profile, sender });
  if (!listed) return;
  const isThere = ({ resourceId }: Removal) => listed.byId(resourceId) !== undefined;
  const stillThere = removals.filter(isThere);
  await store.forget(removals.filter((removal) => !isThere(removal)));
  await driveAll(sender, each(stillThere), async (removal) => {
    const looked = await look(removal, profile, sender, mostLooks);
    if (looked.at === 'done' && looked.value === 'gone') await store.forget([removal]);
    else if (looked.at !== 'stopped') throw notRemoved(removal, sender);
  });
}

function notRemoved({ resourceId }: Removal, { transport }: Sender): VenfleetError {
  return new VenfleetError('VTN_NOT_REMOVED', { url: transport.url, resourceId });
}

const stillListed =
  'HTTP 404, but the VTN still lists it: it does not remove resources, or not at this address';

function removalsOf(plan: Plan): Removal[] {
  return plan.actions.flatMap((action): Removal[] => {
    if (action.kind === 'remove') return [{ ...action, ven: venOf(plan, action.venName), moves: false }];
    return action.kind === 'update' && action.fromVen !== null
      ? [{ ...action, venName: action.fromVen, ven: venOf(plan, action.fromVen), moves: true }]
      : [];
  });
}

/** Looks whether a resource is still listed, and while it is, again after a wait, so many times in all. */
function look(
  removal: Removal,
  profile: ReconciliationProfile,
  sender: Sender,
  looks: number,
): Promise<Answered<'there' | 'gone'>> {
  let left = looks;
  return findResource<'there' | 'gone'>(
    removal,
    removal.ven,
    { profile, sender },
    (response) => {
      // As to a look-up of a load: some say so where a filter leaves nothing.
      if (response.status === 404) return { kind: 'done', value: 'gone' };
      const listed = profile.readResources(response);
      if (listed.kind !== 'done') return listed;
      if (!listed.value.some(({ id }) => id === removal.resourceId)) return { kind: 'done', value: 'gone' };
      return --left > 0
        ? { kind: 'failed', status: response.status, reason: 'it is still listed' }
        : { kind: 'done', value: 'there' };
    },
    (found) => found === 'gone',
  );
}
