import type { SetpointLoad } from './instruction.ts';
import { type EventPolicy, entryOf } from './policy.ts';
import { kwText } from './units.ts';

/** A load as far as its part in what its site may do is concerned. */
export type SharingLoad = Pick<SetpointLoad, 'component' | 'siteComponents' | 'capacities'>;

/** What a load may take (or feed in) of what its site may, kW; without a limit: as much as it likes, and why. */
export interface SharedLimit {
  readonly limitKw?: number;
  readonly reason: string;
}

/**
 * What part of the site's power each component behind the meter usually has: the shares of the policy, so that all parts add up
 * to 1, however many components there are.
 */
export function usualParts(
  { component, siteComponents }: Pick<SharingLoad, 'component' | 'siteComponents'>,
  { powerShares }: EventPolicy,
): ReadonlyMap<string, number> {
  const components = [...new Set([...siteComponents, component])].sort();
  const shares = components.map((one) => entryOf(powerShares, one));
  const sum = shares.reduce((total, share) => total + share, 0);
  return new Map(components.map((one, at) => [one, (shares[at] as number) / sum]));
}

/**
 * What a load may take of what its site may take from the grid. Each component is counted with its usual part of the site's
 * greatest power; what these are together above the limit is taken from the components that take part, in the policy's order,
 * from each all that it has (but for its part of the site's least power) before the next one gives anything. The others are not
 * limited, and only counted. What nobody gives, the site will be above the limit: the reason says how much.
 *
 * @param limitKw of the site, not negative
 * @param out components that do not take part now, besides those that the policy leaves out
 */
export function shareOfImport(
  limitKw: number,
  load: SharingLoad,
  policy: EventPolicy,
  out: readonly string[],
): SharedLimit {
  const { maxKw, minKw = 0 } = load.capacities;
  if (maxKw !== undefined && limitKw >= maxKw)
    return { reason: `the site cannot take more than ${kwText(maxKw)}, which is allowed` };
  const parts = usualParts(load, policy);
  // Of a site whose power is not known, the limit itself is shared out.
  const siteKw = maxKw ?? limitKw;
  const usualKw = (component: string) => (parts.get(component) ?? 0) * siteKw;
  const leastKw = (component: string) => (parts.get(component) ?? 0) * Math.max(0, minKw);
  const givers = policy.curtailmentOrder.filter((one) => parts.has(one) && takesPart(one, policy, out));
  let aboveKw = siteKw - limitKw;
  let ownKw: number | undefined;
  for (const giver of givers) {
    const gives = Math.max(0, Math.min(aboveKw, usualKw(giver) - leastKw(giver)));
    aboveKw -= gives;
    if (giver === load.component) ownKw = usualKw(giver) - gives;
  }
  const notMet =
    aboveKw > 1e-6 ? `, which will be above it by up to ${kwText(aboveKw)} that nobody gives` : '';
  const ofSite = `of ${kwText(limitKw)} for the site${notMet}`;
  if (ownKw !== undefined) return { limitKw: roundedDown(ownKw), reason: `its part ${ofSite}` };
  return { reason: `not limited, counted with ${kwText(usualKw(load.component))} ${ofSite}` };
}

/**
 * What a load may feed in of what its site may. Those that do not take part are counted with their usual part of what the site
 * can feed in; the others share the rest as they usually do.
 *
 * @param limitKw of the site, not negative
 * @param out components that do not take part now, besides those that the policy leaves out
 */
export function shareOfExport(
  limitKw: number,
  load: SharingLoad,
  policy: EventPolicy,
  out: readonly string[],
): SharedLimit {
  const { minKw } = load.capacities;
  if (minKw !== undefined && minKw >= 0) return { reason: 'the site cannot feed in' };
  if (minKw !== undefined && limitKw >= -minKw)
    return { reason: `the site cannot feed in more than ${kwText(-minKw)}, which is allowed` };
  const parts = usualParts(load, policy);
  const siteKw = minKw === undefined ? limitKw : -minKw;
  const own = parts.get(load.component) ?? 0;
  let partOfAll = 0;
  let partOfOthers = 0;
  for (const [component, part] of parts) {
    if (takesPart(component, policy, out)) partOfAll += part;
    else partOfOthers += part;
  }
  const restKw = limitKw - partOfOthers * siteKw;
  const notMet =
    restKw < -1e-6 ? `, which will be above it by up to ${kwText(-restKw)} that nobody gives` : '';
  const ofSite = `of ${kwText(limitKw)} for the site${notMet}`;
  if (takesPart(load.component, policy, out))
    return {
      limitKw: roundedDown((Math.max(0, restKw) * own) / partOfAll),
      reason: `its part ${ofSite}`,
    };
  return { reason: `not limited, counted with ${kwText(own * siteKw)} ${ofSite}` };
}

function takesPart(component: string, { components }: EventPolicy, out: readonly string[]): boolean {
  return (components?.includes(component) ?? true) && !out.includes(component);
}

/** To the watt, so that all together are not above the limit; but for what the arithmetic is off. */
export function roundedDown(kw: number): number {
  return Math.floor(kw * 1000 + 1e-6) / 1000;
}
