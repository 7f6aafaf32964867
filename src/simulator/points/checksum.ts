/**
 * A checksum of a set of points, that does not depend on their order: the sum of a 64-bit hash of each. It tells apart
 * points that are missing, doubled or changed, and sums of parts add up to the sum of the whole.
 *
 * The hash of a point, in words: its start (milliseconds since 1970, UTC) and its value, as IEEE 754 doubles (a zero
 * has no sign), are four 32-bit words: low half and high half of the start, low half and high half of the value. The hash
 * has two halves. Each begins with a seed of its own (1 for the left half, 2 for the right one), and for each word in turn
 * becomes `mix(half XOR word)`, where `mix` is the finaliser of MurmurHash3 (32 bits): x ^= x >>> 16; x *= 0x85ebca6b;
 * x ^= x >>> 13; x *= 0xc2b2ae35; x ^= x >>> 16. Halves are added up modulo 2^32, each for itself. The checksum is
 * written as 16 hexadecimal digits, the left half first; that of no points is 16 zeros.
 */
export interface Checksum {
  left: number;
  right: number;
}

export function emptyChecksum(): Checksum {
  return { left: 0, right: 0 };
}

const doubles = new Float64Array(2);
/** The halves of both: low before high on every machine that Node.js runs on. */
const words = new Int32Array(doubles.buffer);

/** Adds one point. */
export function addPoint(sum: Checksum, startMs: number, value: number): void {
  doubles[0] = startMs + 0;
  doubles[1] = value + 0;
  let left = 1;
  let right = 2;
  for (let at = 0; at < 4; at += 1) {
    const word = words[at] as number;
    left = mix(left ^ word);
    right = mix(right ^ word);
  }
  sum.left = (sum.left + left) | 0;
  sum.right = (sum.right + right) | 0;
}

/** Adds the points of another checksum. */
export function addChecksum(sum: Checksum, other: Readonly<Checksum>): void {
  sum.left = (sum.left + other.left) | 0;
  sum.right = (sum.right + other.right) | 0;
}

export function checksumText({ left, right }: Readonly<Checksum>): string {
  return [left, right].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

function mix(x: number): number {
  let h = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
