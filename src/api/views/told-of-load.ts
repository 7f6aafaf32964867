import { loadsOfSite, problemOfLoad, siteFromRow } from '../../fleet/load-from-row.ts';
import type { RegistrationProfile } from '../../profiles/registration-profile.ts';
import type { SeenLoadDetails } from '../../store/fleet-views.ts';
import type { Store } from '../../store/store.ts';

/**
 * What the VTN would be told of a load now, as the database has it. Null where its rows cannot be a load, or its VEN has no id on
 * the VTN yet, and loads name it by that.
 */
export async function toldOfLoad(
  { loadId, vtnVenId }: Pick<SeenLoadDetails, 'loadId' | 'vtnVenId'>,
  profile: Pick<RegistrationProfile, 'loadBody' | 'loadsNameVenBy'>,
  store: Pick<Store, 'siteOfLoad'>,
): Promise<unknown> {
  if (vtnVenId === null && profile.loadsNameVenBy === 'id') return null;
  const row = await store.siteOfLoad(loadId);
  if (!row) return null;
  const parsed = siteFromRow(row);
  if (!parsed.ok) return null;
  const at = row.loads.findIndex((one) => one.loadId === loadId);
  const [loadRow, load] = [row.loads[at], loadsOfSite(parsed.site, row.loads)[at]];
  if (!loadRow || !load || problemOfLoad(row, loadRow) !== undefined) return null;
  const body = profile.loadBody(load, { name: parsed.site.venName, id: vtnVenId ?? '' });
  return JSON.parse(body) as unknown;
}
