import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SimulatorSwitches } from '../../machine/switches.ts';

/** A text that several may hold, kept once; or not at all, where there is no room. */
export interface KeptText {
  holders: number;
  bytes: Buffer | undefined;
  isDeflated: boolean;
}

/** Texts that are kept as long as somebody holds them, and as far as `keepReportsMb` allows. */
export interface KeptTexts {
  hold(text: KeptText, content: () => Buffer): void;
  release(text: KeptText): void;
  /** undefined where it is not kept. */
  read(text: KeptText): Buffer | undefined;
}

/** What a text takes besides its bytes. */
const overhead = 200;

/** Shorter ones would hardly become shorter. */
const shortestToDeflate = 1024;

export function emptyText(): KeptText {
  return { holders: 0, bytes: undefined, isDeflated: false };
}

export function createKeptTexts(switches: SimulatorSwitches): KeptTexts {
  let size = 0;
  const keep = (text: KeptText, content: Buffer) => {
    const isDeflated = content.length >= shortestToDeflate;
    // A copy, since the content is part of a whole request.
    const bytes = isDeflated ? deflateRawSync(content, { level: 1 }) : Buffer.from(content);
    if (size + bytes.length + overhead > switches.keepReportsMb * 1e6) return;
    Object.assign(text, { bytes, isDeflated });
    size += bytes.length + overhead;
  };
  return {
    hold(text, content) {
      text.holders += 1;
      if (text.bytes === undefined && size < switches.keepReportsMb * 1e6) keep(text, content());
    },
    release(text) {
      text.holders -= 1;
      if (text.holders > 0 || text.bytes === undefined) return;
      size -= text.bytes.length + overhead;
      text.bytes = undefined;
    },
    read: ({ bytes, isDeflated }) => (bytes && isDeflated ? inflateRawSync(bytes) : bytes),
  };
}
