import { isWithin, nextTurn } from './daily-times.ts';
import type { SetpointLoad } from './instruction.ts';
import type { EventPolicy, OptOut } from './policy.ts';

/** Whether a load takes part in events; `out`: why not, no sentence. */
export type Participation = 'in' | { readonly out: string };

/** By what a policy knows a load. */
export type PolicyLoad = Pick<SetpointLoad, 'loadId' | 'venName' | 'siteId' | 'component'>;

/** A policy at one moment. */
export interface ParticipationThen {
  of(load: PolicyLoad): Participation;
  /**
   * The components that are opted out behind this load's meter, so that the others make up for them in a limit of the site
   * (`instructionOf`). Single loads that are opted out are not among them: a load does not know its neighbours. The same
   * list wherever it has the same components.
   */
  componentsOut(load: PolicyLoad): readonly string[];
}

/** Nobody is opted out. One object, by which results are shared. */
export const nobody: readonly string[] = [];

/** Who takes part at a moment, milliseconds since 1970, UTC: asked once for many loads. */
export function participationAt(policy: EventPolicy, atMs: number): ParticipationThen {
  const takingPart = policy.components && new Set(policy.components);
  const optOuts = policy.optOuts
    .filter(({ times }) => !times || times.some((one) => isWithin(one, atMs)))
    .map(matcher);
  const ofComponents = optOuts.filter(({ components, loads }) => components && !loads);
  const lists = new Map<string, readonly string[]>();
  return {
    of(load) {
      if (takingPart && !takingPart.has(load.component))
        return { out: `${load.component} does not take part` };
      const found = optOuts.find((optOut) => optOut.names(load));
      return found ? { out: found.reason } : 'in';
    },
    componentsOut(load) {
      if (ofComponents.length === 0) return nobody;
      const out = ofComponents
        .filter((optOut) => optOut.isAt(load))
        .flatMap((optOut) => optOut.components ?? []);
      if (out.length === 0) return nobody;
      const sorted = [...new Set(out)].sort();
      const key = JSON.stringify(sorted);
      const list = lists.get(key) ?? sorted;
      lists.set(key, list);
      return list;
    },
  };
}

/** Whether a load takes part at a moment, milliseconds since 1970, UTC. For many loads: `participationAt`. */
export function participationOf(load: PolicyLoad, policy: EventPolicy, atMs: number): Participation {
  return participationAt(policy, atMs).of(load);
}

/** The first moment after this one at which somebody begins or ceases to be opted out; undefined: that never changes any more. */
export function nextPolicyChange(policy: EventPolicy, afterMs: number): number | undefined {
  const turns = policy.optOuts
    .flatMap(({ times }) => times ?? [])
    .map((times) => nextTurn(times, afterMs))
    .filter((ms) => ms !== undefined);
  return turns.length === 0 ? undefined : Math.min(...turns);
}

function matcher(optOut: OptOut) {
  const { vens, sites, loads, components } = optOut;
  const has = (list: readonly string[] | undefined) => {
    const set = list && new Set(list);
    return (name: string) => set?.has(name) ?? true;
  };
  const [isVen, isSite, isLoad, isComponent] = [has(vens), has(sites), has(loads), has(components)];
  const isAt = ({ venName, siteId }: PolicyLoad) => isVen(venName) && isSite(siteId);
  return {
    components,
    loads,
    isAt,
    names: (load: PolicyLoad) => isAt(load) && isLoad(load.loadId) && isComponent(load.component),
    reason: reasonOf(optOut),
  };
}

/** `opted out: refrigeration of medicines`, else by what it is: `opted out (VEN, time of day)`. */
function reasonOf({ vens, sites, loads, components, times, reason }: OptOut): string {
  if (reason !== undefined) return `opted out: ${reason}`;
  const by = [
    vens && 'VEN',
    sites && 'site',
    loads && 'load',
    components && 'component',
    times && 'time of day',
  ].filter((word) => word !== undefined);
  return `opted out (${by.join(', ')})`;
}
