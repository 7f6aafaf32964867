/*
 * A database belongs to a VTN: the ids in it are those that this VTN gave. Before anything relies on them, it is made
 * sure that the VTN at hand is the one they are of.
 */
import { VenfleetError } from '../core/errors.ts';
import { defaultGraceMs } from '../core/retry.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import type { ReconciliationProfile } from '../profiles/reconciliation-profile.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { RegisteredCount, RegistrationStore, VtnRecord } from '../store/registration-store.ts';
import { lookForSample, lookForVens, type SampleLook, sampleOf } from './look-for-sample.ts';
import type { OtherVtnChoice } from './other-vtn-choices.ts';

/** What a move to another VTN forgets. */
export interface Move {
  /** Loads that count as registered and will not do so any more. */
  readonly loads: number;
  /** Where they are registered, as far as that is known; the VTN itself where it does not know them any more. */
  readonly from: readonly VtnRecord[];
  readonly to: VtnRecord;
}

export interface VtnRequest {
  readonly store: FleetStore & RegistrationStore;
  readonly link: VtnLink;
  readonly profile: ReconciliationProfile;
  readonly signal?: AbortSignal | undefined;
  /** Default: `refuse`. */
  readonly ifOtherVtn?: OtherVtnChoice | undefined;
  /** Called before the first request; may throw. */
  readonly beforeSending?: (() => Promise<void>) | undefined;
  /** Asks whether to move; VTN_OTHER is thrown unless it resolves to true. Default: yes. */
  readonly confirmMove?: ((move: Move) => Promise<boolean> | boolean) | undefined;
}

/** How the VENs that have registered loads stand to a VTN, by what is written down. */
interface Standing {
  readonly here: readonly RegisteredCount[];
  /** The VTN may be theirs: an earlier version, or another program, did not note it for each VEN. */
  readonly unproven: readonly RegisteredCount[];
  readonly elsewhere: readonly (RegisteredCount & { readonly vtn: VtnRecord })[];
}

/**
 * Makes sure that the registered loads are registered on this VTN, or does what `ifOtherVtn` says. `looks`: whether to
 * look for a sample of them too, at most some twenty; else only what is written down counts. Throws VTN_OTHER before
 * anything is changed, and what ends a job. Does nothing more where the job is aborted.
 */
export async function settleVtn(
  request: VtnRequest,
  looks: () => Promise<boolean> = async () => false,
): Promise<void> {
  const { store, ifOtherVtn = 'refuse' } = request;
  if (ifOtherVtn === 'keep') return;
  const vtn = vtnOf(request);
  const standing = await standingOf(store, vtn);
  const { here, unproven, elsewhere } = standing;
  if (here.length + unproven.length + elsewhere.length === 0) return arrive(store, vtn);
  if (elsewhere.length > 0) {
    if (ifOtherVtn === 'same') return takeForSame(request, standing);
    if (ifOtherVtn === 'move') return move(request, elsewhere, here.length + unproven.length === 0);
    throw otherVtn(elsewhereText(standing, vtn));
  }
  if (ifOtherVtn !== 'move' && !(await looks())) return;
  const unknown = await unknownOf(request, standing);
  if (unknown.length === 0 || request.signal?.aborted) return;
  const isAll = unknown.length === here.length + unproven.length;
  if (ifOtherVtn !== 'move') throw otherVtn(unknownText(unknown, isAll, vtn));
  const from = (await store.recordedVtn()) ? [vtn] : [];
  return move(
    request,
    unknown.map((ven) => ({ ...ven, vtn: from[0] })),
    isAll,
  );
}

/** Throws VTN_OTHER where loads are registered on another VTN, by what is written down; changes nothing. */
export async function throwIfElsewhere(
  store: Pick<RegistrationStore, 'registeredByVen' | 'vtnsOfVens' | 'recordedVtn'>,
  vtn: VtnRecord,
): Promise<void> {
  const noted = [...(await store.vtnsOfVens()).values(), await store.recordedVtn()];
  // Where no other VTN is known, nothing need be counted: for a whole fleet that takes most of a second.
  if (noted.every((one) => one === undefined || isSame(one, vtn))) return;
  const standing = await standingOf(store, vtn);
  if (standing.elsewhere.length > 0) throw otherVtn(elsewhereText(standing, vtn));
}

/** VTN_OTHER of VENs whose registered loads this VTN does not know; `isAll`: there are no others. */
export function unknownToVtn(
  vens: readonly RegisteredCount[],
  isAll: boolean,
  vtn: VtnRecord,
): VenfleetError {
  return otherVtn(unknownText(vens, isAll, vtn));
}

const vtnOf = ({ link, profile }: Pick<VtnRequest, 'link' | 'profile'>): VtnRecord => ({
  url: link.transport.url,
  profile: profile.name,
});

const isSame = (one: VtnRecord | undefined, other: VtnRecord) =>
  one?.url === other.url && one.profile === other.profile;

async function standingOf(
  store: Pick<RegistrationStore, 'registeredByVen' | 'vtnsOfVens' | 'recordedVtn'>,
  vtn: VtnRecord,
): Promise<Standing> {
  const here: RegisteredCount[] = [];
  const unproven: RegisteredCount[] = [];
  const elsewhere: (RegisteredCount & { vtn: VtnRecord })[] = [];
  const registered = await store.registeredByVen();
  if (registered.length === 0) return { here, unproven, elsewhere };
  const noted = await store.vtnsOfVens();
  const last = await store.recordedVtn();
  for (const ven of registered) {
    const own = ven.venName === null ? undefined : noted.get(ven.venName);
    const its = own ?? last;
    if (its && !isSame(its, vtn)) elsewhere.push({ ...ven, vtn: its });
    else (own ? here : unproven).push(ven);
  }
  return { here, unproven, elsewhere };
}

