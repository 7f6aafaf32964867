import { quote } from '../../../core/quote.ts';
import { listField } from '../json-text.ts';
import type { VenContent } from '../openadr-fleet.ts';
import { refuse } from '../problem.ts';
import { name, objectBody } from '../readers.ts';
import type { VenRules } from '../vens.ts';
import type { Vtn } from '../vtn.ts';
import { resourceJson } from './resources.ts';
import { demandRole, rolesOf } from './roles.ts';
import { hasTargetText, readTargets } from './targets.ts';

/** VENs of 3.0, which tell of all their resources too. */
export function vens30({ fleet, stamps }: Vtn): VenRules<{ content: VenContent }> {
  const { attributes, vens, resources } = fleet;
  return {
    demandsFirst: true,
    read(value) {
      const body = objectBody(value);
      return {
        content: {
          name: name(body.venName, 'venName'),
          clientId: '',
          attributes: attributes.readText(body.attributes, 'attributes'),
          targets: readTargets(attributes, body.targets),
        },
      };
    },
    demand({ action, caller }) {
      if (action !== 'list' && action !== 'get') return demandRole(caller, 'venManager', 401);
      const { venManager, ven } = rolesOf(caller);
      if (!venManager && !ven) refuse(403, 'User not authorized to access this vens');
    },
    reaches: ({ caller }, n) => rolesOf(caller).venManager || caller.venIds.includes(vens.idOf(n)),
    hasTarget: hasTargetText,
    changed: (_, { content }) => content,
    json(ven) {
      const head = `{${stamps.metadata(ven.id, ven)},"objectType":"VEN","venName":${quote(ven.name)}`;
      const lists = `${listField('attributes', ven.attributes)}${listField('targets', ven.targets)}`;
      const own = resources.inOrder([...ven.resources]);
      const told = own.map((one) => resourceJson(fleet, stamps, resources.idOf(one), fleet.get(one)));
      return `${head}${lists}${told.length > 0 ? `,"resources":[${told.join()}]` : ''}}`;
    },
  };
}
