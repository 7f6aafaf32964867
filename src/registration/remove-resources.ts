import { VenfleetError } from '../core/errors.ts';
import type { Removed } from '../fleet/store.ts';
import type { Answer, WireResponse } from '../profiles/profile.ts';
import { type ChangeRun, drive } from './change-run.ts';
import { type Insisted, insist } from './insist.ts';
import type { Plan } from './make-plan.ts';

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
 * who stands in its way may say 200. So each "not there" is looked up, and each success until one look-up confirmed
 * it; a move's always. Returns the ids of loads that should move and are still where they were. Throws
 * VTN_NOT_REMOVED.
 */
export async function removeResources(plan: Plan, run: ChangeRun): Promise<ReadonlySet<string>> {
  const { store, context, tally, venOf } = run;
  const { profile } = context;
  const removals = removalsOf(plan);
  const kept = new Set(removals.flatMap(({ moves, loadId }) => (moves && loadId !== null ? [loadId] : [])));
  let done: Removal[] = [];
  let isTrusted = false;
  const flush = async () => {
    const batch = done;
    done = [];
    await store.forget(batch);
    if (batch.length > 0) tally.succeed('remove', batch.length);
  };
  try {
    await drive(each(removals), run, async (removal) => {
      const { venName, externalResourceId, moves } = removal;
      const fail = (status: number | null, reason: string) =>
        tally.fail('remove', { venName, externalResourceId, status, reason });
      const request = profile.removeResource(removal.resourceId, venOf(venName));
      const ended = await insist(request, profile.readRemoveResource, context);
      if (ended.at === 'stopped') return;
      if (ended.at === 'failed') return fail(ended.status, ended.reason);
      const saysGone = ended.value === 'gone';
      if (saysGone || moves || !isTrusted) {
        const looked = await look(removal, run, saysGone ? 1 : mostLooks);
        if (looked.at === 'stopped') return;
        if (looked.at === 'failed')
          return fail(looked.status, `removed, but not confirmed: ${looked.reason}`);
        if (looked.value === 'there') {
          if (saysGone) return fail(404, stillListed);
          const { url } = context.transport;
          throw new VenfleetError('VTN_NOT_REMOVED', { url, resourceId: removal.resourceId });
        }
        isTrusted ||= !saysGone;
      }
      done.push(removal);
      if (removal.loadId !== null) kept.delete(removal.loadId);
      if (done.length >= 200) await flush();
    });
  } finally {
    await flush();
  }
  return kept;
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
