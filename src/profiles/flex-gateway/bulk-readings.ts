import { endMsOf, type Readings } from '../../fleet/readings.ts';
import type { EncodedReadings } from '../metering-profile.ts';
import {
  longestNumber,
  longestUtc,
  scratchBytes,
  utf8,
  writeBytes,
  writeText,
  writeUtc,
} from '../write-text.ts';

const first = utf8('[{"interval_start":"');
const next = utf8(',"quality_code":"GOOD"},{"interval_start":"');
const middle = utf8('","interval_end":"');
const value = utf8('","value":');
const end = utf8(',"quality_code":"GOOD"}]');

/** Bytes of a reading at most. */
const longestReading = next.length + middle.length + value.length + 2 * longestUtc + longestNumber;

/** Readings as the gateway takes them in bulk: a JSON list, in W. Nothing in it is about the load. */
export function bulkReadings(readings: Readings): EncodedReadings {
  const { startsMs, watts } = readings;
  const points = startsMs.length;
  if (points === 0) return { bytes: utf8('[]'), points };
  const into = scratchBytes(points * longestReading + end.length);
  let at = 0;
  for (let n = 0; n < points; n++) {
    at = writeBytes(into, at, n === 0 ? first : next);
    at = writeUtc(into, at, startsMs[n] as number);
    at = writeBytes(into, at, middle);
    at = writeUtc(into, at, endMsOf(readings, n));
    at = writeBytes(into, at, value);
    at = writeText(into, at, `${watts[n]}`);
  }
  at = writeBytes(into, at, end);
  return { bytes: into.slice(0, at), points };
}
