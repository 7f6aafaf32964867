import type { DatabaseSync } from 'node:sqlite';
import { externalResourceIdOf } from '../../fleet/components.ts';
import { type FleetSchema, text } from './fleet-schema.ts';

/** Why loads of a page cannot be told from others, by external id; nearly always empty. */
export type SharedIds = ReadonlyMap<string, string>;

type Twins = readonly [resourceId: string, component: string, otherLoad: string, otherSite: string];

/**
 * Finds loads whose external id another site's load has too: component `x_y` of site `w` and `y` of site `w_x`. One
 * site's id must then begin with the other's and "_", so that a page costs one look into an index for each site.
 */
export function prepareSharedIds(
  sqlite: DatabaseSync,
  { siteId, siteOfLoad, loadId }: FleetSchema,
): (resourceIds: readonly string[]) => SharedIds {
  const twins = `loads a CROSS JOIN loads b ON ${siteOfLoad('b')} = longer AND ${siteOfLoad('a')} = shorter
    AND ${text('a.load_component')} = substr(longer, length(shorter) + 2) || '_' || ${text('b.load_component')}`;
  const ofShorter = sqlite.prepare(`
    SELECT shorter, ${text('a.load_component')}, ${text(loadId('b'))}, longer FROM (
      SELECT p.value AS shorter, ${siteId('r')} AS longer FROM json_each(?) p
      CROSS JOIN resources r ON ${siteId('r')} > p.value || '_' AND ${siteId('r')} < p.value || '\`')
    CROSS JOIN ${twins}`);
  const ofLonger = sqlite.prepare(`
    SELECT longer, ${text('b.load_component')}, ${text(loadId('a'))}, shorter FROM (
      SELECT p.value ->> 0 AS shorter, p.value ->> 1 AS longer FROM json_each(?) p)
    CROSS JOIN ${twins}`);
  ofShorter.setReturnArrays(true);
  ofLonger.setReturnArrays(true);
  return (resourceIds) => {
    const prefixes = resourceIds.flatMap(prefixesOf);
    const found = [
      ...ofShorter.all(JSON.stringify(resourceIds)),
      ...(prefixes.length > 0 ? ofLonger.all(JSON.stringify(prefixes)) : []),
    ] as unknown as Twins[];
    return new Map(
      found.map(([resourceId, component, otherLoad, otherSite]) => {
        const id = externalResourceIdOf(resourceId, component);
        return [id, `load ${otherLoad} of site ${otherSite} has the external id "${id}" as well`];
      }),
    );
  };
}

/** What sites may be called that this one's id begins with. */
function prefixesOf(resourceId: string): [prefix: string, resourceId: string][] {
  const prefixes: [string, string][] = [];
  for (let at = resourceId.indexOf('_'); at >= 0; at = resourceId.indexOf('_', at + 1)) {
    prefixes.push([resourceId.slice(0, at), resourceId]);
  }
  return prefixes;
}
