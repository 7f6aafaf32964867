import { VenfleetError } from '../../core/errors.ts';
import { type Insisted, insist } from '../../delivery/send-until-answered.ts';
import type { Answer, WireResponse } from '../../profiles/registration-profile.ts';
import type { Removed } from '../../store/fleet-store.ts';
import { listVtn } from '../listing/list-vtn.ts';
import type { Plan } from '../make-plan.ts';
import { type ChangeRun, drive } from './apply-run.ts';

/** A resource to be removed, and what to forget then. */
interface Removal extends Removed {
  readonly resourceId: string;
  readonly name: string;
  /** It is created under another VEN next. */
  readonly moves: boolean;
}

/** Looks that may still find a resource after the VTN said that it removed it: it may take its time. */
const mostLooks = 5;

/**
 * Removes resources as planned, and forgets them. A VTN is not believed at once: a missing route says 404 as well, and
 * who stands in its way may say 200. So each "not there" is looked up, as is each success until one look-up confirmed
 * it, and a move's always; the other successes are held against one more listing at the end, and are remembered until
 * then. Returns the ids of loads that should move and are still where they were. Throws VTN_NOT_REMOVED.
 */
export async function removeResources(plan: Plan, run: ChangeRun): Promise<ReadonlySet<string>> {
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
    await run.store.forget(of(true));
    // Not registered any more, but perhaps still there.
    await run.store.unmap(of(false).flatMap(({ loadId }) => loadId ?? []));
    unconfirmed.push(...of(false));
    if (batch.length > 0) run.tally.succeed('remove', batch.length);
  };
  try {
    await drive(each(removals), run, async (removal) => {
      const ended = await remove(removal, run, isTrusted);
      if (ended === 'kept') return;
      isTrusted ||= ended === 'confirmed';
      done.push({ removal, isConfirmed: ended !== 'answered' });
      if (removal.loadId !== null) kept.delete(removal.loadId);
      if (done.length >= 200) await flush();
    });
  } finally {
    await flush();
  }
  await confirm(unconfirmed, plan, run);
  return kept;
}

/**
 * Removes one. `confirmed`: the VTN said so, and a look-up as well; `gone`: it was not there; `answered`: the VTN said
 * so; `kept`: it could not be removed, which is told, or the run was aborted.
 */
async function remove(
  removal: Removal,
  run: ChangeRun,
  isTrusted: boolean,
): Promise<'confirmed' | 'gone' | 'answered' | 'kept'> {
  const { context, tally, venOf } = run;
  const { venName, externalResourceId, moves } = removal;
  const fail = (status: number | null, reason: string) => {
    tally.fail('remove', { venName, externalResourceId, status, reason });
    return 'kept' as const;
  };
  const { profile } = context;
  const request = profile.removeResource(removal.resourceId, venOf(venName));
  const ended = await insist(request, profile.readRemoveResource, context);
  if (ended.at === 'stopped') return 'kept';
  if (ended.at === 'failed') return fail(ended.status, ended.reason);
  const saysGone = ended.value === 'gone';
  if (!saysGone && !moves && isTrusted) return 'answered';
  const looked = await look(removal, run, saysGone ? 1 : mostLooks);
  if (looked.at === 'stopped') return 'kept';
  if (looked.at === 'failed') return fail(looked.status, `removed, but not confirmed: ${looked.reason}`);
  if (looked.value === 'gone') return saysGone ? 'gone' : 'confirmed';
  if (saysGone) return fail(404, stillListed);
  throw notRemoved(removal, run);
}

/** Forgets those that a listing does not show any more; one that stays there ends the run. */
async function confirm(removals: readonly Removal[], plan: Plan, run: ChangeRun): Promise<void> {
  if (removals.length === 0) return;
  const { store, context } = run;
  const names = new Set(removals.map(({ venName }) => venName));
  const vens = [...names].map((venName) => ({ venName, expected: 0, storedId: plan.vens.get(venName)?.id }));
  const listed = await listVtn(vens, context);
  if (!listed) return;
  const isThere = ({ resourceId }: Removal) => listed.byId(resourceId) !== undefined;
  const stillThere = removals.filter(isThere);
  await store.forget(removals.filter((removal) => !isThere(removal)));
  await drive(each(stillThere), run, async (removal) => {
    const looked = await look(removal, run, mostLooks);
    if (looked.at === 'done' && looked.value === 'gone') await store.forget([removal]);
    else if (looked.at !== 'stopped') throw notRemoved(removal, run);
  });
}

function notRemoved({ resourceId }: Removal, { context }: ChangeRun): VenfleetError {
  return new VenfleetError('VTN_NOT_REMOVED', { url: context.transport.url, resourceId });
}

const stillListed =
  'HTTP 404, but the VTN still lists it: it does not remove resources, or not at this address';

function removalsOf({ actions }: Plan): Removal[] {
  return actions.flatMap((action): Removal[] => {
    if (action.kind === 'remove') return [{ ...action, moves: false }];
    return action.kind === 'update' && action.fromVen !== null
      ? [{ ...action, venName: action.fromVen, moves: true }]
      : [];
  });
}

/** Looks whether a resource is still listed, and while it is, again after a wait, so many times in all. */
function look(
  removal: Removal,
  { context, venOf }: ChangeRun,
  looks: number,
): Promise<Insisted<'there' | 'gone'>> {
  const { profile } = context;
  let left = looks;
  const read = (response: WireResponse): Answer<'there' | 'gone'> => {
    // As to a look-up of a load: some say so where a filter leaves nothing.
    if (response.status === 404) return { kind: 'done', value: 'gone' };
    const listed = profile.readResources(response);
    if (listed.kind !== 'done') return listed;
    if (!listed.value.some(({ id }) => id === removal.resourceId)) return { kind: 'done', value: 'gone' };
    return --left > 0
      ? { kind: 'failed', status: response.status, reason: 'it is still listed' }
      : { kind: 'done', value: 'there' };
  };
  return insist(profile.findResource(removal, venOf(removal.venName)), read, context);
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
