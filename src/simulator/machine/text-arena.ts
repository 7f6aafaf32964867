/**
 * Keeps texts outside of the engine's heap, where a hundred thousand of them cost the garbage collector
 * nothing. Nothing is ever given back but all of it at once.
 */
interface TextArena {
  /** Keeps the parts of a text, of which none may hold a NUL, and what comes before them; returns where. */
  add(parts: readonly string[], ...before: readonly (string | number)[]): number;
  /** The parts of the text that is kept there. */
  get(place: number): string[];
  wipe(): void;
}

const chunkLength = 1024 * 1024;
const prefixLength = 4;

/** A place is the number of a chunk times `chunkLength`, plus an offset; longer texts have a chunk alone. */
export function createTextArena(): TextArena {
  let chunks: Buffer[] = [];
  let used = chunkLength;
  return {
    add(parts, ...before) {
      const head = before.length === 0 ? '' : `${before.join('\0')}\0`;
      const text = head + parts.join('\0');
      // A letter takes three bytes at most.
      const longest = prefixLength + text.length * 3;
      if (used + longest > chunkLength) {
        chunks.push(Buffer.allocUnsafeSlow(Math.max(chunkLength, longest)));
        used = 0;
      }
      const chunk = chunks[chunks.length - 1] as Buffer;
      const length = chunk.write(text, used + prefixLength);
      chunk.writeUInt32LE(length, used);
      const place = (chunks.length - 1) * chunkLength + used;
      used += prefixLength + length;
      return place;
    },
    get(place) {
      const chunk = chunks[Math.floor(place / chunkLength)] as Buffer;
      const start = (place % chunkLength) + prefixLength;
      return chunk.toString('utf8', start, start + chunk.readUInt32LE(start - prefixLength)).split('\0');
    },
    wipe() {
      chunks = [];
      used = chunkLength;
    },
  };
}
