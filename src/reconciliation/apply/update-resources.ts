import { createRecorder, type LoadResult, type Recorder } from '../../delivery/recorder.ts';
import { insist } from '../../delivery/send-until-answered.ts';
import type { RunContext } from '../../delivery/settle.ts';
import { type Load, loadsOfSite, siteFromRow } from '../../fleet/load.ts';
import { sentHashOf } from '../../fleet/load-hash.ts';
import type { RegisteredVen, RemoteResource } from '../../profiles/registration-profile.ts';
import type { FleetStore } from '../../store/fleet-store.ts';
import { sitePages } from '../../store/site-pages.ts';
import { compareFields } from '../compare-fields.ts';
import type { Plan } from '../make-plan.ts';
import type { PlanAction } from '../plan-actions.ts';
import type { ApplyTally } from './apply-counts.ts';
import { type ChangeRun, drive } from './apply-run.ts';
import { removeResources } from './remove-resources.ts';

type Update = Extract<PlanAction, { kind: 'update' }>;

/**
 * Removes and updates resources as planned, and stores what was done, even where the run ends early. Returns the ids
 * of loads that should move, but are still where they were: they must not be created elsewhere.
 */
export async function changeResources(
  plan: Plan,
  { store, context, stop }: { store: FleetStore; context: RunContext; stop: () => void },
  tally: ApplyTally,
): Promise<ReadonlySet<string>> {
  // Where resources are not listed by VEN, nobody needs the VTN's id of one.
  const venOf = (name: string) => plan.vens.get(name) ?? { name, id: name };
  const run: ChangeRun = { store, context, tally, stop, venOf };
  const kept = await removeResources(plan, run);
  await updateAll(
    plan.actions.filter((action) => action.kind === 'update' && action.fromVen === null) as Update[],
    run,
  );
  return kept;
}

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
  await drive(withLoads(updates, run.store), run, async ({ update, load }) => {
    const outcome = load
      ? await updateOne(update, load, run)
      : failed(null, 'its row has gone or is broken since the plan was made');
    if (!outcome) return;
    if (outcome.at === 'failed' && outcome.status === 409 && !last) taken.push(update);
    else recorder.add({ load: load ?? update, venName: update.venName, outcome });
  });
  return taken;
}

/** Updates one resource; undefined where the run was aborted first. */
async function updateOne(
  { venName, resourceId: id }: Update,
  load: Load,
  { context, venOf }: ChangeRun,
): Promise<LoadResult['outcome'] | undefined> {
  const { profile } = context;
  const ven = venOf(venName);
  const request = profile.updateLoad(load, ven, id);
  const ended = await insist(request, profile.readUpdateLoad, context);
  if (ended.at === 'stopped') return undefined;
  if (ended.at === 'failed') return failed(ended.status, ended.reason);
  if (ended.value === 'gone')
    return failed(404, 'it is gone from the VTN since the plan was made: plan again');
  const isIt = (one: RemoteResource) =>
    one.externalResourceId === undefined ? one.id === id : one.externalResourceId === load.externalResourceId;
  const { shown } = ended.value;
  const now = shown && isIt(shown) ? shown : await lookUp(load, ven, isIt, context);
  if (now === 'stopped') return undefined;
  if ('problem' in now) return failed(now.status, `the VTN said that it updated it, but ${now.problem}`);
  const { verdict, changes } = compareFields(profile.fieldsOf(load), now.fields);
  if (verdict === 'different') {
    const kept = changes.map(({ field, onVtn }) => `${field} "${onVtn}"`).join(', ');
    return failed(null, `the VTN said that it updated it, but it still has ${kept}`);
  }
  // Some give it a new id.
  return { at: 'mapped', id: now.id, sentHash: sentHashOf(load), confirmed: true };
}

/** The resource of a load as the VTN lists it. */
async function lookUp(
  load: Load,
  ven: RegisteredVen,
  isIt: (resource: RemoteResource) => boolean,
  context: RunContext,
): Promise<RemoteResource | { status: number | null; problem: string } | 'stopped'> {
  const { profile } = context;
  const name = profile.fieldsOf(load)[0]?.[1] ?? '';
  const request = profile.findResource({ externalResourceId: load.externalResourceId, name }, ven);
  const ended = await insist(request, profile.readResources, context);
  if (ended.at === 'stopped') return 'stopped';
  if (ended.at === 'failed')
    return { status: ended.status, problem: `it cannot be looked up: ${ended.reason}` };
  return ended.value.find(isIt) ?? { status: null, problem: 'does not list it as it should be now' };
}

/** In doubt: its resource is there, under whatever id the database has. */
function failed(status: number | null, reason: string): LoadResult['outcome'] {
  return { at: 'failed', status, reason, inDoubt: true };
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
