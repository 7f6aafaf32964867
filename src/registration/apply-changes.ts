import { type Load, loadsOfSite, siteFromRow } from '../fleet/load.ts';
import type { FleetStore, Removed } from '../fleet/store.ts';
import type { RegisteredVen } from '../profiles/profile.ts';
import type { ApplyTally } from './apply-tally.ts';
import type { RunContext } from './exchange.ts';
import { insist } from './insist.ts';
import { sitePages } from './local-loads.ts';
import type { Plan } from './make-plan.ts';
import type { PlanAction } from './plan-actions.ts';
import { createRecorder, type LoadResult, type Recorder } from './recorder.ts';
import { sentHashOf } from './sent-hash.ts';

type Update = Extract<PlanAction, { kind: 'update' }>;

/** What removing and updating need: the plan, the database, the VTN. */
interface ChangeRun {
  readonly store: FleetStore;
  readonly context: RunContext;
  readonly tally: ApplyTally;
  /** Stops the run: what failed concerns all of it. */
  readonly stop: () => void;
  venOf(venName: string): RegisteredVen;
}

/** Removes and updates resources as planned, and stores what was done, even where the run ends early. */
export async function changeResources(
  plan: Plan,
  { store, context, stop }: { store: FleetStore; context: RunContext; stop: () => void },
  tally: ApplyTally,
): Promise<void> {
  // Where resources are not listed by VEN, nobody needs the VTN's id of one.
  const venOf = (name: string) => plan.vens.get(name) ?? { name, id: name };
  const run: ChangeRun = { store, context, tally, stop, venOf };
  await removeAll(plan, run);
  await updateAll(
    plan.actions.filter((action) => action.kind === 'update' && action.fromVen === null) as Update[],
    run,
  );
}

/** A resource to be removed, and what to forget then. */
interface Removal extends Removed {
  readonly resourceId: string;
}

async function removeAll(plan: Plan, run: ChangeRun): Promise<void> {
  const { store, context, tally, venOf } = run;
  const removals = plan.actions.flatMap((action): Removal[] => {
    if (action.kind === 'remove') return [action];
    return action.kind === 'update' && action.fromVen !== null
      ? [{ ...action, venName: action.fromVen }]
      : [];
  });
  let done: Removal[] = [];
  /** Those that the VTN says it does not have: while it has removed none, it may be that it can remove none. */
  let gone: Removal[] = [];
  const flush = async () => {
    const batch = done;
    done = [];
    await store.forget(batch);
    if (batch.length > 0) tally.succeed('remove', batch.length);
  };
  const { profile } = context;
  try {
    await drive(each(removals), run, async (removal) => {
      const request = profile.removeResource(removal.resourceId, venOf(removal.venName));
      const ended = await insist(request, profile.readRemoveResource, context);
      if (ended.at === 'failed') return tally.fail('remove', { ...named(removal), ...ended });
      if (ended.at !== 'done') return;
      if (ended.value === 'gone') gone.push(removal);
      else done.push(removal);
      if (done.length >= 200) await flush();
    });
    if (tally.done('remove') + done.length > 0) {
      done.push(...gone);
      gone = [];
    }
  } finally {
    await flush();
    for (const removal of gone)
      tally.fail('remove', { ...named(removal), status: 404, reason: nothingRemoved });
  }
}

const nothingRemoved =
  'HTTP 404, and nothing else was removed either: it is gone already, or this VTN cannot remove; plan again to see';

const named = ({ venName, externalResourceId }: Removal) => ({ venName, externalResourceId });

/**
 * A name may have to be freed by one update before another can take it: what is refused for that is tried
 * again as long as others succeed.
 */
async function updateAll(updates: readonly Update[], run: ChangeRun): Promise<void> {
  const { context, tally } = run;
  const stored = (results: readonly LoadResult[]) => {
    for (const { load, venName, outcome } of results) {
      if (outcome.at === 'mapped') tally.succeed('update');
      else tally.fail('update', { venName, externalResourceId: load.externalResourceId, ...outcome });
    }
  };
  const recorder = createRecorder(run.store, context.clock, stored, run.stop);
  try {
    let left = updates;
    for (;;) {
      const refused = await updateRound(left, run, recorder, false);
      if (refused.length === 0 || refused.length === left.length) {
        await updateRound(refused, run, recorder, true);
        return;
      }
      left = refused;
    }
  } finally {
    await recorder.finish();
  }
}

/** Tries each once; returns those whose name is taken, unless this is the `last` round. */
async function updateRound(
  updates: readonly Update[],
  run: ChangeRun,
  recorder: Recorder,
  last: boolean,
): Promise<Update[]> {
  const taken: Update[] = [];
  const { profile } = run.context;
  await drive(withLoads(updates, run.store), run, async ({ update, load }) => {
    const fail = (status: number | null, reason: string) => {
      const outcome = { at: 'failed' as const, status, reason, inDoubt: false };
      recorder.add({ load: update, venName: update.venName, outcome });
    };
    if (!load) return fail(null, 'its row has gone or is broken since the plan was made');
    const ven = run.venOf(update.venName);
    const ended = await insist(
      profile.updateLoad(load, ven, update.resourceId),
      (response) => profile.readUpdateLoad(load, response),
      run.context,
    );
    if (ended.at === 'stopped') return;
    if (ended.at === 'failed') {
      if (ended.status === 409 && !last) taken.push(update);
      else fail(ended.status, ended.reason);
    } else if (ended.value === 'gone')
      fail(404, 'it is gone from the VTN since the plan was made: plan again');
    else {
      const { resourceId: id } = update;
      const outcome = { at: 'mapped' as const, id, sentHash: sentHashOf(load), confirmed: true };
      recorder.add({ load, venName: update.venName, outcome });
    }
  });
  return taken;
}

/** The updates with their loads as they are now, read again VEN by VEN. */
async function* withLoads(
  updates: readonly Update[],
  store: FleetStore,
): AsyncGenerator<{ update: Update; load: Load | undefined }> {
  for (const [venName, ofVen] of Map.groupBy(updates, (update) => update.venName)) {
    const left = new Map(ofVen.map((update) => [update.loadId, update]));
    for await (const sites of sitePages(store, venName)) {
      for (const row of sites) {
        if (!row.loads.some(({ loadId }) => left.has(loadId))) continue;
        const parsed = siteFromRow(row);
        for (const load of parsed.ok ? loadsOfSite(parsed.site, row.loads) : []) {
          const update = left.get(load.loadId);
          if (update) yield { update, load };
          left.delete(load.loadId);
        }
      }
      if (left.size === 0) break;
    }
    for (const update of left.values()) yield { update, load: undefined };
  }
}

/** Paces the work; an error in it is not one resource's own, and stops the rest at once. */
function drive<T>(
  items: AsyncIterable<T>,
  { context, stop }: ChangeRun,
  work: (item: T) => Promise<void>,
): Promise<void> {
  return context.pacing.drive(items, (item) =>
    work(item).catch((error: unknown) => {
      stop();
      throw error;
    }),
  );
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
