import { gzipSync } from 'node:zlib';
import type { WireRequest } from '../openadr/http/transport.ts';
import type { MeteringProfile } from './metering-profile.ts';

/** Fast rather than small: what is compressed anew for each report costs the thread that sends. */
const levelOfBodies = 1;

/**
 * The same with bodies that are compressed: a part that is a whole body (`reportIsOf` load), once for all its loads; else each
 * body by itself.
 */
export function gzipped(profile: MeteringProfile): MeteringProfile {
  const { lookUp } = profile;
  const once = profile.reportIsOf === 'load';
  const compressed = (request: WireRequest): WireRequest => {
    const { body } = request;
    if (body === undefined) return request;
    return {
      ...request,
      body: once ? body : gzipSync(bytesOf(body), { level: levelOfBodies }),
      contentEncoding: 'gzip',
    };
  };
  return {
    ...profile,
    encode(readings) {
      const encoded = profile.encode(readings);
      return once ? { ...encoded, bytes: gzipSync(encoded.bytes) } : encoded;
    },
    report: (report) => compressed(profile.report(report)),
    likelyCause: (reason) =>
      /\b415\b/.test(reason)
        ? 'This VTN takes no compressed bodies: leave out --compress'
        : profile.likelyCause?.(reason),
    ...(lookUp && {
      lookUp: { ...lookUp, replace: (id, report) => compressed(lookUp.replace(id, report)) },
    }),
  };
}

function bytesOf(body: NonNullable<WireRequest['body']>): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body);
  return body instanceof Uint8Array ? body : Buffer.concat(body);
}
