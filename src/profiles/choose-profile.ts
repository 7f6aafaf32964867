import { flexGateway } from './flex-gateway/profile.ts';
import { openAdr30 } from './openadr-3.0/profile.ts';
import { openAdr31 } from './openadr-3.1/profile.ts';
import type { Profile, ProfileOptions } from './profile.ts';

/** Every kind of VTN; a new one is added here. */
const profiles = [flexGateway, openAdr30, openAdr31] as const;

export type ProfileName = (typeof profiles)[number]['name'];

/** As options name them. */
export const profileNames = profiles.map(({ name }) => name) as [ProfileName, ...ProfileName[]];

export const defaultProfile: ProfileName = flexGateway.name;

/** Which profile is chosen, and how: plain data, so that threads can have it. */
export interface ProfileChoice extends ProfileOptions {
  readonly profile: ProfileName;
}

/** What is to be known of a kind of VTN; of its code nothing is loaded yet. */
export function profileNamed(wanted: ProfileName = defaultProfile): Profile {
  return profiles.find(({ name }) => name === wanted) as Profile;
}

/** The names of the profiles of which this is true, with commas in between: for messages and help. */
export function namesOfProfiles(are: (profile: Profile) => boolean): string {
  return profiles
    .filter(are)
    .map(({ name }) => name)
    .join(', ');
}
