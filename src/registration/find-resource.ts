import { askInSpellings } from '../delivery/ask-in-spellings.ts';
import type { Answer } from '../delivery/outcome.ts';
import { type Answered, sendUntilAnswered } from '../delivery/send-until-answered.ts';
import type { Sender } from '../delivery/sender.ts';
import type { ReconciliationProfile } from '../profiles/reconciliation-profile.ts';
import type { RegisteredVen } from '../profiles/registration-profile.ts';

type Response = Parameters<ReconciliationProfile['readResources']>[0];

/** By what a VTN finds a resource. */
export interface Sought {
  readonly externalResourceId: string;
  readonly name: string;
}

/**
 * Lists few resources, this one among them if it is there, in whatever spelling the VTN knows it. `isNothing`: whether
 * what `read` made of the answer says that it is not there. Throws what ends a job.
 */
export function findResource<T>(
  { externalResourceId, name }: Sought,
  ven: RegisteredVen,
  { profile, sender }: { readonly profile: ReconciliationProfile; readonly sender: Sender },
  read: (response: Response) => Answer<T>,
  isNothing: (found: T) => boolean,
): Promise<Answered<T>> {
  const ask = (spelled: (text: string) => string) => {
    const sought = { externalResourceId: spelled(externalResourceId), name: spelled(name) };
    return sendUntilAnswered(profile.findResource(sought, ven), read, sender);
  };
  return askInSpellings([externalResourceId, name], ask, isNothing);
}
