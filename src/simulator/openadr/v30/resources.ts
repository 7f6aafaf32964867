import { quote } from '../../../core/quote.ts';
import { listField } from '../json-text.ts';
import type { OpenAdrFleet, Resource, ResourceContent } from '../openadr-fleet.ts';
import { refuse } from '../problem.ts';
import { name, objectBody } from '../readers.ts';
import type { ResourceRules } from '../resources.ts';
import type { Stamps } from '../stamps.ts';
import type { Vtn } from '../vtn.ts';
import { rolesOf } from './roles.ts';
import { hasTargetText, readTargets } from './targets.ts';

/** Resources of 3.0, which lie below their VEN: for those who manage VENs, and those who act for this one. */
export function resources30({ fleet, stamps }: Vtn): ResourceRules<{ content: ResourceContent }> {
  const { attributes, vens } = fleet;
  const venAt = ({ venId }: { venId: string | undefined }) => vens.find(venId as string);
  return {
    callerFirst: (action) => action !== 'list' && action !== 'get',
    read(value) {
      const body = objectBody(value);
      return {
        content: {
          name: name(body.resourceName, 'resourceName'),
          attributes: attributes.read(body.attributes),
          targets: readTargets(attributes, body.targets),
        },
      };
    },
    demand({ caller, venId }) {
      const { venManager, ven } = rolesOf(caller);
      if (venManager || (ven && caller.venIds.includes(venId as string))) return;
      refuse(403, 'User not authorized to access this resource');
    },
    reaches: (asking, n) => fleet.get(n).ven === venAt(asking),
    narrow(asking, query) {
      const ven = venAt(asking);
      const { resourceName } = query.filters;
      return {
        among: resourceName === undefined ? fleet.resourcesOf(ven) : fleet.resourcesNamed(ven, resourceName),
        fits: (n) => !query.target || hasTargetText(fleet.get(n).targets, query),
      };
    },
    venOf: (_, asking) => venAt(asking),
    changed: (_, { content }) => content,
    json: (id, resource) => resourceJson(fleet, stamps, id, resource),
  };
}

export function resourceJson(fleet: OpenAdrFleet, stamps: Stamps, id: string, resource: Resource): string {
  const { attributes, targets, ven, name } = resource;
  const head = `{${stamps.metadata(id, resource)},"venID":"${fleet.vens.get(ven)?.id}"`;
  const named = `,"objectType":"RESOURCE","resourceName":${quote(name)}`;
  const lists = `${listField('attributes', fleet.attributes.text(attributes))}${listField('targets', targets)}`;
  return `${head}${named}${lists}}`;
}
