import { VenfleetError } from '../../core/errors.ts';
import { type ProfileName, profileNamed, profileNames } from '../../profiles/choose-profile.ts';
import type { EventsProfile, TargetRule } from '../../profiles/events-profile.ts';
import type { Store } from '../../store/store.ts';

/** How the VTN of the events speaks. Default: as the one on which the fleet was registered last. */
export async function eventsProfileOf(
  { profile, targetRule }: { profile?: ProfileName | undefined; targetRule?: TargetRule | undefined },
  store: Pick<Store, 'recordedVtn'>,
): Promise<EventsProfile> {
  const name = profile ?? (await recordedProfile(store));
  return profileNamed(name).jobs.events({ targetRule });
}

/** The profile of the VTN on which the fleet was registered last; undefined: on none, or one that is not known here. */
export async function recordedProfile(store: Pick<Store, 'recordedVtn'>): Promise<ProfileName | undefined> {
  const recorded = (await store.recordedVtn())?.profile;
  return profileNames.find((one) => one === recorded);
}

/** Throws EVENT_UNKNOWN. */
export async function throwIfEventUnknown(store: Pick<Store, 'eventVersions'>, id: string): Promise<void> {
  if ((await store.eventVersions(id)).length === 0)
    throw new VenfleetError('EVENT_UNKNOWN', { event: `"${id}"` });
}
