import { bearing } from '../core/same-name.ts';
import { askInSpellings } from '../delivery/ask-in-spellings.ts';
import type { Answer, FindOutcome } from '../delivery/outcome.ts';
import { sendUntilAnswered } from '../delivery/send-until-answered.ts';
import { createSender, guarded, type Sender } from '../delivery/sender.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import { loadsOfSite, siteFromRow } from '../fleet/load-from-row.ts';
import type { ReconciliationProfile, RemoteResource } from '../profiles/reconciliation-profile.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { RegisteredCount, RegistrationStore } from '../store/registration-store.ts';
import { sitePages } from '../store/site-pages.ts';
import { findResource } from './find-resource.ts';

/** How many loads are looked for, at most, to see whether a VTN knows the ids that are stored. */
const sampleSize = 20;
/** How many VENs are looked for, at most. */
const venSampleSize = 5;

/** A registered load, as it can be looked for. */
export interface SampledLoad {
  readonly venName: string;
  readonly externalResourceId: string;
  readonly storedId: string;
  /** Its name on the VTN. */
  readonly name: string;
}

/** What a VTN said of a sample. */
export interface SampleLook {
  readonly looked: number;
  /** Of those, the ones about which the VTN gave an answer. */
  readonly answered: number;
  /** It has them under the ids that are stored. */
  readonly known: number;
  /** It has them, under whatever id. */
  readonly found: number;
  /** VENs of which it has none of those looked for. */
  readonly absentVens: ReadonlySet<string>;
  /** Those about which it gave an answer, and that it does not have under the ids that are stored. */
  readonly unknown: readonly SampledLoad[];
}

/** Where to look, and with what. */
export interface Looking {
  readonly store: FleetStore & Pick<RegistrationStore, 'venIds' | 'registeredByVen'>;
  readonly link: VtnLink;
  readonly profile: ReconciliationProfile;
  readonly signal?: AbortSignal | undefined;
}

/** Some registered loads, spread over these VENs and over the sites of each; `most` at most. */
export async function sampleOf(
  vens: readonly RegisteredCount[],
  { store, profile }: Pick<Looking, 'store' | 'profile'>,
  most = sampleSize,
): Promise<SampledLoad[]> {
  const named = vens.filter(({ venName }) => venName !== null);
  const chosen = spread(named.length, most).map((place) => named[place] as RegisteredCount);
  const sample: SampledLoad[] = [];
  for (const [place, { venName, loads }] of chosen.entries()) {
    const ofVen = Math.floor((most - sample.length) / (chosen.length - place));
    const places = new Set(spread(loads, ofVen));
    let at = 0;
    for await (const sites of sitePages(store, venName)) {
      for (const row of sites) {
        const parsed = siteFromRow(row);
        const made = parsed.ok ? loadsOfSite(parsed.site, row.loads) : [];
        for (const [n, { registrationStatus, vtnResourceId }] of row.loads.entries()) {
          if (registrationStatus !== 'APPROVED' || !vtnResourceId || !places.has(at++)) continue;
          const load = made[n];
          if (!load) continue;
          const name = profile.fieldsOf(load)[0]?.[1] ?? '';
          const { externalResourceId } = load;
          sample.push({ venName: venName ?? '', externalResourceId, storedId: vtnResourceId, name });
        }
      }
      if (at > Math.max(...places)) break;
    }
  }
  return sample;
}

