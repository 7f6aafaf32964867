import { VenfleetError } from '../core/errors.ts';
import type { RegisteredVen } from '../profiles/profile.ts';
import { settle } from './exchange.ts';
import type { Run } from './run.ts';

/** What became of a VEN: known to the VTN, or not, and why. */
export type VenResult =
  | { readonly ok: true; readonly ven: RegisteredVen }
  | { readonly ok: false; readonly status: number | null; readonly reason: string };

/**
 * Makes VENs known to the VTN, several at a time, and stores their ids, also where it throws; one that exists
 * already is as good. A VEN that is missing from the result was not settled, since the run was aborted.
 * Throws where the VTN refuses every one of them in a way that says: this is not the VTN, or not the token.
 */
export async function registerVens(venNames: readonly string[], run: Run): Promise<Map<string, VenResult>> {
  const results = new Map<string, VenResult>();
  // All at once: the pacing's gate holds back those for which there is no room yet.
  const settled = await Promise.allSettled(
    venNames.map((venName) =>
      run.guard(
        registerVen(venName, run).then((result) => {
          if (result) results.set(venName, result);
        }),
      ),
    ),
  );
  const failure = settled.find((end) => end.status === 'rejected');
  const known = [...results.values()].filter((result) => result.ok);
  const recorded = run.store.recordVens(known.map(({ ven }) => ({ venName: ven.name, vtnVenId: ven.id })));
  if (failure) {
    await recorded.catch(() => undefined);
    throw failure.reason;
  }
  await recorded;
  if (known.length === 0) throwIfWrongVtn([...results.values()], run);
  return results;
}

async function registerVen(venName: string, run: Run): Promise<VenResult | undefined> {
  const { profile } = run;
  const settled = await settle(
    {
      maybeSent: profile.looksForVen ?? false,
      create: () => profile.createVen(venName),
      readCreate: (response) => profile.readCreateVen(venName, response),
      find: () => profile.findVen(venName),
      readFind: (response, claimedId) => profile.readFindVen(venName, response, claimedId),
    },
    run,
  );
  if (settled.at === 'stopped') return undefined;
  if (settled.at === 'mapped') {
    run.tally.venRegistered(venName, settled.id);
    return { ok: true, ven: { name: venName, id: settled.id, clientId: settled.clientId } };
  }
  run.tally.venFailed(venName, settled.reason);
  return { ok: false, status: settled.status, reason: settled.reason };
}

/** Statuses by which a server says that it has no such place, or no such token, whatever the VEN. */
const wrongPlace = [200, 201, 301, 302, 303, 307, 308, 404, 405, 501];

function throwIfWrongVtn(results: readonly VenResult[], { transport, profile, health }: Run): void {
  const refusals = results.filter((result) => !result.ok);
  const [first] = refusals;
  if (!first) return;
  const { url, ownCredentials } = transport;
  const silence = health.verdict();
  if (silence && refusals.every(({ status }) => status === null)) throw silence;
  if (!ownCredentials && refusals.every(({ status }) => status === 403)) {
    throw new VenfleetError('VTN_TOKEN_REFUSED', { url, status: 403, problem: first.reason });
  }
  const wrong = [...wrongPlace, profile.foreignStatus];
  if (refusals.every(({ status }) => status !== null && wrong.includes(status))) {
    throw new VenfleetError('VTN_WRONG_ANSWER', { url, profile: profile.name, problem: first.reason });
  }
}
