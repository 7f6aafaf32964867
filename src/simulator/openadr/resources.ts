import { type Asking, createCollection, type Handlers, type Rules } from '../machine/collection.ts';
import { type ListQuery, readQuery } from './list-query.ts';
import { maySee } from './notices.ts';
import type { Resource, ResourceContent } from './openadr-fleet.ts';
import { refuse, refuseUnknownReference } from './problem.ts';
import type { Vtn } from './vtn.ts';

interface Asked {
  readonly content: ResourceContent;
}

/** What one version has of its own in the collection of resources. */
export interface ResourceRules<A extends Asked>
  extends Pick<Rules<A, ListQuery>, 'callerFirst' | 'read' | 'demand' | 'reaches' | 'narrow'> {
  /** The VEN of a new resource; undefined where there is no such VEN. */
  venOf(asked: A, asking: Asking<ListQuery>): number | undefined;
  /** What becomes of a resource; refuses what may not change. */
  changed(before: Resource, asked: A): ResourceContent;
  json(id: string, resource: Resource): string;
}

export function resourceCollection<A extends Asked>(vtn: Vtn, own: ResourceRules<A>): Handlers {
  const { fleet, switches, version, notices } = vtn;
  const { resources } = fleet;
  return createCollection<A, ListQuery>(vtn.manner, resources, {
    ...own,
    kind: 'resource',
    query: (text) => readQuery(text, version),
    duplicates: () => switches.duplicates,
    add(asked, asking) {
      const ven = own.venOf(asked, asking) ?? refuseUnknownReference();
      const [there] = fleet.resourcesNamed(ven, asked.content.name);
      if (there !== undefined && switches.duplicates !== 'accept') return { there };
      return fleet.newResource(ven, asked.content);
    },
    replace(n, asked) {
      const before = fleet.get(n);
      const content = own.changed(before, asked);
      const named = fleet.resourcesNamed(before.ven, content.name);
      if (named.some((one) => one !== n) && switches.duplicates !== 'accept') refuse(409, 'Conflict');
      fleet.changeResource(n, content);
    },
    remove: (n) => fleet.removeResource(n),
    tell: (operation, n) =>
      notices.prepare(() => {
        const id = resources.idOf(n);
        const resource = fleet.get(n);
        const json = own.json(id, resource);
        const venId = fleet.vens.idOf(resource.ven);
        return {
          ...{ objectType: 'RESOURCE', operation, id, venId },
          jsonFor: (caller) => (maySee(own, caller, venId, n) ? json : undefined),
        };
      }),
    json: (n) => own.json(resources.idOf(n), fleet.get(n)),
  });
}
