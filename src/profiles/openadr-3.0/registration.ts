import { quote } from '../../core/quote.ts';
import type { Load } from '../../fleet/load.ts';
import type { WireRequest } from '../../openadr/http/transport.ts';
import { readChange } from '../answers/read-changes.ts';
import { attributesText, valuesMapText } from '../openadr/attributes.ts';
import {
  problemDetail,
  readCreateLoad,
  readCreateVen,
  readFindLoad,
  readFindVen,
} from '../openadr/registration-answers.ts';
import { remembering } from '../openadr/remembering.ts';
import { fieldsOf, readResources, readUpdateLoad, readVenResources } from '../openadr/remote-resources.ts';
import { cleanText, formerNamesOf, resourceNameOf, venNameOf } from '../openadr/wire-names.ts';
import type { ReconciliationProfile } from '../reconciliation-profile.ts';
import type { RegisteredVen } from '../registration-profile.ts';

/** OpenADR 3.0: resources live under their VEN, `/vens/{venID}/resources`; targets are valuesMaps. */
export function openAdr30Profile(options: { role?: 'BL' | 'VEN' | undefined } = {}): ReconciliationProfile {
  const as = (venName: string) => (options.role === 'VEN' ? { as: venName } : {});
  const resourcesOf = (venId: string) => `/vens/${encodeURIComponent(venId)}/resources`;
  const resourceOf = (ven: RegisteredVen, id: string) => `${resourcesOf(ven.id)}/${encodeURIComponent(id)}`;
  const loadBody = (load: Load) => {
    const resourceName = resourceNameOf(load);
    const targets = targetsText(load, resourceName);
    return `{"resourceName":${quote(resourceName)},"attributes":${attributesText(load)},"targets":${targets}}`;
  };
  const findByName = (ven: RegisteredVen, name: string): WireRequest => ({
    method: 'GET',
    path: `${resourcesOf(ven.id)}?resourceName=${encodeURIComponent(name)}`,
    ...as(ven.name),
  });
  return {
    name: 'openadr-3.0',
    // OpenLEADR lets no VEN create itself: business logic does, and gives it its role.
    looksUpVenFirst: options.role === 'VEN',
    loadsNameVenBy: 'id',
    // OpenADR itself says 400.
    foreignVtnRefusesWith: 422,
    createVen: (venName) => ({
      method: 'POST',
      path: '/vens',
      body: JSON.stringify({ venName: venNameOf(venName) }),
      ...as(venName),
    }),
    readCreateVen,
    findVen: (venName) => ({
      method: 'GET',
      path: `/vens?venName=${encodeURIComponent(venNameOf(venName))}`,
      ...as(venName),
    }),
    readFindVen,
    loadBody,
    createLoad: (load, ven, body = loadBody(load)) => ({
      method: 'POST',
      path: resourcesOf(ven.id),
      body,
      ...as(ven.name),
    }),
    readCreateLoad,
    formerNames: formerNamesOf,
    findLoad: (load, ven, name = resourceNameOf(load)) => findByName(ven, name),
    readFindLoad,
    listing: {
      of: 'one-ven',
      askForPageOf:
        (ven) =>
        ({ skip, limit }) => ({
          method: 'GET',
          path: `${resourcesOf(ven.id)}?skip=${skip}&limit=${limit}`,
          ...as(ven.name),
        }),
      // OpenLEADR 0.1.4 answers a VEN with all of its resources, and much faster than it lists them.
      readWithVen: readVenResources,
    },
    readResources,
    fieldsOf,
    updateLoad: (load, ven, id) => ({
      method: 'PUT',
      path: resourceOf(ven, id),
      body: loadBody(load),
      ...as(ven.name),
    }),
    readUpdateLoad,
    removeResource: (id, ven) => ({ method: 'DELETE', path: resourceOf(ven, id), ...as(ven.name) }),
    readRemoveResource: (response) => readChange(response, problemDetail),
    findResource: ({ name }, ven) => findByName(ven, name),
  };
}

/** What an event may name: this load, its meter point, its kind, its VEN. */
function targetsText({ component, loadId, site }: Load, resourceName: string): string {
  const place = valuesMapText('POWER_SERVICE_LOCATION', cleanText(site.meterPointId));
  const group = site.subType === undefined ? [component] : [component, site.subType];
  const kind = `{"type":"GROUP","values":[${group.map((text) => quote(cleanText(text))).join(',')}]}`;
  const name = valuesMapText('RESOURCE_NAME', resourceName);
  return `[${place},${kind},${name},${venText(site.venName)},${valuesMapText('LOAD_ID', loadId)}]`;
}

const venText = remembering((venName) => valuesMapText('VEN_NAME', venNameOf(venName)), 1_000);
