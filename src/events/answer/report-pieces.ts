import type { ReportedResource } from '../../profiles/events-profile.ts';

/** Intervals in one report at most, of all resources together: some 1.5 MB, where OpenLEADR takes 2. */
export const mostIntervals = 8_000;

/** The resources of a report in pieces that VTNs take, in order; one, where it is small enough. */
export function piecesOf(resources: readonly ReportedResource[], most = mostIntervals): ReportedResource[][] {
  const pieces: ReportedResource[][] = [];
  let room = 0;
  for (const { resourceName, intervals } of resources)
    for (let from = 0; from < intervals.length; ) {
      if (room === 0) {
        pieces.push([]);
        room = most;
      }
      const part = intervals.slice(from, from + room);
      pieces.at(-1)?.push({ resourceName, intervals: part });
      from += part.length;
      room -= part.length;
    }
  return pieces;
}