/** Nothing is registered; but a VTN that the fleet was on before may hold what was forgotten here since. */
async function arrive(store: RegistrationStore, vtn: VtnRecord): Promise<void> {
  const last = await store.recordedVtn();
  if (!last || isSame(last, vtn)) return;
  if ((await store.knownVtns()).some((known) => isSame(known, vtn)))
    await store.moveTo(vtn, { vens: [], maybeThere: true });
}

/** Forgets what is known of these VENs; `isAll`: no others have registered loads. */
async function move(
  request: VtnRequest,
  vens: readonly (RegisteredCount & { readonly vtn: VtnRecord | undefined })[],
  isAll: boolean,
): Promise<void> {
  const { store, confirmMove } = request;
  const to = vtnOf(request);
  const vtns = vens.map(({ vtn }) => vtn).filter((vtn) => vtn !== undefined);
  const from = [...new Map(vtns.map((vtn) => [JSON.stringify(vtn), vtn])).values()];
  // It may be the same VTN after all, or one on which the fleet was before: then nothing must be created twice.
  const wasHere = (await store.knownVtns()).some((known) => isSame(known, to));
  const maybeThere = wasHere || (await lookFor(vens, request)).found > 0;
  if (request.signal?.aborted) return;
  const agreed = (await confirmMove?.({ loads: sum(vens), from, to })) ?? true;
  if (!agreed && request.signal?.aborted) return;
  if (!agreed) throw otherVtn(`${loadsText(sum(vens))} would have to be forgotten; nothing was changed`);
  await store.moveTo(to, { vens: isAll ? undefined : vens.map(({ venName }) => venName), maybeThere });
}

async function lookFor(vens: readonly RegisteredCount[], request: VtnRequest): Promise<SampleLook> {
  await unlessAborted(request.beforeSending?.() ?? Promise.resolve(), request.signal);
  return lookForSample(await sampleOf(vens, request), request);
}

/** Notes the VTN as that of all VENs, once it knows all of a sample of their ids. */
async function takeForSame(request: VtnRequest, { elsewhere }: Standing): Promise<void> {
  const vtn = vtnOf(request);
  const { looked, known } = await lookFor(elsewhere, request);
  if (request.signal?.aborted) return;
  if (known < looked || looked === 0)
    throw otherVtn(
      `of ${loadsText(looked)} looked for, ${vtn.url} knows ${known} under the stored id: it is not the same VTN`,
    );
  const named = elsewhere.map(({ venName }) => venName).filter((venName) => venName !== null);
  await request.store.recordVtn(vtn, named);
}

/**
 * The VENs whose loads this VTN does not know: all, where it knows none of a sample; else those of which it was never
 * noted whose they are, and of which it knows nothing. Where it cannot be asked, none.
 */
async function unknownOf(
  request: VtnRequest,
  { here, unproven }: Standing,
): Promise<readonly RegisteredCount[]> {
  const all = [...unproven, ...here];
  await unlessAborted(request.beforeSending?.() ?? Promise.resolve(), request.signal);
  const sample = await sampleOf(all, request);
  const first = await lookForSample(sample, request);
  if (first.answered === 0) return [];
  if (first.known === 0) {
    if (await lookForVens(all, request)) return [];
    // Some show a new resource only after a while, and the ids may be of a run that ended just now.
    await request.link.clock.sleep(request.link.retry.graceMs ?? defaultGraceMs, request.signal);
    const second = await lookForSample(sample, request);
    return second.known === 0 && second.answered > 0 ? all : [];
  }
  const suspects = unproven.filter(({ venName }) => first.absentVens.has(venName ?? ''));
  const unknown: RegisteredCount[] = [];
  for (const ven of suspects) {
    const more = await lookForSample(await sampleOf([ven], request, perSuspect), request);
    if (more.known === 0 && more.answered > 0 && !(await lookForVens([ven], request))) unknown.push(ven);
  }
  return unknown;
}

/** How many loads of a VEN are looked for before it is taken for one of another VTN. */
const perSuspect = 5;

function otherVtn(problem: string): VenfleetError {
  return new VenfleetError('VTN_OTHER', { problem });
}

function elsewhereText({ here, unproven, elsewhere }: Standing, vtn: VtnRecord): string {
  const byVtn = Map.groupBy(elsewhere, ({ vtn: other }) => `${other.url} (${other.profile})`);
  const places = [...byVtn].map(([place, vens]) => `${loadsText(sum(vens))} on ${place}`);
  const rest = sum([...here, ...unproven]);
  const isHere = rest > 0 ? `, where ${rest.toLocaleString('en')} are` : '';
  return `${places.join(' and ')}, according to the database, not on ${vtn.url} (${vtn.profile})${isHere}`;
}

function unknownText(vens: readonly RegisteredCount[], isAll: boolean, { url }: VtnRecord): string {
  const names = vens.slice(0, 5).map(({ venName }) => `"${venName ?? ''}"`);
  const more = vens.length > 5 ? ` and ${vens.length - 5} more` : '';
  const of = isAll ? '' : ` of VEN ${names.join(', ')}${more}`;
  return `${loadsText(sum(vens))}${of} according to the database, but ${url} knows none of those looked for: it was wiped, or they are on another VTN`;
}

const loadsText = (loads: number) =>
  loads === 1 ? '1 load is registered' : `${loads.toLocaleString('en')} loads are registered`;

const sum = (vens: readonly RegisteredCount[]) => vens.reduce((total, ven) => total + ven.loads, 0);
