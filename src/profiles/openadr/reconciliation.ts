import { readChange } from '../answers/read-changes.ts';
import type { ReconciliationProfile } from '../reconciliation-profile.ts';
import { type OpenAdrDialect, senderIn } from './dialect.ts';
import { problemDetail } from './problem-detail.ts';
import { findByName, openAdrRegistration } from './registration.ts';
import { fieldsOf, readResources, readUpdateLoad } from './remote-resources.ts';

/** How resources are listed, changed and removed in either generation of OpenADR 3, besides how they are registered. */
export function openAdrReconciliation(dialect: OpenAdrDialect): ReconciliationProfile {
  const { loadBody, listPath, resourcePath } = dialect;
  const as = senderIn(dialect);
  return {
    ...openAdrRegistration(dialect),
    listing: {
      of: 'one-ven',
      askForPageOf:
        (ven) =>
        ({ skip, limit }) => ({
          method: 'GET',
          path: listPath(ven, `skip=${skip}&limit=${limit}`),
          ...as(ven.name),
        }),
      readWithVen: dialect.readWithVen,
    },
    readResources,
    fieldsOf,
    updateLoad: (load, ven, id) => ({
      method: 'PUT',
      path: resourcePath(ven, id),
      body: loadBody(load, ven),
      ...as(ven.name),
    }),
    readUpdateLoad,
    removeResource: (id, ven) => ({ method: 'DELETE', path: resourcePath(ven, id), ...as(ven.name) }),
    readRemoveResource: (response) => readChange(response, problemDetail),
    findResource: ({ name }, ven) => findByName(dialect, ven, name),
  };
}
