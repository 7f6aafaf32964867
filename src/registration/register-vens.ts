import { VenfleetError } from '../core/errors.ts';
import { isSameName, nameKey } from '../core/same-name.ts';
import { silenceError, tokenRefused } from '../delivery/give-up.ts';
import { guarded, type Sender } from '../delivery/sender.ts';
import { settle } from '../delivery/settle.ts';
import type { RegisteredVen, RegistrationProfile } from '../profiles/registration-profile.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import type { RegistrationCounts } from './registration-counts.ts';

/** What became of a VEN: known to the VTN, or not, and why. */
export type VenResult =
  | { readonly ok: true; readonly ven: RegisteredVen }
  | { readonly ok: false; readonly status: number | null; readonly reason: string };

/** With what VENs are registered. */
export interface VenRegistration {
  readonly sender: Sender;
  readonly profile: RegistrationProfile;
  readonly store: Pick<RegistrationStore, 'recordVens'>;
  readonly counts: RegistrationCounts;
  /** VENs by the VTN's ids of them, so that none gets the resources of another; new ones are added. */
  readonly venOfId: Map<string, string>;
  /** Names of VENs that the VTN is known to have; new ones are added. */
  readonly settledVens: string[];
  /** Whether these are all VENs of the run: only then is what it says to all of them a verdict on the token. */
  readonly isWhole: boolean;
}

/**
 * Makes VENs known to the VTN, several at a time, and stores their ids, also where it throws; one that exists
 * already is as good. A VEN that is missing from the result was not settled, since the run was aborted.
 * Throws where the VTN refuses every one of them in a way that says: this is not the VTN, or not the token.
 */
export async function registerVens(
  venNames: readonly string[],
  registration: VenRegistration,
): Promise<Map<string, VenResult>> {
  const results = new Map<string, VenResult>();
  const registerOne = async (venName: string) => {
    const result = await registerVen(venName, registration);
    if (result) results.set(venName, result);
  };
  // All at once: the gate holds back those for which there is no room yet.
  const ends = await Promise.allSettled(
    venNames.map((venName) => guarded(registration.sender, registerOne(venName))),
  );
  const failure = ends.find((end) => end.status === 'rejected');
  const known = [...results.values()].filter((result) => result.ok);
  const recorded = registration.store.recordVens(
    known.map(({ ven }) => ({ venName: ven.name, vtnVenId: ven.id })),
    { url: registration.sender.transport.url, profile: registration.profile.name },
  );
  if (failure) {
    await recorded.catch(() => undefined);
    throw failure.reason;
  }
  await recorded;
  if (known.length === 0) throwIfWrongVtn([...results.values()], registration);
  return results;
}

/** The VENs that keep an id on the VTN, by it: those that the database knows, but for these. */
export async function otherVens(
  venNames: readonly (string | null)[],
  store: Pick<RegistrationStore, 'venIds'>,
): Promise<Map<string, string>> {
  const others = [...(await store.venIds())].filter(([name]) => !venNames.includes(name));
  return new Map(others.map(([name, id]) => [id, name]));
}

async function registerVen(
  venName: string,
  { sender, profile, counts, venOfId, settledVens }: VenRegistration,
): Promise<VenResult | undefined> {
  const settled = await settle(
    {
      // One that should be there is looked for first.
      trace: profile.looksUpVenFirst ? 'was-there' : 'none',
      create: () => profile.createVen(venName),
      readCreate: (response) => profile.readCreateVen(venName, response),
      // A VTN that stores names in the composed form may find them by that alone.
      formerNames: nameKey(venName) === venName ? 0 : 1,
      find: (formerName) => profile.findVen(formerName > 0 ? nameKey(venName) : venName),
      readFind: (response, claimedId) => profile.readFindVen(venName, response, claimedId),
    },
    sender,
  );
  if (settled.at === 'stopped') return undefined;
  const fail = (status: number | null, reason: string): VenResult => {
    counts.venFailed(venName, reason);
    return { ok: false, status, reason };
  };
  if (settled.at === 'failed') return fail(settled.status, settled.reason);
  const { id, clientId } = settled;
  const other = profile.loadsNameVenBy === 'id' ? venOfId.get(id) : undefined;
  // To this VTN, two spellings of a name are one VEN.
  if (other !== undefined && !isSameName(other, venName))
    return fail(null, `the VTN gives it the id ${id}, which is that of VEN "${other}"; see "venfleet plan"`);
  venOfId.set(id, venName);
  settledVens.push(venName);
  counts.venRegistered(venName, id);
  return { ok: true, ven: { name: venName, id, clientId } };
}

/** Statuses by which a server says that it has no such place, or no such token, whatever the VEN. */
const wrongPlace = [200, 201, 301, 302, 303, 307, 308, 404, 405, 501];

function throwIfWrongVtn(
  results: readonly VenResult[],
  { sender, profile, isWhole }: Pick<VenRegistration, 'sender' | 'profile' | 'isWhole'>,
): void {
  const refusals = results.filter((result) => !result.ok);
  const [first] = refusals;
  if (!first) return;
  const { url, ownCredentials } = sender.transport;
  const silence = silenceError(sender.link.health, sender);
  if (silence && refusals.every(({ status }) => status === null)) throw silence;
  if (isWhole && !ownCredentials && refusals.every(({ status }) => status === 403)) {
    throw tokenRefused(sender.transport, 403, first.reason);
  }
  const wrong = [...wrongPlace, profile.foreignVtnRefusesWith];
  if (refusals.every(({ status }) => status !== null && wrong.includes(status))) {
    throw new VenfleetError('VTN_WRONG_ANSWER', { url, profile: profile.name, problem: first.reason });
  }
}
