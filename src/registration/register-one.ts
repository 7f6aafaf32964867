import { VenfleetError } from '../core/errors.ts';
import { askInSpellings } from '../delivery/ask-in-spellings.ts';
import type { Answer, FindOutcome } from '../delivery/outcome.ts';
import { sendUntilAnswered } from '../delivery/send-until-answered.ts';
import { createSender, type Sender } from '../delivery/sender.ts';
import { settle } from '../delivery/settle.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import type { Load } from '../fleet/load.ts';
import type { RegisteredVen, RegistrationProfile } from '../profiles/registration-profile.ts';
import { loadCreation } from './register-load.ts';

/** With what a single load is registered. */
interface OneRegistration {
  readonly profile: RegistrationProfile;
  readonly link: VtnLink;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Registers a single load, whose VEN the VTN must know, with the same retries and look-ups as a whole run; stores
 * nothing. Resolves to the VTN's id of its resource. Throws LOAD_FAILED with the reason, what ends a run (VTN not
 * reachable, token refused), and the reason of `signal` where that aborts.
 */
export async function registerOneLoad(
  load: Load,
  { profile, link, signal }: OneRegistration,
): Promise<string> {
  const sender = createSender(link, { kind: 'registration', signal });
  const fail = (status: number | null, reason: string) =>
    new VenfleetError('LOAD_FAILED', {
      load: load.externalResourceId,
      reason,
      ...(status !== null && { status }),
    });
  const { venName } = load.site;
  const ven = profile.loadsNameVenBy === 'name' ? { name: venName, id: venName } : await lookUp();
  const settled = await settle(loadCreation(load, ven, profile, 'none'), sender);
  if (settled.at === 'stopped') throw signal?.reason;
  if (settled.at === 'failed') throw fail(settled.status, settled.reason);
  return settled.id;

  async function lookUp(): Promise<RegisteredVen> {
    const found = await findVen(venName, profile, sender);
    if (found.at === 'stopped') throw signal?.reason;
    if (found.at === 'failed')
      throw fail(found.status, `its VEN "${venName}" cannot be looked up: ${found.reason}`);
    if (!found.value) throw fail(null, `the VTN does not know VEN "${venName}"`);
    return found.value;
  }
}

function findVen(name: string, profile: RegistrationProfile, sender: Sender) {
  const read = (outcome: FindOutcome): Answer<RegisteredVen | undefined> => {
    if (outcome.kind === 'absent') return { kind: 'done', value: undefined };
    if (outcome.kind !== 'found') return outcome;
    return { kind: 'done', value: { name, id: outcome.id, clientId: outcome.clientId } };
  };
  const ask = (asked: string) =>
    sendUntilAnswered(
      profile.findVen(asked),
      (response) => read(profile.readFindVen(name, response, undefined)),
      sender,
    );
  return askInSpellings(
    [name],
    (spelled) => ask(spelled(name)),
    (ven) => ven === undefined,
  );
}
