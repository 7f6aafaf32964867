import { flexGatewayProfile, type ServiceLocationShape } from './flex-gateway/registration.ts';
import type { OpenAdrRole } from './openadr-3.1/registration.ts';
import type { ProfileName } from './profile-names.ts';
import type { ReconciliationProfile } from './reconciliation-profile.ts';

/** All that makes one wire profile differ from another: plain data. */
export interface ProfileChoice {
  readonly profile: ProfileName;
  readonly role: OpenAdrRole;
  readonly serviceLocation: ServiceLocationShape | undefined;
  readonly clientIdTemplate: string | undefined;
}

/** Makes the wire profile; only that one is loaded. */
export async function createProfile(choice: ProfileChoice): Promise<ReconciliationProfile> {
  const { profile, role, serviceLocation, clientIdTemplate } = choice;
  switch (profile) {
    case 'openadr-3.0': {
      const { openAdr30Profile } = await import('./openadr-3.0/registration.ts');
      return openAdr30Profile({ role });
    }
    case 'openadr-3.1': {
      const { openAdr31Profile } = await import('./openadr-3.1/registration.ts');
      return openAdr31Profile({ role, clientIdTemplate });
    }
    case 'flex-gateway':
      return flexGatewayProfile({ serviceLocation });
  }
}
