import type { Simulator } from '../../src/simulator/index.ts';

/** A line of `GET /__simulator/points`. */
export interface PointsLine {
  readonly resource: string;
  readonly externalId?: string;
  readonly ven: string;
  readonly kind: string;
  readonly points: number;
  readonly first: string;
  readonly last: string;
  readonly checksum: string;
  readonly again: number;
  readonly againChecksum: string;
}

export async function pointsPage({ port }: Simulator): Promise<PointsLine[]> {
  const text = await (await fetch(`http://127.0.0.1:${port}/__simulator/points`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PointsLine);
}

const low32 = 0xffff_ffffn;

/** The checksum of points, made after the words of docs/simulator.md: on purpose not the simulator's own way. */
export function checksumOf(points: Iterable<readonly [startMs: number, value: number]>): string {
  const sums = [0n, 0n];
  for (const [startMs, value] of points) {
    const words = [startMs, value].flatMap((number) => {
      const bytes = new DataView(new ArrayBuffer(8));
      bytes.setFloat64(0, number === 0 ? 0 : number);
      return [BigInt(bytes.getUint32(4)), BigInt(bytes.getUint32(0))];
    });
    for (const half of [0, 1]) {
      const hash = words.reduce((before, word) => mix(before ^ word), BigInt(half + 1));
      sums[half] = ((sums[half] as bigint) + hash) & low32;
    }
  }
  return sums.map((sum) => sum.toString(16).padStart(8, '0')).join('');
}

function mix(x: bigint): bigint {
  let h = x ^ (x >> 16n);
  h = (h * 0x85ebca6bn) & low32;
  h ^= h >> 13n;
  h = (h * 0xc2b2ae35n) & low32;
  return h ^ (h >> 16n);
}
