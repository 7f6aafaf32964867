import { nameKey } from '../../core/same-name.ts';
import type { WireRequest } from '../../openadr/http/transport.ts';
import { readChange } from '../answers/read-changes.ts';
import { type ProfileOptions, serviceLocationShapes } from '../profile.ts';
import type { ReconciliationProfile } from '../reconciliation-profile.ts';
import { flexBodies } from './load-body.ts';
import { fieldsOfLoad } from './load-fields.ts';
import {
  readCreateLoad,
  readCreateVen,
  readFindLoad,
  readFindVen,
  readResources,
  readUpdateLoad,
} from './registration-answers.ts';
import { validationDetail } from './validation-detail.ts';

/** How VENs and loads are registered with the gateway, and reconciled: by `external_resource_id`. */
export function flexGatewayRegistration({
  serviceLocation = 'string',
}: Pick<ProfileOptions, 'serviceLocation'> = {}): ReconciliationProfile {
  const loadBody = flexBodies(serviceLocation);
  return {
    name: 'flex-gateway',
    looksUpVenFirst: false,
    loadsNameVenBy: 'name',
    // The gateway itself says 422.
    foreignVtnRefusesWith: 400,
    likelyCause: (reason) =>
      /service_location/.test(reason)
        ? `Check --service-location: it is "${serviceLocation}" now, and the VTN may want the other of ${serviceLocationShapes.join(', ')}`
        : undefined,
    createVen: (venName) => ({
      method: 'POST',
      path: '/vens',
      body: JSON.stringify({ ven_name: venName, client_name: `Client_${venName}` }),
    }),
    readCreateVen,
    findVen: (venName) => ({ method: 'GET', path: `/vens?ven_name=${encodeURIComponent(venName)}` }),
    readFindVen,
    loadBody,
    createLoad: (load, _ven, body = loadBody(load)) => ({ method: 'POST', path: '/resources', body }),
    readCreateLoad: (load, _ven, response) => readCreateLoad(load, response),
    formerNames: ({ externalResourceId: id }) => (nameKey(id) === id ? [] : [nameKey(id)]),
    findLoad: ({ externalResourceId }, _ven, composed = externalResourceId) =>
      findByExternalId({ externalResourceId: composed }),
    readFindLoad: (load, _ven, response, claimedId) => readFindLoad(load, response, claimedId),
    // `skip` and `limit`, PUT and DELETE are not in the gateway's description: they are assumed to be as in
    // OpenADR 3, whose words it speaks. A gateway that ignores them and lists all at once is understood too.
    listing: {
      of: 'all-vens',
      askForPage: ({ skip, limit }) => ({ method: 'GET', path: `/resources?skip=${skip}&limit=${limit}` }),
    },
    readResources,
    fieldsOf: fieldsOfLoad,
    updateLoad: (load, _ven, id) => ({
      method: 'PUT',
      path: resourcePath(id),
      body: loadBody(load),
    }),
    readUpdateLoad,
    removeResource: (id) => ({ method: 'DELETE', path: resourcePath(id) }),
    readRemoveResource: (response) => readChange(response, validationDetail),
    findResource: findByExternalId,
  };
}

const resourcePath = (id: string) => `/resources/${encodeURIComponent(id)}`;

function findByExternalId({ externalResourceId }: { readonly externalResourceId: string }): WireRequest {
  return {
    method: 'GET',
    path: `/resources?external_resource_id=${encodeURIComponent(externalResourceId)}`,
  };
}
