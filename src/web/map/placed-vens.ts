import type { VenPlaces } from '../../server/schemas/vens.ts';
import { count, percent } from '../format.ts';
import { projected } from './outline.ts';

/** A VEN as a dot on the map. */
export interface PlacedVen {
  readonly ven: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly x: number;
  readonly y: number;
  /** In pixels: its area grows with the loads. */
  readonly radius: number;
  readonly tone: 'ok' | 'wait' | 'warn' | 'error' | 'quiet';
  readonly total: number;
  readonly failed: number;
  /** All of it in words. */
  readonly words: string;
}

const leastRadius = 3;
const mostRadius = 16;

/** Dots in the order in which they are drawn: the largest below, and of those that are alike the ill ones on top. */
export function placedVens({ vens }: VenPlaces): PlacedVen[] {
  const most = Math.max(1, ...vens.map(({ loads }) => loads.total));
  return vens
    .map(({ ven, longitude, latitude, sites, loads }): PlacedVen => {
      const meant = loads.total - loads.skipped;
      const share = meant > 0 ? loads.registered / meant : null;
      const rest = (['failed', 'waiting', 'skipped'] as const)
        .filter((state) => loads[state] > 0)
        .map((state) => `, ${count(loads[state])} ${state}`)
        .join('');
      return {
        ...{ ven, longitude, latitude, ...projected(longitude, latitude) },
        radius: leastRadius + (mostRadius - leastRadius) * Math.sqrt(loads.total / most),
        tone: toneOf(loads),
        total: loads.total,
        failed: loads.failed,
        words: `${percent(share)} registered, ${count(loads.registered)} of ${count(loads.total)} loads${rest}; ${count(sites)} sites`,
      };
    })
    .sort((one, other) => other.radius - one.radius || one.failed - other.failed);
}

function toneOf({ total, failed, waiting, skipped }: VenPlaces['vens'][number]['loads']): PlacedVen['tone'] {
  const meant = total - skipped;
  if (meant === 0) return 'quiet';
  if (failed / meant > 0.1) return 'error';
  if (failed > 0) return 'warn';
  return waiting > 0 ? 'wait' : 'ok';
}
