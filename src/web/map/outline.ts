/** Degrees: west, south, east, north. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** A country of which there is an outline: where it is, and how it is asked for. */
export interface OutlineEntry {
  readonly name: string;
  /** One on each side of the meridian 180° where it lies on both. */
  readonly boxes: readonly Box[];
  readonly load: () => Promise<{ default: Outline }>;
}

/** Rings of a country; in each, thousandths of degrees, longitude and latitude by turns, as steps from the point before. */
export type Outline = readonly (readonly number[])[];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a place is drawn: Mercator, in degrees of longitude, y downwards. It has no poles. */
export function projected(longitude: number, latitude: number): Point {
  const bounded = Math.max(-85, Math.min(85, latitude));
  const radians = (bounded * Math.PI) / 180;
  return { x: longitude, y: (-Math.log(Math.tan(Math.PI / 4 + radians / 2)) * 180) / Math.PI };
}

/** The box around places, with a margin of `margin` of its size, and at least `least` degrees wide; undefined: there are none. */
export function boxAround(
  places: readonly { readonly longitude: number; readonly latitude: number }[],
  margin = 0.08,
  least = 1,
): Box | undefined {
  if (places.length === 0) return undefined;
  const longitudes = places.map(({ longitude }) => longitude);
  const latitudes = places.map(({ latitude }) => latitude);
  const [west, east] = widened(Math.min(...longitudes), Math.max(...longitudes), margin, least);
  const [south, north] = widened(Math.min(...latitudes), Math.max(...latitudes), margin, least / 2);
  return [west, south, east, north];
}

function widened(low: number, high: number, margin: number, least: number): readonly [number, number] {
  const more = Math.max((high - low) * margin, (least - (high - low)) / 2);
  return [low - more, high + more];
}

export function overlaps(one: Box, other: Box): boolean {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

/** A country as the path of an SVG; rings that lie outside the box are left out. */
export function pathOf(outline: Outline, box: Box): string {
  let path = '';
  for (const ring of outline) {
    const points = pointsOf(ring);
    const around = boxAround(points, 0, 0);
    if (!around || !overlaps(around, box)) continue;
    path += points
      .map(({ longitude, latitude }, index) => {
        const { x, y } = projected(longitude, latitude);
        return `${index === 0 ? 'M' : 'L'}${x.toFixed(3)} ${y.toFixed(3)}`;
      })
      .join('');
    path += 'Z';
  }
  return path;
}

function pointsOf(ring: readonly number[]) {
  const points: { longitude: number; latitude: number }[] = [];
  let longitude = 0;
  let latitude = 0;
  for (let at = 0; at + 1 < ring.length; at += 2) {
    longitude += ring[at]!;
    latitude += ring[at + 1]!;
    points.push({ longitude: longitude / 1_000, latitude: latitude / 1_000 });
  }
  return points;
}
