import { referenceFleet } from './fleet-size.ts';
import { type TownRow, towns } from './towns.ts';

/** The sites of the reference fleet's first two towns; in other sizes they share like all others. */
const referenceSites: ReadonlyMap<string, number> = new Map([
  ['Aalborg', 46],
  ['Aarhus', 52],
]);

/** A VEN of a generated fleet: a town, or a quarter of one. */
export interface Town {
  readonly name: string;
  readonly postalCode: number;
  /** As an address ends: `8000 Aarhus C`. */
  readonly postalName: string;
  /** The centre, in degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** Inhabitants in thousands, roughly. */
  readonly thousands: number;
}

export interface TownShare {
  readonly town: Town;
  readonly sites: number;
}

/**
 * The VENs of a fleet in order of their names (by code point, as SQLite sorts), each with its number of
 * sites: at least one, the rest by the size of the town. `vens` is at most `resources`.
 */
export function shareSites(resources: number, vens: number): TownShare[] {
  const chosen = chooseTowns(vens).sort((a, b) => (a.name < b.name ? -1 : 1));
  const isReference = resources === referenceFleet.resources && vens === referenceFleet.vens;
  const fixed = isReference ? referenceSites : new Map<string, number>();
  const free = chosen.filter((town) => !fixed.has(town.name));
  const rest = resources - [...fixed.values()].reduce((sum, sites) => sum + sites, 0);
  const shares = shareOut(
    rest - free.length,
    free.map((town) => weightOf(town)),
  );
  const sites = new Map(free.map((town, index) => [town.name, 1 + (shares[index] ?? 0)]));
  return chosen.map((town) => ({ town, sites: fixed.get(town.name) ?? sites.get(town.name) ?? 1 }));
}

/** Aalborg and Aarhus, then the largest towns; when all are taken, quarters of them as VENs of their own. */
function chooseTowns(count: number): Town[] {
  const bySize = towns.map(townOf).sort((a, b) => rank(b) - rank(a) || (a.name < b.name ? -1 : 1));
  const chosen = bySize.slice(0, count);
  for (let round = 0; chosen.length < count; round++) chosen.push(...quarters(bySize, round));
  return chosen.slice(0, count);
}

function rank(town: Town): number {
  return referenceSites.has(town.name) ? Number.POSITIVE_INFINITY : town.thousands;
}

const quarterNames = ['Nord', 'Syd', 'Øst', 'Vest', 'Midt'];

function quarters(all: readonly Town[], round: number): Town[] {
  const lap = Math.floor(round / quarterNames.length);
  const suffix = `${quarterNames[round % quarterNames.length]}${lap === 0 ? '' : ` ${lap + 1}`}`;
  return all
    .filter((town) => !referenceSites.has(town.name))
    .map((town) => ({ ...town, name: `${town.name} ${suffix}`, thousands: town.thousands / 5 }));
}

function townOf([name, postalCode, latitude, longitude, thousands, district]: TownRow): Town {
  const postalName = district === undefined ? name : `${name} ${district}`;
  return { name, postalCode, postalName, latitude, longitude, thousands };
}

/** Sites grow slower than inhabitants. Square roots, which give the same bits on every machine. */
function weightOf(town: Town): number {
  return Math.sqrt(town.thousands * Math.sqrt(town.thousands));
}

/** Shares out whole units by weight; the largest remainders get what rounding left over. */
function shareOut(units: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const exact = weights.map((weight) => (units * weight) / sum);
  const shares = exact.map(Math.floor);
  const left = units - shares.reduce((total, share) => total + share, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}
