import { isSameName } from '../../core/same-name.ts';
import type { Recorder } from '../../delivery/recorder.ts';
import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import { driveAll, type Sender } from '../../delivery/sender.ts';
import type { Load } from '../../fleet/load.ts';
import { loadsOfSite, siteFromRow } from '../../fleet/load-from-row.ts';
import { sentHashOf } from '../../fleet/load-hash.ts';
import type { ReconciliationProfile, RemoteResource } from '../../profiles/reconciliation-profile.ts';
import type { RegisteredVen } from '../../profiles/registration-profile.ts';
import { findResource } from '../../registration/find-resource.ts';
import { createResultRecorder, type LoadResult } from '../../registration/record-results.ts';
import type { FleetStore } from '../../store/fleet-store.ts';
import type { RegistrationStore } from '../../store/registration-store.ts';
import type { SentStore } from '../../store/sent-store.ts';
import { sitePages } from '../../store/site-pages.ts';
import { compareFields } from '../compare-fields.ts';
import { type Plan, venOf } from '../make-plan.ts';
import type { PlanAction } from '../plan-actions.ts';
import type { ApplyCounts } from './apply-counts.ts';

type Update = Extract<PlanAction, { kind: 'update' }>;

/** With what resources are changed. */
export interface Changing {
  readonly store: FleetStore & SentStore & RegistrationStore;
  readonly profile: ReconciliationProfile;
  readonly sender: Sender;
  readonly counts: ApplyCounts;
}

/**
 * Updates resources as planned, and stores what was done, even where the job ends early. A name may have to be freed by
 * one update before another can take it: what is refused for that is tried again as long as others succeed.
 */
export async function updateResources(
  plan: Plan,
  { store, profile, sender, counts }: Changing,
): Promise<void> {
  const stored = (results: readonly LoadResult[]) => {
    for (const { load, venName, outcome } of results) {
      if (outcome.at === 'mapped') {
        counts.succeed('update');
        continue;
      }
      const { status, reason } = outcome;
      counts.fail('update', { venName, externalResourceId: load.externalResourceId, status, reason });
    }
  };
  const { transport, clock } = sender.link;
  const vtn = { url: transport.url, profile: profile.name };
  const recorder = createResultRecorder({ store, vtn, clock, stored, broken: sender.stop });
  const round = (updates: readonly Update[], isLast: boolean) =>
    updateRound(updates, plan, { store, profile, sender, recorder, isLast });
  try {
    let left: readonly Update[] = updatesOf(plan);
    for (;;) {
      const refused = await round(left, false);
      if (refused.length === 0 || refused.length === left.length) {
        await round(refused, true);
        return;
      }
      left = refused;
    }
  } finally {
    await recorder.finish();
  }
}

/** The updates of a plan, but for those that are to be removed and created anew. */
function updatesOf({ actions }: Plan): Update[] {
  return actions.filter((action) => action.kind === 'update').filter(({ fromVen }) => fromVen === null);
}

interface Round extends Omit<Changing, 'counts'> {
  readonly recorder: Recorder<LoadResult>;
  /** What is refused now stays so. */
  readonly isLast: boolean;
}

/** Tries each once; returns those whose name is taken, unless this is the last round. */
async function updateRound(
  updates: readonly Update[],
  plan: Plan,
  { store, profile, sender, recorder, isLast }: Round,
): Promise<Update[]> {
  const taken: Update[] = [];
  await driveAll(sender, withLoads(updates, store), async ({ update, load }) => {
    const outcome = load
      ? await updateOne(update, load, venOf(plan, update.venName), profile, sender)
      : failed(null, 'its row has gone or is broken since the plan was made');
    if (!outcome) return;
    if (outcome.at === 'failed' && outcome.status === 409 && !isLast) taken.push(update);
    else recorder.add({ load: load ?? update, venName: update.venName, outcome });
  });
  return taken;
}

/** Updates one resource; undefined where the job was aborted first. */
async function updateOne(
  { resourceId: id }: Update,
  load: Load,
  ven: RegisteredVen,
  profile: ReconciliationProfile,
  sender: Sender,
): Promise<LoadResult['outcome'] | undefined> {
  const request = profile.updateLoad(load, ven, id);
  const ended = await sendUntilAnswered(request, profile.readUpdateLoad, sender);
  if (ended.at === 'stopped') return undefined;
  if (ended.at === 'failed') return failed(ended.status, ended.reason);
  if (ended.value === 'gone')
    return failed(404, 'it is gone from the VTN since the plan was made: plan again');
  const isIt = (one: RemoteResource) =>
    one.externalResourceId === undefined
      ? one.id === id
      : isSameName(one.externalResourceId, load.externalResourceId);
  const { shown } = ended.value;
  const now = shown && isIt(shown) ? shown : await lookUp(load, ven, isIt, profile, sender);
  if (now === 'stopped') return undefined;
  if ('problem' in now) return failed(now.status, `the VTN said that it updated it, but ${now.problem}`);
  const { verdict, changes } = compareFields(profile.fieldsOf(load), now.fields);
  if (verdict === 'different') {
    const kept = changes.map(({ field, onVtn }) => `${field} "${onVtn}"`).join(', ');
    return failed(null, `the VTN said that it updated it, but it still has ${kept}`);
  }
  // Some give it a new id.
  return { at: 'mapped', id: now.id, sentHash: sentHashOf(load), evidence: 'shown' };
}

/** The resource of a load as the VTN lists it. */
async function lookUp(
  load: Load,
  ven: RegisteredVen,
  isIt: (resource: RemoteResource) => boolean,
  profile: ReconciliationProfile,
  sender: Sender,
): Promise<RemoteResource | { status: number | null; problem: string } | 'stopped'> {
  const name = profile.fieldsOf(load)[0]?.[1] ?? '';
  const sought = { externalResourceId: load.externalResourceId, name };
  const ended = await findResource(
    sought,
    ven,
    { profile, sender },
    profile.readResources,
    (listed) => !listed.some(isIt),
  );
  if (ended.at === 'stopped') return 'stopped';
  if (ended.at === 'failed')
    return { status: ended.status, problem: `it cannot be looked up: ${ended.reason}` };
  return ended.value.find(isIt) ?? { status: null, problem: 'does not list it as it should be now' };
}

/** In doubt: its resource is there, under whatever id the database has. */
function failed(status: number | null, reason: string): LoadResult['outcome'] {
  return { at: 'failed', status, reason, trace: 'maybe-sent' };
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
