import { eachOf } from '../../core/async-iterables.ts';
import { VenfleetError } from '../../core/errors.ts';
import { isSameName, nameKey } from '../../core/same-name.ts';
import { largestPage, wholeListing } from '../../core/whole-listing.ts';
import { askInSpellings } from '../../delivery/ask-in-spellings.ts';
import type { Answer, FindOutcome } from '../../delivery/outcome.ts';
import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import type { Sender } from '../../delivery/sender.ts';
import { isBusyStatus } from '../../delivery/vtn-health.ts';
import type {
  AskForPage,
  Listing,
  ReconciliationProfile,
  RemoteResource,
} from '../../profiles/reconciliation-profile.ts';
import type { RegisteredVen } from '../../profiles/registration-profile.ts';
import { createCompactor, createRemoteIndex, type RemoteIndex, type Unlisted } from './remote-index.ts';

/** A VEN to list, about how many resources it should have, and the VTN's id of it that is stored. */
export interface ListedVen {
  readonly venName: string;
  readonly expected: number;
  readonly storedId?: string | undefined;
}

/** Looks at a VEN that shows another id than the stored one, until two in a row agree. */
const mostLooks = 4;

/** Milliseconds to wait, times the passes so far, before a listing that had gaps is read again. */
const calmMs = 200;

/**
 * Reads all resources that the VTN holds: all at once where it lists them so, else those of these VENs, several
 * at a time. With credentials of their own, a VEN that is refused is left out alone (`unlisted`). `onListing`: how many were read so far; what pages share counts twice. Undefined where the run was
 * aborted. Throws VTN_NO_LISTING, VTN_CHANGING, and what ends a job.
 */
export async function listVtn(
  vens: readonly ListedVen[],
  { profile, sender }: { readonly profile: ReconciliationProfile; readonly sender: Sender },
  onListing: (resources: number) => void = () => undefined,
): Promise<RemoteIndex | undefined> {
  const compacted = createCompactor();
  const spellings = new Map(vens.map(({ venName }) => [nameKey(venName), venName]));
  const names = new Set(vens.map(({ venName }) => venName));
  // A VTN may give names back in another spelling: from here on, ours counts.
  const compact: Compact = (resource, venAsked) => {
    const { venName } = resource;
    if (venName === undefined || names.has(venName)) return compacted(resource, venAsked);
    return compacted({ ...resource, venName: spellings.get(nameKey(venName)) ?? venName }, venAsked);
  };
  let read = 0;
  const tell = (resources: number) => {
    read += resources;
    onListing(read);
  };
  const lister: Lister = {
    profile,
    sender,
    compact,
    tell,
    resources: new Map(),
    vens: new Map(),
    unlisted: new Map(),
  };
  const { listing } = profile;
  if (listing.of === 'all-vens') {
    const expected = vens.reduce((sum, ven) => sum + ven.expected, 0);
    await list(lister, undefined, listing.askForPage, expected);
  } else {
    // Answers of one VEN may be large: the pacing bounds the pages, this the VENs whose pages are held.
    await eachOf(vens, 16, (ven) => listVen(lister, listing, ven));
  }
  if (sender.signal.aborted) return undefined;
  const { resources, unlisted } = lister;
  const [refused] = unlisted;
  if (refused && unlisted.size === vens.length)
    throw noListing(lister, `VEN "${refused[0]}": ${refused[1].reason}`);
  return createRemoteIndex(resources, lister.vens, unlisted);
}

type Compact = ReturnType<typeof createCompactor>;

interface Lister {
  readonly profile: ReconciliationProfile;
  readonly sender: Sender;
  readonly compact: Compact;
  /** Tells that so many more resources were read. */
  tell(resources: number): void;
  readonly resources: Map<string, RemoteResource>;
  readonly vens: Map<string, RegisteredVen>;
  readonly unlisted: Map<string, Unlisted>;
}

/** How the resources of one VEN are listed. */
type ListingOfVen = Extract<Listing, { of: 'one-ven' }>;

async function listVen(
  lister: Lister,
  listing: ListingOfVen,
  { venName, expected, storedId }: ListedVen,
): Promise<void> {
  const asked = await lookUpVen(lister, listing, venName, storedId);
  if (asked === 'stopped' || asked === 'absent' || asked === 'unlisted') return;
  const ven = { name: venName, id: asked.id, clientId: asked.clientId };
  const other = [...lister.vens.values()].find(({ id }) => id === ven.id);
  if (other && !isSameName(other.name, venName))
    throw noListing(lister, `it gives VENs "${other.name}" and "${venName}" the same id, ${ven.id}`);
  lister.vens.set(venName, ven);
  // To this VTN, two spellings of a name are one VEN, which is listed already.
  if (other) return;
  if (asked.resources) {
    lister.tell(asked.resources.length);
    keep(lister, asked.resources);
  } else await list(lister, ven, listing.askForPageOf(ven), expected);
}

