import type { Load } from '../fleet/load.ts';
import { readCreate, readCreateLoad, readFindLoad, readFindVen } from './openadr-answers.ts';
import { attributesOf, type ValuesMap } from './openadr-attributes.ts';
import type { WireProfile } from './profile.ts';
import { resourceNameOf } from './wire-names.ts';

/** OpenADR 3.0: resources live under their VEN, `/vens/{venID}/resources`; targets are valuesMaps. */
export function openAdr30Profile(options: { role?: 'BL' | 'VEN' | undefined } = {}): WireProfile {
  const as = (venName: string) => (options.role === 'VEN' ? { as: venName } : {});
  const resourcesOf = (venId: string) => `/vens/${encodeURIComponent(venId)}/resources`;
  return {
    name: 'openadr-3.0',
    // OpenLEADR lets no VEN create itself: business logic does, and gives it its role.
    looksForVen: options.role === 'VEN',
    createVen: (venName) => ({
      method: 'POST',
      path: '/vens',
      body: JSON.stringify({ venName }),
      ...as(venName),
    }),
    readCreateVen: (_venName, response) => readCreate(response, () => true),
    findVen: (venName) => ({
      method: 'GET',
      path: `/vens?venName=${encodeURIComponent(venName)}`,
      ...as(venName),
    }),
    readFindVen,
    createLoad: (load, ven) => ({
      method: 'POST',
      path: resourcesOf(ven.id),
      body: JSON.stringify({
        resourceName: resourceNameOf(load),
        attributes: attributesOf(load),
        targets: targetsOf(load),
      }),
      ...as(ven.name),
    }),
    readCreateLoad,
    findLoad: (load, ven) => ({
      method: 'GET',
      path: `${resourcesOf(ven.id)}?resourceName=${encodeURIComponent(resourceNameOf(load))}`,
      ...as(ven.name),
    }),
    readFindLoad: (load, response) => readFindLoad(load, resourceNameOf(load), response),
  };
}

/** What an event may name: this load, its meter point, its kind, its VEN. */
function targetsOf(load: Load): ValuesMap[] {
  const { component, loadId, site } = load;
  return [
    { type: 'POWER_SERVICE_LOCATION', values: [site.meterPointId] },
    { type: 'GROUP', values: [component, ...(site.subType === undefined ? [] : [site.subType])] },
    { type: 'RESOURCE_NAME', values: [resourceNameOf(load)] },
    { type: 'VEN_NAME', values: [site.venName] },
    { type: 'LOAD_ID', values: [loadId] },
  ];
}
