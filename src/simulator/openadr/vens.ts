import { createCollection, type Handlers, type Rules } from '../machine/collection.ts';
import { type ListQuery, readQuery } from './list-query.ts';
import { maySee } from './notices.ts';
import type { Ven, VenContent } from './openadr-fleet.ts';
import { refuse } from './problem.ts';
import type { Vtn } from './vtn.ts';

interface Asked {
  readonly content: VenContent;
}

/** What one version has of its own in the collection of VENs. */
export interface VenRules<A extends Asked>
  extends Pick<Rules<A, ListQuery>, 'demandsFirst' | 'read' | 'demand' | 'reaches'> {
  /** Whether a VEN (its targets as JSON text) has a target that the query asks for, if it asks for any. */
  hasTarget(targets: string, query: ListQuery): boolean;
  /** What becomes of a VEN; refuses what may not change. */
  changed(before: Ven, asked: A): VenContent;
  json(ven: Ven): string;
}

export function venCollection<A extends Asked>(vtn: Vtn, own: VenRules<A>): Handlers {
  const { fleet, switches, version, notices } = vtn;
  const { vens } = fleet;
  return createCollection<A, ListQuery>(vtn.manner, vens, {
    ...own,
    kind: 'VEN',
    query: (text) => readQuery(text, version),
    narrow(asking, query) {
      const { venName } = query.filters;
      return {
        among: venName === undefined ? vens.numbers() : [fleet.venNamed(venName) ?? []].flat(),
        fits: (n) => own.reaches(asking, n) && own.hasTarget((vens.get(n) as Ven).targets, query),
      };
    },
    duplicates: () => switches.venDuplicates,
    add({ content }) {
      const there = fleet.venNamed(content.name) ?? fleet.venOfClient(content.clientId);
      return there === undefined ? fleet.newVen(content) : { there };
    },
    replace(n, asked) {
      const content = own.changed(vens.get(n) as Ven, asked);
      const named = fleet.venNamed(content.name);
      if (named !== undefined && named !== n) refuse(409, 'Conflict');
      fleet.changeVen(n, content);
    },
    remove(n) {
      if (fleet.resourcesOf(n).length > 0) refuse(403, 'Cannot delete VEN with associated resources');
      fleet.removeVen(n);
    },
    tell: (operation, n) =>
      notices.prepare(() => {
        const ven = vens.get(n) as Ven;
        const json = own.json(ven);
        return {
          ...{ objectType: 'VEN', operation, id: ven.id, venId: ven.id },
          jsonFor: (caller) => (maySee(own, caller, ven.id, n) ? json : undefined),
        };
      }),
    json: (n) => own.json(vens.get(n) as Ven),
  });
}
