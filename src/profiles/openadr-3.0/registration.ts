import { quote } from '../../core/quote.ts';
import type { Load } from '../../fleet/load.ts';
import { attributesText } from '../openadr/attributes.ts';
import { openAdrReconciliation } from '../openadr/reconciliation.ts';
import { readVenResources } from '../openadr/remote-resources.ts';
import { valuesMapTargets } from '../openadr/targets.ts';
import { resourceNameOf, venNameOf } from '../openadr/wire-names.ts';
import type { ProfileOptions } from '../profile.ts';
import type { ReconciliationProfile } from '../reconciliation-profile.ts';
import type { RegisteredVen } from '../registration-profile.ts';

/** How VENs and loads are registered and reconciled in OpenADR 3.0: resources live within their VEN. */
export function openAdr30Registration({ role }: Pick<ProfileOptions, 'role'> = {}): ReconciliationProfile {
  return openAdrReconciliation({
    name: 'openadr-3.0',
    role,
    // OpenLEADR lets no VEN create itself: business logic does, and gives it its role.
    looksUpVenFirst: role === 'VEN',
    venBody: (venName) => JSON.stringify({ venName: venNameOf(venName) }),
    loadBody,
    resourcesPath,
    listPath: (ven, query) => `${resourcesPath(ven)}?${query}`,
    resourcePath: (ven, id) => `${resourcesPath(ven)}/${encodeURIComponent(id)}`,
    // OpenLEADR 0.1.4 answers a VEN with all of its resources, and much faster than it lists them.
    readWithVen: readVenResources,
  });
}

const resourcesPath = ({ id }: RegisteredVen) => `/vens/${encodeURIComponent(id)}/resources`;

function loadBody(load: Load): string {
  const name = resourceNameOf(load);
  const targets = valuesMapTargets(load, name);
  return `{"resourceName":${quote(name)},"attributes":${attributesText(load)},"targets":${targets}}`;
}
