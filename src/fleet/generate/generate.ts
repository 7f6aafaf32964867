import { VenfleetError } from '../../core/errors.ts';
import { type Random, seededRandom } from '../../core/random.ts';
import { loadNameOf, usualComponents } from '../components.ts';
import { capacitiesText, locationText, type NewLoad, type NewSite, usualCapacities } from '../new-site.ts';
import { type FleetSize, mostResources, referenceFleet } from './fleet-size.ts';
import { drawKind, drawName, oneOf, streets } from './kinds.ts';
import { metersOfFleet } from './meters.ts';
import { shareSites, type Town } from './share.ts';

/**
 * The sites of a fleet, VEN by VEN in order of their names, one at a time: memory does not grow with its size.
 * Absent sizes are those of the reference fleet. The fleet is the same for the same sizes and seed.
 * Throws BAD_OPTION for sizes that cannot be.
 */
export function generateSites(size: Partial<FleetSize> = {}): Generator<NewSite> {
  const { resources, vens, seed } = { ...referenceFleet, ...size };
  checkSize(resources, vens, seed);
  return sitesOf(resources, vens, seed);
}

function* sitesOf(resources: number, vens: number, seed: number): Generator<NewSite> {
  const random = wellMixed(seededRandom(seed));
  const meters = metersOfFleet(resources);
  const firstMeterPoint = Math.floor(random() * meterPoints);
  let index = 0;
  for (const { town, sites } of shareSites(resources, vens)) {
    for (let count = 0; count < sites; count++) {
      // The first sites take a meter each, so that none is left unused.
      const meter = index < meters.length ? (meters[index] as string) : oneOf(meters, random);
      yield drawSite(town, meterPointOf(firstMeterPoint, index), meter, random);
      index++;
    }
  }
}

/** The first draws of a small seed are near the ends of the range: few of its bits are set. */
function wellMixed(random: Random): Random {
  for (let draw = 0; draw < 20; draw++) random();
  return random;
}

function drawSite(town: Town, meterPointId: string, h5MeterId: string, random: Random): NewSite {
  const kind = drawKind(random);
  const street = oneOf(streets, random);
  const number = 1 + Math.floor(random() * random() * 180);
  const letter = random() < 0.1 ? oneOf(['A', 'B', 'C'], random) : '';
  return {
    resourceId: drawUuid(random),
    resourceName: drawName(kind, town.name, street, random),
    resourceType: kind.type,
    resourceSubType: kind.subType,
    meterPointId,
    capacities: capacitiesText(usualCapacities(kind.subType, kind.type)),
    location: locationText(
      near(town.latitude, spreadOf(town) * 0.012, random),
      near(town.longitude, spreadOf(town) * 0.02, random),
    ),
    address: `${street} ${number}${letter}, ${town.postalCode} ${town.postalName}`,
    ven: town.name,
    h5MeterId,
    loads: usualComponents.map((component) => drawLoad(component, h5MeterId, random)),
  };
}

function drawLoad(component: string, h5MeterId: string, random: Random): NewLoad {
  return { loadId: drawUuid(random), component, loadName: loadNameOf(component, undefined), h5MeterId };
}

/** How far a town reaches, as against a small one. */
function spreadOf(town: Town): number {
  return Math.min(3, 0.5 + Math.sqrt(town.thousands) / 8);
}

/** Degrees around a centre, nearer ones more often, to six decimals (a tenth of a metre). */
function near(centre: number, reach: number, random: Random): number {
  const degrees = centre + (random() + random() - 1) * reach;
  return Math.round(degrees * 1e6) / 1e6;
}

const meterPoints = 1_000_000_000;
const stride = 618_033_989;

/** The meter point of site number `index`: 18 digits, each once, as the stride shares no factor with 10⁹. */
function meterPointOf(first: number, index: number): string {
  const digits = (first + index * stride) % meterPoints;
  return `707057500${String(digits).padStart(9, '0')}`;
}

/** A UUID of version 4 of the generator's own bits. */
function drawUuid(random: Random): string {
  const hex = () =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const [a, b, c, d] = [hex(), hex(), hex(), hex()];
  const variant = '89ab'[Number.parseInt(c.charAt(0), 16) & 3];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

function checkSize(resources: number, vens: number, seed: number): void {
  const refuse = (problem: string) => new VenfleetError('BAD_OPTION', { problem, command: 'generate' });
  for (const [name, value] of [
    ['resources', resources],
    ['vens', vens],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw refuse(`the number of ${name} must be a whole number above 0, not ${value}.`);
    }
  }
  if (resources > mostResources) throw refuse(`a fleet has at most ${mostResources} resources.`);
  if (vens > resources) {
    throw refuse(`${vens} VENs are too many for ${resources} resources: each needs at least one.`);
  }
  if (!Number.isSafeInteger(seed)) throw refuse(`the seed must be a whole number, not ${seed}.`);
}