/** At most `most` of `count` places, evenly spread, the first and the last among them. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, n) => n);
  if (most <= 1) return most === 1 ? [0] : [];
  return Array.from({ length: most }, (_, n) => Math.round((n * (count - 1)) / (most - 1)));
}

/** Looks for loads on the VTN, one request each; changes nothing. Throws what ends a job. */
export async function lookForSample(sample: readonly SampledLoad[], looking: Looking): Promise<SampleLook> {
  const sender = createSender(looking.link, {
    kind: 'registration',
    onlyLooks: true,
    signal: looking.signal,
  });
  const venIds = await looking.store.venIds();
  const looks = await Promise.all(
    sample.map(async (load) => ({ load, ids: await guarded(sender, idsOf(load, venIds, looking, sender)) })),
  );
  const answered = looks.filter(({ ids }) => ids !== undefined);
  const found = answered.filter(({ ids = [] }) => ids.length > 0);
  const known = answered.filter(({ load, ids = [] }) => ids.includes(load.storedId));
  const knownVens = new Set(known.map(({ load }) => load.venName));
  return {
    looked: sample.length,
    answered: answered.length,
    known: known.length,
    found: found.length,
    unknown: answered.filter((look) => !known.includes(look)).map(({ load }) => load),
    absentVens: new Set(answered.map(({ load }) => load.venName).filter((name) => !knownVens.has(name))),
  };
}

/** The ids under which the VTN has a load; undefined where it does not say. */
async function idsOf(
  load: SampledLoad,
  venIds: ReadonlyMap<string, string>,
  { profile }: Looking,
  sender: Sender,
): Promise<string[] | undefined> {
  const { venName, externalResourceId, storedId } = load;
  const isByVen = profile.listing.of === 'one-ven';
  const venId = venIds.get(venName) ?? (isByVen ? await idOfVen(venName, profile, sender) : venName);
  if (venId === undefined || venId === 'absent') return venId === 'absent' ? [] : undefined;
  const ven = { name: venName, id: venId };
  const ours = (listed: readonly RemoteResource[]) => [
    ...bearing(listed, (one) => one.externalResourceId, externalResourceId),
    ...listed.filter((one) => one.externalResourceId === undefined && one.id === storedId),
  ];
  const isNothing = (listed: readonly RemoteResource[]) => ours(listed).length === 0;
  const asked = await findResource(load, ven, { profile, sender }, profile.readResources, isNothing);
  if (asked.at === 'done') return ours(asked.value).map(({ id }) => id);
  // Where resources are found by their VEN, 404 says that it has no such VEN; else it may have no such route.
  return asked.at === 'failed' && asked.status === 404 && isByVen ? [] : undefined;
}

async function idOfVen(
  venName: string,
  profile: ReconciliationProfile,
  sender: Sender,
): Promise<string | 'absent' | undefined> {
  const read = (outcome: FindOutcome): Answer<string> => {
    if (outcome.kind === 'found') return { kind: 'done', value: outcome.id };
    return outcome.kind === 'absent' ? { kind: 'done', value: 'absent' } : outcome;
  };
  const ask = (name: string) =>
    sendUntilAnswered(
      profile.findVen(name),
      (response) => read(profile.readFindVen(venName, response, undefined)),
      sender,
    );
  const asked = await askInSpellings(
    [venName],
    (spelled) => ask(spelled(venName)),
    (id) => id === 'absent',
  );
  return asked.at === 'done' ? asked.value : undefined;
}

/**
 * Whether the VTN has one of these VENs, of some, under the id that is stored: then it is the one that gave them, whatever
 * became of their loads. An id that is the VEN's name proves nothing. Throws what ends a job.
 */
export async function lookForVens(
  vens: readonly Pick<RegisteredCount, 'venName'>[],
  { store, link, profile, signal }: Looking,
): Promise<boolean> {
  const sender = createSender(link, { kind: 'registration', onlyLooks: true, signal });
  const stored = await store.venIds();
  const named = vens.flatMap(({ venName }) => {
    const id = venName === null ? undefined : stored.get(venName);
    return venName === null || id === undefined || id === venName ? [] : [{ venName, id }];
  });
  const chosen = spread(named.length, venSampleSize).map((place) => named[place] as (typeof named)[number]);
  const looks = chosen.map(
    async ({ venName, id }) => id === (await guarded(sender, idOfVen(venName, profile, sender))),
  );
  return (await Promise.all(looks)).includes(true);
}
