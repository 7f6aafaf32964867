import { quote } from '../../../core/quote.ts';
import { listField } from '../json-text.ts';
import type { ResourceContent, Ven } from '../openadr-fleet.ts';
import { refuse } from '../problem.ts';
import { identifier, name } from '../readers.ts';
import type { ResourceRules } from '../resources.ts';
import type { Vtn } from '../vtn.ts';
import { demandType, readTyped } from './request-type.ts';
import { demandVenScope, hasAllVens } from './scopes.ts';
import { hasTarget, readTargets } from './targets.ts';

interface Asked {
  readonly type: string;
  readonly asBl: boolean;
  /** Of BL alone. */
  readonly venId: string | undefined;
  readonly content: ResourceContent;
}

/** Resources of 3.1: for BL all, for a VEN client those of its own VEN. */
export function resources31({ fleet, stamps }: Vtn): ResourceRules<Asked> {
  const { attributes, vens } = fleet;
  return {
    read(value) {
      const { body, type, asBl } = readTyped(value, 'RESOURCE');
      const venId = asBl ? identifier(body.venID, 'venID') : undefined;
      const content = {
        name: name(body.resourceName, 'resourceName'),
        attributes: attributes.read(body.attributes),
        targets: asBl ? readTargets(body.targets) : '[]',
      };
      return { type, asBl, venId, content };
    },
    demand({ action, caller }, asked) {
      demandVenScope(caller, action);
      if (!asked) return;
      demandType(caller, asked);
      if (asked.asBl || fleet.venOfClient(caller.clientId) !== undefined) return;
      refuse(403, 'No VEN object associated with this clientID');
    },
    reaches: ({ action, caller }, n) =>
      hasAllVens(caller, action) || fleet.get(n).ven === fleet.venOfClient(caller.clientId),
    narrow({ action, caller }, query) {
      const { venID, resourceName } = query.filters;
      const own = hasAllVens(caller, action) ? undefined : (fleet.venOfClient(caller.clientId) ?? -1);
      const ven = venID === undefined ? own : (vens.find(venID) ?? -1);
      if (own !== undefined && ven !== own) return { among: [] };
      const fits = (n: number) => {
        if (resourceName !== undefined && fleet.get(n).name !== resourceName) return false;
        return query.targets.length === 0 || hasTarget(fleet.get(n).targets, query);
      };
      if (ven === undefined)
        return resourceName === undefined && query.targets.length === 0 ? undefined : { fits };
      return {
        among: resourceName === undefined ? fleet.resourcesOf(ven) : fleet.resourcesNamed(ven, resourceName),
        fits,
      };
    },
    venOf: ({ asBl, venId }, { caller }) =>
      asBl ? vens.find(venId as string) : fleet.venOfClient(caller.clientId),
    changed(before, { asBl, venId, content }) {
      if (!asBl) return { ...content, targets: before.targets };
      if (vens.find(venId as string) !== before.ven) refuse(400, 'Tried to update `ven_id` of resource.');
      return content;
    },
    json(id, resource) {
      const ven = vens.get(resource.ven) as Ven;
      const head = `{"objectType":"RESOURCE",${stamps.metadata(id, resource)}`;
      const owner = `,"clientID":"${ven.clientId}"${listField('targets', resource.targets)}`;
      const rest = `,"resourceName":${quote(resource.name)},"venID":"${ven.id}"`;
      return `${head}${owner}${rest}${listField('attributes', attributes.text(resource.attributes))}}`;
    },
  };
}
