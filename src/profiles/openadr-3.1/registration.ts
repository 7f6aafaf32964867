import type { Load } from '../../fleet/load.ts';
import type { WireRequest } from '../../openadr/http/transport.ts';
import { readChange } from '../answers/read-changes.ts';
import { attributesText } from '../openadr/attributes.ts';
import {
  problemDetail,
  readCreateLoad,
  readCreateVen,
  readFindLoad,
  readFindVen,
} from '../openadr/registration-answers.ts';
import { fieldsOf, readResources, readUpdateLoad } from '../openadr/remote-resources.ts';
import { formerNamesOf, resourceNameOf, targetOf, venNameOf } from '../openadr/wire-names.ts';
import type { PageRequest, ReconciliationProfile } from '../reconciliation-profile.ts';
import type { RegisteredVen } from '../registration-profile.ts';

/** As whom we speak: for the business (BL), which may write targets and any VEN, or as the VEN itself. */
export type OpenAdrRole = 'BL' | 'VEN';

export interface OpenAdr31Options {
  /** Default BL. */
  readonly role?: OpenAdrRole | undefined;
  /**
   * The clientID of a VEN that is created as BL (one that is there already keeps its own, also for its resources);
   * `{ven}` stands for the VEN's name in the form that a clientID may have. Default `{ven}`.
   */
  readonly clientIdTemplate?: string | undefined;
}

/** OpenADR 3.1: `/vens` and `/resources`, with `objectType`s by role; targets are plain strings, for BL only. */
export function openAdr31Profile(options: OpenAdr31Options = {}): ReconciliationProfile {
  const bl = (options.role ?? 'BL') === 'BL';
  const template = options.clientIdTemplate ?? '{ven}';
  const clientIdOf = (venName: string) => template.replaceAll('{ven}', targetOf(venName));
  // A VEN speaks with its own credentials.
  const as = (venName: string) => (bl ? {} : { as: venName });
  const loadBody = (load: Load, ven: RegisteredVen) =>
    bl ? blResource(load, ven, ven.clientId ?? clientIdOf(ven.name)) : venResource(load, ven);
  const findByName = (ven: RegisteredVen, name: string): WireRequest => ({
    method: 'GET',
    path: pathByName(ven, name),
    ...as(ven.name),
  });
  return {
    name: 'openadr-3.1',
    looksUpVenFirst: false,
    loadsNameVenBy: 'id',
    // OpenADR itself says 400.
    foreignVtnRefusesWith: 422,
    createVen: (venName) => ({
      method: 'POST',
      path: '/vens',
      body: JSON.stringify(
        bl
          ? blVen(venName, clientIdOf(venName))
          : { objectType: 'VEN_VEN_REQUEST', venName: venNameOf(venName) },
      ),
      ...as(venName),
    }),
    readCreateVen(venName, response) {
      const outcome = readCreateVen(venName, response);
      if (outcome.kind !== 'exists' || outcome.status !== 409) return outcome;
      // OpenLEADR ties a client to one VEN, and does not say which of the two it was.
      const client = bl ? `clientID "${clientIdOf(venName)}"` : 'this client';
      return { ...outcome, reason: `${outcome.reason} (it has a VEN of this name, or one of ${client})` };
    },
    findVen: (venName) => ({
      method: 'GET',
      path: `/vens?venName=${encodeURIComponent(venNameOf(venName))}`,
      ...as(venName),
    }),
    readFindVen,
    loadBody,
    createLoad: (load, ven, body = loadBody(load, ven)) => ({
      method: 'POST',
      path: '/resources',
      body,
      ...as(ven.name),
    }),
    readCreateLoad,
    formerNames: formerNamesOf,
    findLoad: (load, ven, name = resourceNameOf(load)) => findByName(ven, name),
    readFindLoad,
    listing: {
      of: 'one-ven',
      askForPageOf: (ven) => (page) => ({ method: 'GET', path: pageOf(ven, page), ...as(ven.name) }),
    },
    readResources,
    fieldsOf,
    updateLoad: (load, ven, id) => ({
      method: 'PUT',
      path: pathOf(id),
      body: loadBody(load, ven),
      ...as(ven.name),
    }),
    readUpdateLoad,
    removeResource: (id, ven) => ({ method: 'DELETE', path: pathOf(id), ...as(ven.name) }),
    readRemoveResource: (response) => readChange(response, problemDetail),
    findResource: ({ name }, ven) => findByName(ven, name),
  };
}

const pathOf = (resourceId: string) => `/resources/${encodeURIComponent(resourceId)}`;

function pageOf(ven: RegisteredVen, { skip, limit }: PageRequest): string {
  return `/resources?venID=${encodeURIComponent(ven.id)}&skip=${skip}&limit=${limit}`;
}

function pathByName(ven: RegisteredVen, name: string): string {
  return `/resources?venID=${encodeURIComponent(ven.id)}&resourceName=${encodeURIComponent(name)}`;
}

function blVen(venName: string, clientID: string): object {
  return {
    objectType: 'BL_VEN_REQUEST',
    clientID,
    venName: venNameOf(venName),
    targets: [targetOf(venName)],
  };
}

function blResource(load: Load, ven: RegisteredVen, clientID: string): string {
  return resourceText(load, {
    objectType: 'BL_RESOURCE_REQUEST',
    clientID,
    resourceName: resourceNameOf(load),
    venID: ven.id,
    targets: targetsOf(load),
  });
}

function venResource(load: Load, ven: RegisteredVen): string {
  return resourceText(load, {
    objectType: 'VEN_RESOURCE_REQUEST',
    resourceName: resourceNameOf(load),
    venID: ven.id,
  });
}

/** With the load's attributes besides, as JSON. */
function resourceText(load: Load, fields: object): string {
  return `${JSON.stringify(fields).slice(0, -1)},"attributes":${attributesText(load)}}`;
}

/** What an event may name: this load, its meter point, its kind, its VEN. */
function targetsOf({ loadId, component, site }: Load): string[] {
  const named = [site.meterPointId, component, site.subType, site.venName, loadId];
  return [...new Set(named.filter((value) => value !== undefined).map(targetOf))];
}
