import type { Load } from '../../fleet/load.ts';
import { attributesText } from '../openadr/attributes.ts';
import { openAdrReconciliation } from '../openadr/reconciliation.ts';
import { plainTargets, targetOf } from '../openadr/targets.ts';
import { resourceNameOf, venNameOf } from '../openadr/wire-names.ts';
import type { ProfileOptions } from '../profile.ts';
import type { ReconciliationProfile } from '../reconciliation-profile.ts';
import type { RegisteredVen } from '../registration-profile.ts';

/**
 * How VENs and loads are registered and reconciled in OpenADR 3.1: `/vens` and `/resources` stand side by side, with
 * an `objectType` by role; only BL may write targets and clientIDs.
 */
export function openAdr31Registration({
  role = 'BL',
  clientIdTemplate = '{ven}',
}: Pick<ProfileOptions, 'role' | 'clientIdTemplate'> = {}): ReconciliationProfile {
  const asBl = role === 'BL';
  const clientIdOf = (venName: string) => clientIdTemplate.replaceAll('{ven}', targetOf(venName));
  const shared = openAdrReconciliation({
    name: 'openadr-3.1',
    role,
    looksUpVenFirst: false,
    venBody: (venName) => JSON.stringify(asBl ? blVen(venName, clientIdOf(venName)) : venItself(venName)),
    loadBody: asBl
      ? (load, ven) => blResource(load, ven, ven.clientId ?? clientIdOf(ven.name))
      : (load, ven) => venResource(load, ven),
    resourcesPath: () => '/resources',
    listPath: (ven, query) => `/resources?venID=${encodeURIComponent(ven.id)}&${query}`,
    resourcePath: (_ven, id) => `/resources/${encodeURIComponent(id)}`,
  });
  return {
    ...shared,
    readCreateVen(venName, response) {
      const outcome = shared.readCreateVen(venName, response);
      if (outcome.kind !== 'exists' || outcome.status !== 409) return outcome;
      // OpenLEADR ties a client to one VEN, and does not say which of the two it was.
      const client = asBl ? `clientID "${clientIdOf(venName)}"` : 'this client';
      return { ...outcome, reason: `${outcome.reason} (it has a VEN of this name, or one of ${client})` };
    },
  };
}

function blVen(venName: string, clientID: string): object {
  return {
    objectType: 'BL_VEN_REQUEST',
    clientID,
    venName: venNameOf(venName),
    targets: [targetOf(venName)],
  };
}

function venItself(venName: string): object {
  return { objectType: 'VEN_VEN_REQUEST', venName: venNameOf(venName) };
}

function blResource(load: Load, ven: RegisteredVen, clientID: string): string {
  return resourceText(load, {
    objectType: 'BL_RESOURCE_REQUEST',
    clientID,
    resourceName: resourceNameOf(load),
    venID: ven.id,
    targets: plainTargets(load),
  });
}

function venResource(load: Load, ven: RegisteredVen): string {
  return resourceText(load, {
    objectType: 'VEN_RESOURCE_REQUEST',
    resourceName: resourceNameOf(load),
    venID: ven.id,
  });
}

/** These fields and the load's attributes, as JSON. */
function resourceText(load: Load, fields: object): string {
  return `${JSON.stringify(fields).slice(0, -1)},"attributes":${attributesText(load)}}`;
}
