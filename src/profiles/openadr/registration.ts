import type { WireRequest } from '../../openadr/http/transport.ts';
import type { RegisteredVen, RegistrationProfile } from '../registration-profile.ts';
import { type OpenAdrDialect, senderIn } from './dialect.ts';
import { readCreateLoad, readCreateVen, readFindLoad, readFindVen } from './registration-answers.ts';
import { formerNamesOf, resourceNameOf, venNameOf } from './wire-names.ts';

/** How VENs and loads are registered in either generation of OpenADR 3. */
export function openAdrRegistration(dialect: OpenAdrDialect): RegistrationProfile {
  const { loadBody, resourcesPath } = dialect;
  const as = senderIn(dialect);
  return {
    name: dialect.name,
    looksUpVenFirst: dialect.looksUpVenFirst,
    loadsNameVenBy: 'id',
    // OpenADR itself says 400.
    foreignVtnRefusesWith: 422,
    createVen: (venName) => ({
      method: 'POST',
      path: '/vens',
      body: dialect.venBody(venName),
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
    createLoad: (load, ven, body = loadBody(load, ven)) => ({
      method: 'POST',
      path: resourcesPath(ven),
      body,
      ...as(ven.name),
    }),
    readCreateLoad,
    formerNames: formerNamesOf,
    findLoad: (load, ven, name = resourceNameOf(load)) => findByName(dialect, ven, name),
    readFindLoad,
  };
}

/** Asks for the resource of this name, which is unique within its VEN. */
export function findByName(dialect: OpenAdrDialect, ven: RegisteredVen, name: string): WireRequest {
  return {
    method: 'GET',
    path: dialect.listPath(ven, `resourceName=${encodeURIComponent(name)}`),
    ...senderIn(dialect)(ven.name),
  };
}
