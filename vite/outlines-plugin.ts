import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { feature } from 'topojson-client';
import type { Plugin } from 'vite';

const index = 'virtual:outlines';
const one = 'virtual:outline/';

type Ring = number[];
/** As GeoJSON has it. */
interface Country {
  properties: { name: string };
  geometry: { type: 'Polygon'; coordinates: Ring[][] } | { type: 'MultiPolygon'; coordinates: Ring[][][] };
}
type Box = [number, number, number, number];

/**
 * The outlines of all countries, for the map of the page: of world-atlas (Natural Earth, 1:10 million, public domain), a chunk for
 * each country, so that a viewer gets those that they see. `src/web/map/outline.ts` has their form.
 */
export function outlinesPlugin(): Plugin {
  return {
    name: 'outlines',
    resolveId: (id) => (id === index || id.startsWith(one) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${index}`) return indexText();
      if (!id.startsWith(`\0${one}`)) return undefined;
      return `export default ${JSON.stringify(countries()[Number(id.slice(one.length + 1))]?.rings.map(stepsOf))};`;
    },
  };
}

function indexText(): string {
  const entries = countries().map(
    ({ name, rings }, at) =>
      `{ name: ${JSON.stringify(name)}, boxes: ${JSON.stringify(boxesOf(rings))}, load: () => import('${one}${at}') }`,
  );
  return `export const outlines = [${entries.join(',\n')}];`;
}

let known: { name: string; rings: Ring[][] }[] | undefined;

function countries(): { name: string; rings: Ring[][] }[] {
  known ??= readCountries();
  return known;
}

function readCountries() {
  const path = fileURLToPath(import.meta.resolve('world-atlas/countries-10m.json'));
  const topology = JSON.parse(readFileSync(path, 'utf8'));
  const { features } = feature(topology, topology.objects.countries) as { features: Country[] };
  return features.map(({ geometry, properties }) => {
    const polygons = geometry.type === 'MultiPolygon' ? geometry.coordinates : [geometry.coordinates];
    return { name: properties.name, rings: polygons.flat() };
  });
}

/** A point nearer than this to the one before is left out: thousandths of degrees, some hundred metres. */
const least = 4;

/** Thousandths of degrees, as steps. */
function stepsOf(ring: Ring[]): number[] {
  const steps: number[] = [];
  let last: readonly [number, number] = [0, 0];
  for (const [longitude = 0, latitude = 0] of ring) {
    const here = [Math.round(longitude * 1_000), Math.round(latitude * 1_000)] as const;
    const isNear = Math.abs(here[0] - last[0]) < least && Math.abs(here[1] - last[1]) < least;
    if (steps.length > 0 && isNear) continue;
    steps.push(here[0] - last[0], here[1] - last[1]);
    last = here;
  }
  return steps;
}

function boxesOf(rings: Ring[][]): Box[] {
  const isWest = (ring: Ring[]) => (ring[0]?.[0] ?? 0) < 0;
  const sides = [rings.filter(isWest), rings.filter((ring) => !isWest(ring))];
  return sides.filter((side) => side.length > 0).map((side) => boxOf(side.flat()));
}

function boxOf(points: Ring[]): Box {
  const box: Box = [180, 90, -180, -90];
  for (const [longitude = 0, latitude = 0] of points) {
    box[0] = Math.min(box[0], longitude);
    box[1] = Math.min(box[1], latitude);
    box[2] = Math.max(box[2], longitude);
    box[3] = Math.max(box[3], latitude);
  }
  return box.map((degrees) => Math.round(degrees * 100) / 100) as Box;
}
