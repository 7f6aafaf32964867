import { quote } from '../../../core/quote.ts';
import { listField } from '../json-text.ts';
import type { VenContent } from '../openadr-fleet.ts';
import { refuse } from '../problem.ts';
import { identifier, name } from '../readers.ts';
import type { VenRules } from '../vens.ts';
import type { Vtn } from '../vtn.ts';
import { demandType, readTyped } from './request-type.ts';
import { demandVenScope, hasAllVens } from './scopes.ts';
import { hasTarget, readTargets } from './targets.ts';

interface Asked {
  readonly type: string;
  readonly asBl: boolean;
  readonly content: VenContent;
}

/** VENs of 3.1: for BL all, for a VEN client its own. */
export function vens31({ fleet, stamps }: Vtn): VenRules<Asked> {
  const { attributes, vens } = fleet;
  return {
    read(value, { caller }) {
      const { body, type, asBl } = readTyped(value, 'VEN');
      const content = {
        name: name(body.venName, 'venName'),
        clientId: asBl ? identifier(body.clientID, 'clientID') : caller.clientId,
        attributes: attributes.readText(body.attributes, 'attributes'),
        targets: asBl ? readTargets(body.targets) : '[]',
      };
      return { type, asBl, content };
    },
    demand({ action, caller }, asked) {
      demandVenScope(caller, action);
      if (asked) demandType(caller, asked);
    },
    reaches({ action, caller }, n) {
      // As OpenLEADR: nobody asks whose VEN it is that is deleted.
      if (action === 'remove' || hasAllVens(caller, action)) return true;
      return vens.get(n)?.clientId === caller.clientId;
    },
    hasTarget,
    changed(before, { asBl, content }) {
      if (content.clientId !== before.clientId) refuse(400, 'Tried to update `client_id` of VEN.');
      return asBl ? content : { ...content, targets: before.targets };
    },
    /** Without an `objectType`, as OpenLEADR of that generation. */
    json(ven) {
      const head = `{${stamps.metadata(ven.id, ven)},"clientID":"${ven.clientId}"`;
      const named = `${listField('targets', ven.targets)},"venName":${quote(ven.name)}`;
      return `${head}${named}${listField('attributes', ven.attributes)}}`;
    },
  };
}