/** Looks a VEN up; where that shows another id than the stored one, or none, a second look has to confirm it. */
async function lookUpVen(
  lister: Lister,
  listing: ListingOfVen,
  venName: string,
  storedId: string | undefined,
): Promise<FoundVen | 'stopped' | 'unlisted'> {
  const { profile, sender } = lister;
  const idOf = (found: FoundVen) => (found === 'absent' ? undefined : found.id);
  const isAbsent = (found: FoundVen) => found === 'absent';
  let before = storedId;
  for (let looks = 0; looks < mostLooks; looks++) {
    const ask = (name: string) =>
      sendUntilAnswered<FoundVen>(
        profile.findVen(name),
        (response) => {
          const found = profile.readFindVen(venName, response, undefined);
          return readVen(found, () => listing.readWithVen?.(venName, response), venName, lister);
        },
        sender,
      );
    const asked = await askInSpellings([venName], (spelled) => ask(spelled(venName)), isAbsent);
    if (asked.at === 'stopped') return 'stopped';
    if (asked.at === 'failed') {
      if (isUnlisted(lister, venName, asked)) return 'unlisted';
      throw notListed(lister, asked, `VEN "${venName}": `);
    }
    const id = idOf(asked.value);
    if (storedId === undefined || id === before) return asked.value;
    before = id;
  }
  throw noListing(lister, `VEN "${venName}" has another id each time that it is looked up`);
}

/** What a look-up of a VEN brought: none, or its id, and its resources where the answer carries them. */
type FoundVen =
  | 'absent'
  | (Pick<RegisteredVen, 'id' | 'clientId'> & { readonly resources: readonly RemoteResource[] | undefined });

/** What a look-up found; `readResources` reads the resources that the same answer may carry. */
function readVen(
  outcome: FindOutcome,
  readResources: () => readonly RemoteResource[] | undefined,
  venName: string,
  { compact }: Lister,
): Answer<FoundVen> {
  if (outcome.kind === 'absent') return { kind: 'done', value: 'absent' };
  if (outcome.kind !== 'found') return outcome;
  const resources = readResources();
  const { id, clientId } = outcome;
  const value = { id, clientId, resources: resources?.map((resource) => compact(resource, venName)) };
  return { kind: 'done', value };
}

async function list(
  lister: Lister,
  ven: RegisteredVen | undefined,
  askForPage: AskForPage,
  expected: number,
): Promise<void> {
  const { profile, sender, compact } = lister;
  const { clock } = sender.link;
  // A VTN may ignore by which VEN it is asked.
  const ofOthers = new Set<string>();
  const fetchPage = async (skip: number, limit: number) => {
    const page = await sendUntilAnswered(
      askForPage({ skip, limit }),
      (response) => profile.readResources(response),
      sender,
    );
    if (page.at === 'stopped') return undefined;
    if (page.at === 'failed') {
      if (isUnlisted(lister, ven?.name, page)) return undefined;
      throw notListed(lister, page);
    }
    lister.tell(page.value.length);
    for (const { id, venId } of page.value) {
      if (ven && venId !== undefined && venId !== ven.id) ofOthers.add(id);
    }
    return page.value.map((resource) => compact(resource, ven?.name));
  };
  const { end, items } = await wholeListing({
    fetchPage,
    limit: largestPage,
    expected,
    newPass: (passes) => clock.sleep(calmMs * passes, sender.signal),
  });
  if (end === 'whole') {
    return keep(
      lister,
      items.values().filter(({ id }) => !ofOthers.has(id)),
    );
  }
  const what = ven ? `VEN "${ven.name}"` : 'its resources';
  if (end === 'gaps') {
    throw new VenfleetError('VTN_CHANGING', { url: sender.transport.url, what });
  }
  if (end === 'no-end') {
    throw noListing(lister, `${what}: page after page brings nothing new, as if it ignored "skip"`);
  }
}

function keep(lister: Lister, resources: Iterable<RemoteResource>): void {
  for (const resource of resources) lister.resources.set(resource.id, resource);
}

/** Notes that a VEN was refused, where that says nothing of the others: its credentials are its own. */
function isUnlisted(
  { sender, unlisted }: Lister,
  venName: string | undefined,
  { isRefusal, status, reason }: Unlisted & { readonly isRefusal: boolean },
): boolean {
  if (venName === undefined || !isRefusal || !sender.transport.ownCredentials) return false;
  unlisted.set(venName, { status, reason });
  return true;
}

/** Why a page did not come: a VTN that is only busy has a listing, but not now. */
function notListed(
  lister: Lister,
  { status, reason }: { readonly status: number | null; readonly reason: string },
  what = '',
): VenfleetError {
  const problem = `${what}${reason}`;
  const { url } = lister.sender.transport;
  return isBusyStatus(status) ? new VenfleetError('VTN_BUSY', { url, problem }) : noListing(lister, problem);
}

function noListing({ sender }: Lister, problem: string): VenfleetError {
  return new VenfleetError('VTN_NO_LISTING', { url: sender.transport.url, problem });
}
