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

const leastRadius = 2.5;
/** Of the largest VEN; less where there are many, so that they can be told apart. */
const mostRadiusOf = (vens: number) => Math.max(6, Math.min(16, 150 / Math.sqrt(vens)));
const toneOrder = ['quiet', 'ok', 'wait', 'warn', 'error'];

/** Dots in the order in which they are drawn: the ill ones on top, and of those that are alike the smallest. */
export function placedVens({ vens }: VenPlaces): PlacedVen[] {
  const most = vens.reduce((one, { loads }) => Math.max(one, loads.total), 1);
  const mostRadius = mostRadiusOf(vens.length);
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
    .sort(
      (one, other) =>
        toneOrder.indexOf(one.tone) - toneOrder.indexOf(other.tone) || other.radius - one.radius,
    );
}

function toneOf({ total, failed, waiting, skipped }: VenPlaces['vens'][number]['loads']): PlacedVen['tone'] {
  const meant = total - skipped;
  if (meant === 0) return 'quiet';
  if (failed / meant > 0.1) return 'error';
  if (failed > 0) return 'warn';
  return waiting > 0 ? 'wait' : 'ok';
}
